import { describe, expect, test } from "vitest";
import { knowledgeOf, messagesOf, pageOf } from "../support/knowledge.ts";

const web = (body: string, head = "_"): string =>
  `defmodule Web do\n  defmacro __using__(${head}) do\n    quote do\n      use Phoenix.LiveView\n      ${body}\n    end\n  end\n${
    body.includes("@before_compile")
      ? "  defmacro __before_compile__(_) do\n    quote do\n      def handle_info(:late, s), do: {:noreply, s}\n    end\n  end\n"
      : ""
  }end\n`;

const hooks = (body: string, head?: string): unknown =>
  pageOf(
    `${web(body, head)}defmodule L do\n  alias Web.Own\n  use Web, log: true\n  on_mount Own\nend`,
    "L",
  ).on_mount.map(
    ({ line, module, stage }) => `${line - 1 - web(body, head).split("\n").length} ${module} ${stage}`,
  );

const view = (body: string): string =>
  `defmodule L do\n  use Web\n  def mount(_, _, s) do\n    ${body}\n    {:ok, s}\n  end\n`;

const page = (use: string): string =>
  `defmodule P do\n  ${use}\n  import Phoenix.Component\n  def page(assigns), do: ~H|<a phx-click="stop">x</a>|\n  def handle_event("stop", _, s), do: {:noreply, s}\nend`;

describe("on_mount in quoted code", () => {
  test.each([
    ["on_mount Auth", "1 Auth :default"],
    ["on_mount {Auth, :user}", "1 Auth :user"],
    ["on_mount {__MODULE__, :user}", "1 L :user"],
    ["on_mount {unquote(__MODULE__), :user}", "1 Web :user"],
    ["on_mount [Auth, {Auth, :user}]", "1 Auth :default"],
  ])("%s", (body, first) => {
    expect(hooks(body)).toEqual([
      first,
      ...(body.includes("[") ? ["1 Auth :user"] : []),
      "2 Web.Own :default",
    ]);
  });

  test("by an option that holds, and by one that does not", () => {
    expect(hooks("if unquote(opts[:log]), do: (on_mount Log)", "opts")).toEqual([
      "1 Log :default",
      "2 Web.Own :default",
    ]);
    expect(hooks("if unquote(opts[:other]), do: (on_mount Log)", "opts")).toEqual(["2 Web.Own :default"]);
  });

  test("by what nobody knows, it is no more than possible", () => {
    const text = `${web("if unquote(Mix.env() == :dev), do: (on_mount Log)")}defmodule L do\n  use Web\nend`;
    const { on_mount: found, brings } = pageOf(text, "L");
    expect(found).toEqual([]);
    expect(brings.maybe.map(({ target }) => target)).toEqual(["on_mount Log"]);
  });

  test("what it names is computed: it is said", () => {
    const { unfollowed } = pageOf(`${web("on_mount unquote(hook())")}defmodule L do\n  use Web\nend`, "L");
    expect(unfollowed).toMatchObject([{ target: "Web, by `on_mount unquote(hook())`" }]);
  });
});

describe("clauses in quoted code", () => {
  const clause = "def handle_info(:by_macro, s), do: {:noreply, s}";

  test("take messages, and are told with their place", () => {
    const text = `${web(clause)}${view("send(self(), :by_macro)")}end`;
    const { messages, handlers } = pageOf(text, "L");
    const taker = { function: "L.handle_info/2", clause: 0, file: "lib/a.ex", line: 5 };
    expect(messages).toMatchObject([{ taken_by: [{ ...taker, maybe: false }] }]);
    expect(handlers).toMatchObject([{ ...taker, how: "info", accepts: ":by_macro" }]);
  });

  test("are tried before the module's own, those of @before_compile after these", () => {
    const own = "  def handle_info(_, s), do: {:noreply, s}\nend";
    const all = `${web(`${clause}\n@before_compile Web`)}${view("send(self(), :by_macro)\nsend(self(), :late)")}${own}`;
    expect(messagesOf(all)).toEqual(["send :by_macro → L.handle_info/2#0", "send :late → L.handle_info/2#1"]);
    const without = `${web(`${clause}\n@before_compile Web`)}${view("send(self(), :late)")}end`;
    expect(messagesOf(without)).toEqual(["send :late → L.handle_info/2#0"]);
  });

  test("whose head is computed may take anything, and nothing is certain of them", () => {
    const text = `${web("def handle_info(unquote(x), s), do: {:noreply, s}")}${view("send(self(), :a)")}end`;
    expect(messagesOf(text)).toEqual(["send :a → L.handle_info/2#0 maybe"]);
  });

  test("name the module that uses the macro by __MODULE__", () => {
    const text = `${web("def handle_info({__MODULE__, :a}, s), do: {:noreply, s}")}${view("send(self(), {__MODULE__, :a})")}end`;
    expect(messagesOf(text)).toEqual(["send {L, :a} → L.handle_info/2#0"]);
  });

  test("belong to no module that the macro does not reach", () => {
    const text = `${web(clause)}defmodule L do\n  use Phoenix.LiveView\n  def mount(_, _, s) do\n    send(self(), :by_macro)\n    {:ok, s}\n  end\nend`;
    expect(messagesOf(text)).toEqual(["send :by_macro"]);
    expect(knowledgeOf({ "lib/a.ex": text }).handlers).toEqual([]);
  });
});

describe("modules of which nobody knows what they are", () => {
  test("may take what they send themselves", () => {
    expect(messagesOf(page("use Phoenix.LiveDashboard.PageBuilder"))).toEqual([
      'phx-click "stop" → P.handle_event/3#1 maybe',
    ]);
  });

  test("a plain module takes nothing", () => {
    expect(messagesOf(page(""))).toEqual(['phx-click "stop"']);
  });
});

describe("schemas by what their body says, where the library is not there", () => {
  test.each([
    ["use Typed.Schema", 'typed_schema "users" do\n field :name, :string\n end', ["ecto_schema"]],
    ["use Typed.Schema", "embedded_schema do\n embeds_one :a, B\n end", ["ecto_schema"]],
    ["use Typed.Schema", 'schema "users" do\n timestamps()\n end', ["ecto_schema"]],
    ["use Typed.Schema", "schema do\n query do\n end\n end", ["plain"]],
    ["use Typed.Schema", "schema(%{type: :object})", ["plain"]],
    ["import Typed.Schema", 'schema "users" do\n field :name, :string\n end', ["plain"]],
  ])("%s, %s", (use, body, expected) => {
    expect(pageOf(`defmodule S do\n  ${use}\n  ${body}\nend`, "S").kinds).toEqual(expected);
  });
});

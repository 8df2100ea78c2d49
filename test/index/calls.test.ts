import { describe, expect, test } from "vitest";
import { pageOf, messagesOf } from "../support/knowledge.ts";

const targets = (body: string): (string | null)[] =>
  pageOf(
    `defmodule M do\n  import Kernel\n  def f(x) do\n    ${body}\n  end\n  def g(a), do: a\n  def g(a, b), do: {a, b}\nend`,
    "M",
  ).calls.map(({ function: own }) => own);

describe("functions that are given by module, name and arguments", () => {
  test.each([
    ["Task.async(M, :g, [x])", "M.g/1"],
    ["Task.async(__MODULE__, :g, [x, 1])", "M.g/2"],
    ["Task.start_link(M, :g, [x])", "M.g/1"],
    ["Task.async_stream(x, M, :g, [1])", "M.g/2"],
    ["x |> Task.async_stream(M, :g, [])", "M.g/1"],
    ["Task.Supervisor.async_nolink(Sup, M, :g, [x])", "M.g/1"],
    ["Task.Supervisor.start_child(Sup, M, :g, [x], restart: :transient)", "M.g/1"],
    ["spawn(M, :g, [x])", "M.g/1"],
    [":timer.apply_after(10, M, :g, [x])", "M.g/1"],
    [":rpc.call(node(), M, :g, [x])", "M.g/1"],
    ["Agent.update(x, M, :g, [1])", "M.g/2"],
  ])("%s", (body, expected) => {
    expect(targets(body).filter((each) => each !== null)).toEqual([expected]);
  });

  test.each(["Task.async(M, x, [x])", "Task.async(M, :g, x)", "Task.async(x, :g, [x])"])(
    "not in %s",
    (body) => {
      expect(targets(body).filter((each) => each !== null)).toEqual([]);
    },
  );
});

describe("guards", () => {
  test("are macros, and resolved as such", () => {
    const text =
      "defmodule G do\n  defguard is_small(x) when x < 3\n  defguardp is_own(x) when x > 1\n  def f(x), do: is_own(x)\nend\n" +
      "defmodule H do\n  import G\n  def f(x), do: is_small(x)\nend";
    expect(
      pageOf(text, "G").functions.map(({ name, kind, visibility }) => `${name} ${kind} ${visibility}`),
    ).toEqual(["is_small defguard public", "is_own defguardp private", "f def public"]);
    expect(pageOf(text, "G").calls.map(({ target }) => target)).toEqual(["G.is_own/1"]);
    expect(pageOf(text, "H").calls.map(({ target }) => target)).toEqual(["G.is_small/1"]);
  });
});

describe("telemetry", () => {
  test("a module whose function is attached by another", () => {
    const text =
      "defmodule A do\n  def start, do: :telemetry.attach_many(:id, [[:a]], &B.note/4, nil)\nend\n" +
      "defmodule B do\n  def note(_, _, _, _), do: :ok\nend";
    expect(pageOf(text, "A").kinds).toEqual(["telemetry_handler"]);
    expect(pageOf(text, "B").kinds).toEqual(["telemetry_handler"]);
  });
});

test("start_async in a component comes back to it", () => {
  const text = `defmodule C do
    use Phoenix.LiveComponent
    def update(_, socket), do: {:ok, start_async(socket, :load, fn -> 1 end)}
    def handle_async(:load, _, socket), do: {:noreply, socket}
  end`;
  expect(messagesOf(text)).toEqual(["Phoenix.LiveView.start_async :load → C.handle_async/3#1"]);
});

const held = (body: string): string =>
  `defmodule Store do\n  def get(x), do: x\nend\ndefmodule Other do\n  def get(x), do: x\nend\ndefmodule M do\n${body}\nend`;

const heldCalls = (body: string): unknown =>
  pageOf(held(body), "M")
    .calls.filter(({ text }) => /[.:]get/.test(text))
    .map(({ function: own, maybe }) => own ?? maybe);

describe("modules that a name stands for", () => {
  test.each([
    ["an attribute", "  @store Store\n  def f, do: @store.get(1)", ["Store.get/1"]],
    ["a variable", "  def f do\n    store = Store\n    store.get(1)\n  end", ["Store.get/1"]],
    ["a pipe", "  @store Store\n  def f(x), do: x |> @store.get()", ["Store.get/1"]],
    ["an alias of it", "  alias Other, as: O\n  @store O\n  def f, do: @store.get(1)", ["Other.get/1"]],
    [
      "a private function's parameter",
      "  def f, do: g(Store)\n  defp g(store), do: store.get(1)",
      ["Store.get/1"],
    ],
    ["a default", "  def f(store \\\\ Store), do: store.get(1)", [["Store.get/1"]]],
    [
      "a branch",
      "  def f(x) do\n    store = if x, do: Store, else: Other\n    store.get(1)\n  end",
      [["Store.get/1", "Other.get/1"]],
    ],
    ["what nobody knows", "  def f(store), do: store.get(1)", [[]]],
    [
      "an attribute that is applied",
      "  @store Store\n  def f, do: apply(@store, :get, [1])",
      ["Store.get/1"],
    ],
    ["a pipe into apply", "  @store Store\n  def f, do: @store |> apply(:get, [1])", ["Store.get/1"]],
    ["keywords that are given", "  @store Store\n  def f, do: apply(@store, :get, a: 1)", ["Store.get/1"]],
    [
      "a variable that is applied",
      "  def f do\n    s = Other\n    apply(s, :get, [1])\n  end",
      ["Other.get/1"],
    ],
    ["a capture", "  @store Store\n  def f(x), do: Enum.map(x, &@store.get/1)", [[], "Store.get/1"]],
    [
      "a capture in brackets",
      "  @store Store\n  def f(x), do: Enum.map(x, &(@store.get/1))",
      [[], "Store.get/1"],
    ],
    [
      "an attribute that is set twice",
      "  @store Store\n  def f, do: apply(@store, :get, [1])\n  @store Other",
      ["Store.get/1"],
    ],
    [
      "an attribute that may be set twice",
      "  @store Store\n  if x(), do: (@store Other)\n  def f, do: apply(@store, :get, [1])",
      [["Store.get/1", "Other.get/1"]],
    ],
    [
      "an attribute that is a list of what it was set to",
      "  Module.register_attribute(__MODULE__, :store, accumulate: true)\n  @store Store\n  @store Other\n  def f, do: apply(@store, :get, [1])",
      [["Store.get/1", "Other.get/1"]],
    ],
    [
      "what the configuration says, or else",
      "  @store Application.compile_env(:a, :b, Store)\n  def f, do: apply(@store, :get, [1])",
      [["Store.get/1"]],
    ],
    [
      "what the configuration says",
      "  @store Application.compile_env(:a, :b)\n  def f, do: apply(@store, :get, [1])",
      [[]],
    ],
    ["arguments that nobody counts", "  @store Store\n  def f(x), do: apply(@store, :get, x)", [[]]],
    ["a task", "  @store Store\n  def f, do: Task.async(@store, :get, [1])", [[], "Store.get/1"]],
  ])("%s", (_, body, expected) => {
    expect(heldCalls(body)).toEqual(expected);
  });

  test("a behaviour", () => {
    const text = "defmodule M do\n  @beh GenServer\n  @behaviour @beh\n  def init(x), do: {:ok, x}\nend";
    expect(pageOf(text, "M").kinds).toEqual(["gen_server"]);
  });
});

test("operators by their full name", () => {
  const text = "defmodule M do\n  def f(x), do: x |> Kernel.-(2) |> Kernel.+(Kernel.*(1, 2))\nend";
  expect(pageOf(text, "M").calls.map(({ target }) => target)).toEqual([
    "Kernel.-/2",
    "Kernel.+/2",
    "Kernel.*/2",
  ]);
});

test("what a supervisor of tasks is given goes to no module", () => {
  const text = `defmodule M do
  def start, do: Supervisor.start_link([{Task.Supervisor, name: Sup}], strategy: :one_for_one)
  def f, do: Task.Supervisor.async_nolink(Sup, fn -> 1 end)
end`;
  expect(pageOf(text, "M").messages.map(({ by, to }) => [by, to])).toEqual([
    ["task", { text: "Sup", modules: null, topic: null, maybe: false }],
  ]);
});

test("what is given by module and name is a call, and no message", () => {
  const text =
    "defmodule M do\n  def f(x), do: Task.Supervisor.async_nolink(Sup, M, :g, [x])\n  def h(x), do: Agent.get(x, M, :g, [])\n  def g(a), do: a\nend\ndefmodule Sup do\n  use Supervisor\n  def init(_), do: Supervisor.init([{Task.Supervisor, name: Sup}], strategy: :one_for_one)\nend";
  expect(messagesOf(text)).toEqual([]);
});

const recovering = (event: string): string =>
  `defmodule L do\n  use Phoenix.LiveView\n  def render(assigns), do: ~H|<form phx-auto-recover="${event}" />|\n  def handle_event(_, _, s), do: {:noreply, s}\nend`;

test("phx-auto-recover may be told to do nothing", () => {
  expect(messagesOf(recovering("ignore"))).toEqual([]);
  expect(messagesOf(recovering("again"))).toEqual(['phx-auto-recover "again" → L.handle_event/3#1']);
});

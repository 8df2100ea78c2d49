import { expect, test } from "vitest";
import { pageOf, pagesOf } from "../support/knowledge.ts";
import type { ModulePage } from "../../src/index/index.ts";

const MACROS = `defmodule Dsl do
  defmacro define(name, do: block) do
    quote do
      defmodule unquote(name) do
        unquote(block)
      end
    end
  end
  defmacro context(_text, do: block), do: quote(do: unquote(block))
  defmacro wrap(do: block), do: block
  defmacro later(do: block), do: quote(do: @later(unquote(block)))
  defmacro on(pattern, do: body) do
    quote do
      def handle_info(unquote(pattern), s), do: unquote(body)
    end
  end
end
`;

const SERVER =
  "use GenServer\n    def init(x), do: {:ok, x, {:continue, :go}}\n    def handle_continue(:go, s), do: {:noreply, s}";

const using = (body: string): string => `${MACROS}defmodule A do\n  import Dsl\n  ${body}\nend`;
const pageA = (body: string): ModulePage => pageOf(using(body), "A");
const names = ({ functions }: ModulePage): string[] => functions.map(({ name }) => name);

test.each([['context "x" do'], ["wrap do"]])("a block that its macro keeps is the module's: %s", (head) => {
  const page = pageA(`${head}\n    ${SERVER}\n  end`);
  expect([page.kinds, names(page), page.unfollowed]).toEqual([
    ["gen_server"],
    ["init", "handle_continue"],
    [],
  ]);
});

test("two of them in one module, too", () => {
  const page = pageA('context "x" do\n use GenServer\n end\n context "x" do\n use Agent\n end');
  expect(page.kinds).toEqual(["gen_server", "agent"]);
});

test("a block that its macro makes a module of is that module's, with its messages", () => {
  const pages = pagesOf(using(`define Srv do\n    ${SERVER}\n  end\n  def own, do: 1`)).slice(1);
  expect(pages.map((page) => [page.name, page.kinds, names(page)])).toEqual([
    ["A", ["plain"], ["own"]],
    ["A.Srv", ["gen_server"], ["init", "handle_continue"]],
  ]);
  expect(pages[0]?.brings.modules.map(({ target }) => target)).toEqual(["A.Srv"]);
  expect(pages[1]?.messages.map(({ taken_by: takers }) => takers.map((taker) => taker.function))).toEqual([
    ["A.Srv.handle_continue/2"],
  ]);
});

test.each([
  ["one that puts it elsewhere", "later"],
  ["one that nobody knows", "unknown"],
])("what is used in the block of another macro is told: %s", (_, macro) => {
  const { kinds, unfollowed } = pageA(`${macro} do\n    use GenServer\n  end`);
  expect([kinds, unfollowed.map(({ target, ended }) => [target, ended.reason])]).toEqual([
    ["plain"],
    [["GenServer", `it stands in the block of \`${macro}\`, which may drop it or put it elsewhere`]],
  ]);
});

test("a clause that a macro with a block makes takes messages", () => {
  const { handlers } = pageA("use GenServer\n  on :two do\n    {:noreply, 1}\n  end");
  expect(handlers.map(({ function: owner, file, line }) => [owner, file, line])).toEqual([
    ["A.handle_info/2", "lib/a.ex", 14],
  ]);
});

test("`unquote_splicing` stands for any number of elements", () => {
  const text = `defmodule D do
  defmacro defcall({name, _, args}, do: body) do
    quote do
      def handle_call({unquote(name), unquote_splicing(args)}, _from, s), do: unquote(body)
      def handle_cast([:all, unquote_splicing(args), :end], s), do: {:noreply, s}
    end
  end
end
defmodule A do
  use GenServer
  import D
  defcall add(a, b) do
    {:reply, a + b, 1}
  end
  def go(p), do: GenServer.call(p, {:add, 1, 2})
end
`;
  const { handlers } = pageOf(text, "A");
  expect(handlers.map(({ function: owner, accepts }) => [owner, accepts])).toEqual([
    ["A.handle_call/3", "_"],
    ["A.handle_cast/2", "[:all | _]"],
  ]);
});

const made = (use: string): string[] =>
  pageOf(
    `defmodule G do
  defmacro __using__(opts) do
    name = opts[:name]
    whole = Module.concat(Top, opts[:name])
    quote do
      defmodule unquote(name), do: use(Agent)
      defmodule unquote(whole), do: use(Agent)
    end
  end
end
defmodule U do
  ${use}
end`,
    "U",
  ).brings.modules.map(({ target }) => target);

test("modules that macros make are named as Elixir names them", () => {
  expect(made("use G, name: Made")).toEqual(["U.Made", "Top.Made"]);
  expect(made("Module.create(U.Dyn, quote(do: use Agent), __ENV__)")).toEqual(["U.Dyn"]);
});

test("a function that is only defined with a computed name cannot be followed, and that is told", () => {
  const text = `defmodule Web do
  for k <- [:controller] do
    def unquote(k)(), do: quote(do: use(Phoenix.Controller))
  end
  defmacro __using__(which), do: apply(__MODULE__, which, [])
end
defmodule C do
  use Web, :controller
end`;
  expect(pageOf(text, "C").unfollowed).toMatchObject([
    {
      target: "Web.controller",
      ended: { line: 5, reason: "the name is computed where the function is defined" },
    },
  ]);
});

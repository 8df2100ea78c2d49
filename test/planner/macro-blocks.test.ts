import { expect, test } from "vitest";
import { findTarget } from "../../src/explain/target.ts";
import type { Planned } from "../../src/instrument.ts";
import { indexOf, planOf } from "../support/core.ts";

const MACROS = `defmodule Dsl do
  defmacro define(name, do: block) do
    quote do
      defmodule unquote(name) do
        unquote(block)
      end
    end
  end
  defmacro context(_text, do: block), do: quote(do: unquote(block))
  defmacro server(do: block) do
    quote do
      use GenServer
      unquote(block)
    end
  end
  defmacro wrap(do: block), do: block
  defmacro noted(do: block) do
    IO.puts(Macro.to_string(block))
    block
  end
  defmacro twice(do: block), do: quote(do: (unquote(block); unquote(block)))
  defmacro copied(do: block) do
    quote do
      @text unquote(Macro.to_string(block))
      unquote(block)
    end
  end
  defmacro bound(do: block), do: quote(bind_quoted: [block: block], do: unquote(block))
  defmacro inside(do: block), do: quote(do: if(true, do: unquote(block)))
  defmacro rounds(do: block), do: Enum.map(1..2, fn _ -> quote(do: unquote(block)) end)
  defmacro through(do: block), do: quote(do: wrap(do: unquote(block)))
  defmacro branched(do: {:__block__, _, _} = block), do: block
end
`;

function planned(body: string): string[] {
  const { probes, skipped } = planOf(indexOf(`${MACROS}defmodule A do\n  import Dsl\n  ${body}\nend\n`));
  return [
    ...probes.map(({ module, function: name }) => `${module}.${name}`),
    ...skipped.map(({ module, function: name, reason }) => `${module}.${name}: ${reason}`),
  ];
}

const DEFINED = "\n    def init(x), do: {:ok, x}\n  end";

test.each(['context "x" do', "server do", "wrap do"])(
  "a clause in a block that its macro hands on, as it is, is probed: %s",
  (head) => {
    expect(planned(head + DEFINED)).toEqual(["A.init"]);
  },
);

test.each(["noted", "twice", "copied", "bound", "inside", "rounds", "through", "branched", "elsewhere"])(
  "where the macro may do more, or is not known, none is: %s",
  (macro) => {
    expect(planned(`${macro} do${DEFINED}`)).toEqual([
      expect.stringMatching(
        new RegExp(
          `^A\\.init: it stands in(?:side \`${macro}\`, a macro that escope does not know to keep| the block of \`${macro}\`, which may do more)`,
        ),
      ),
    ]);
  },
);

test("nor where another macro stands in the block", () => {
  expect(planned(`wrap do\n  other do${DEFINED}\n  end`)).toEqual([
    "A.init: it stands inside `wrap`, a macro that escope does not know to keep definitions",
  ]);
});

test("clauses are counted in the module that they come to be in", () => {
  const body = `define Srv do${DEFINED}\n  wrap do${DEFINED}`;
  const index = indexOf(`${MACROS}defmodule A do\n  import Dsl\n  ${body}\nend\n`);
  expect(planOf(index).probes.map(({ module, clause }) => [module, clause])).toEqual([["A", 1]]);
  const found = findTarget({ index } as Planned, "A.Srv.init/1#1", "");
  expect(found.clauses.map(({ module, clause }) => [module.name, clause.line])).toEqual([["A.Srv", 37]]);
});

test("a module that a macro makes of its block has its own name", () => {
  expect(planned(`define Srv do${DEFINED}\n  def own, do: 1`)).toEqual([
    "A.own",
    "A.Srv.init: it stands in the block of which `define` makes the module A.Srv, where escope sets no probes",
  ]);
});

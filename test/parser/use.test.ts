import { describe, expect, test } from "vitest";
import { traitsOf } from "../../src/parser/index.ts";
import { indexOf } from "../support/core.ts";

/** The behaviours of module `L`, whichever files define it and what it uses. */
function behaviours(...texts: readonly string[]): string[] {
  const index = indexOf(...texts);
  const module = index.modules.get("L");
  return module === undefined ? ["no module"] : [...traitsOf(index, module).behaviours].toSorted();
}

const uses = (statement: string): string => `defmodule L do\n${statement}\ndef f, do: 1\nend`;

const WEB = `
defmodule ShopWeb do
  def live_view do
    quote do
      use Phoenix.LiveView, layout: {ShopWeb.Layouts, :app}
      unquote(html_helpers())
    end
  end

  def live_component do
    quote do
      use Phoenix.LiveComponent
      unquote(html_helpers())
    end
  end

  def html, do: quote(do: use(Phoenix.Component))

  defp html_helpers do
    quote do
      @behaviour ShopWeb.Helpers
    end
  end

  defmacro __using__(which) when is_atom(which) do
    apply(__MODULE__, which, [])
  end

  defmacro __using__({which, _options}) when is_atom(which) do
    apply(__MODULE__, which, [])
  end
end
`;

describe("what a module is", () => {
  test.each([
    ["use Phoenix.LiveView", ["Phoenix.LiveView"]],
    ["use Phoenix.LiveView, layout: false", ["Phoenix.LiveView"]],
    ["use(GenServer)", ["GenServer"]],
    ["@behaviour GenServer", ["GenServer"]],
    ["alias Phoenix.LiveView\nuse LiveView", ["Phoenix.LiveView"]],
    ["alias Phoenix.LiveView, as: V\n@behaviour V", ["Phoenix.LiveView"]],
    ["@impl GenServer", ["GenServer"]],
    ["@impl true", []],
    ['@moduledoc "use Phoenix.LiveView"', []],
    ['@moduledoc """\nuse Phoenix.LiveView\n"""', []],
    ["# use Phoenix.LiveView", []],
    ["def g, do: ~S(use Phoenix.LiveView)", []],
    ["import Phoenix.LiveView", []],
    ["def g, do: quote(do: use(GenServer))", []],
    ["if true do\nuse GenServer\nend\ndef g, do: 1", ["GenServer"]],
    ["(use GenServer)", ["GenServer"]],
    ["unknown do\nuse GenServer\nend\ndef g, do: 1", []],
  ])("%s", (statement, expected) => {
    expect(behaviours(uses(statement))).toEqual(expected.length === 0 ? [] : expected);
  });
});

const one = (body: string): string => `defmodule Web do\n${body}\nend`;

const quoted = (name: string): string => `quote do\nuse ${name}\nend`;

describe("`use` is followed into the project's macros", () => {
  test.each([
    ["use ShopWeb, :live_view", ["Phoenix.LiveView", "ShopWeb.Helpers"]],
    ["use ShopWeb, :live_component", ["Phoenix.LiveComponent", "ShopWeb.Helpers"]],
    ["use ShopWeb, {:live_view, layout: false}", ["Phoenix.LiveView", "ShopWeb.Helpers"]],
    ["alias ShopWeb, as: W\nuse W, :live_view", ["Phoenix.LiveView", "ShopWeb.Helpers"]],
    ["use ShopWeb, :html", []],
    ["use ShopWeb, :unknown", []],
    ["use ShopWeb", []],
  ])("%s", (statement, expected) => {
    expect(behaviours(uses(statement), WEB)).toEqual(expected);
  });

  test.each([
    [
      "clauses by their atom",
      one(
        `defmacro __using__(:a) do\n${quoted("GenServer")}\nend\ndefmacro __using__(:b) do\n${quoted("Phoenix.LiveView")}\nend`,
      ),
      ["GenServer"],
    ],
    [
      "a clause for any atom",
      one(`defmacro __using__(:b), do: nil\ndefmacro __using__(_) do\n${quoted("GenServer")}\nend`),
      ["GenServer"],
    ],
    [
      "clauses by a tuple's atom",
      one(
        `defmacro __using__({:b, _}) do\n${quoted("GenServer")}\nend\ndefmacro __using__(x), do: apply(__MODULE__, x, [])\ndef a, do: quote(do: @behaviour(X))`,
      ),
      ["X"],
    ],
    [
      "a case on the parameter",
      one(
        `defmacro __using__(which) do\ncase which do\n:a -> ${quoted("GenServer")}\n:b -> ${quoted("Phoenix.LiveView")}\nend\nend`,
      ),
      ["GenServer"],
    ],
    [
      "a helper with the parameter",
      one(
        `defmacro __using__(which \\\\ :b), do: help(which)\ndefp help(:a) do\n${quoted("GenServer")}\nend\ndefp help(:b) do\n${quoted("Phoenix.LiveView")}\nend`,
      ),
      ["GenServer"],
    ],
    [
      "a helper with an atom",
      one(
        `defmacro __using__(_), do: help(:b)\ndefp help(:a) do\n${quoted("GenServer")}\nend\ndefp help(:b) do\n${quoted("Phoenix.LiveView")}\nend`,
      ),
      ["Phoenix.LiveView"],
    ],
    [
      "a literal apply",
      one(`defmacro __using__(_), do: apply(__MODULE__, :go, [])\ndef go do\n${quoted("GenServer")}\nend`),
      ["GenServer"],
    ],
    [
      "a call by __MODULE__",
      one(`defmacro __using__(_), do: __MODULE__.go()\ndef go do\n${quoted("GenServer")}\nend`),
      ["GenServer"],
    ],
    [
      "a helper of another module",
      `${one("defmacro __using__(_), do: Other.go()")}\ndefmodule Other do\ndef go do\n${quoted("GenServer")}\nend\nend`,
      ["GenServer"],
    ],
    [
      "use in quoted code, and on",
      `${one(`defmacro __using__(_) do\n${quoted("Base")}\nend`)}\ndefmodule Base do\ndefmacro __using__(_) do\n${quoted("GenServer")}\nend\nend`,
      ["GenServer"],
    ],
    [
      "a cycle",
      one(
        `defmacro __using__(_) do\nquote do\nuse Web, :a\nuse GenServer\nunquote(again())\nend\nend\ndef again, do: again()`,
      ),
      ["GenServer"],
    ],
    [
      "aliases of the quoting module",
      one(`alias Phoenix.LiveView\ndefmacro __using__(_) do\n${quoted("LiveView")}\nend`),
      ["Phoenix.LiveView"],
    ],
    [
      "aliases in quoted code",
      one(`defmacro __using__(_) do\nquote do\nalias Phoenix.LiveView, as: V\nuse V\nend\nend`),
      ["Phoenix.LiveView"],
    ],
    [
      "what only unquoted code names",
      one(`defmacro __using__(_) do\nquote do\nunquote(IO.inspect("use GenServer"))\nend\nend`),
      [],
    ],
    [
      "a use that only run time knows",
      one(`defmacro __using__(m) do\nquote do\nuse unquote(m)\nend\nend`),
      [],
    ],
  ])("%s", (_, web, expected) => {
    expect(behaviours(uses("use Web, :a"), web)).toEqual(expected);
  });
});

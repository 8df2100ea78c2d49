import { describe, expect, test } from "vitest";
import { buildIndex, missingModules, traitsOf, type Traits } from "../../src/parser/index.ts";
import { factsOf, indexOf, selected, ruleOf } from "../support/core.ts";

function traits(...texts: readonly string[]): Traits {
  const index = indexOf(...texts);
  const module = index.modules.get("L");
  if (module === undefined) throw new Error("no module L");
  return traitsOf(index, module);
}

const ends = (found: Traits): unknown =>
  [...found.unfollowed].map(
    ([what, { line, at, reason }]) => `${line} ${what}: ${reason} (${at.file}:${at.line})`,
  );

const help = (kind: string): string =>
  `defmodule Help do\n  ${kind} serverize do\n    quote do\n      use GenServer\n    end\n  end\nend`;

const choosing = (choice: string): string =>
  `defmodule Web do\n  defmacro __using__(opts) do\n    ${choice} do\n      :server -> quote(do: use(GenServer))\n      :view -> quote(do: use(Phoenix.LiveView))\n    end\n  end\nend`;

describe("macros of the project", () => {
  test("a macro that is imported and called in a module's body", () => {
    const found = traits(
      "defmodule L do\n  import Help\n  serverize()\nend",
      "defmodule Help do\n  defmacro serverize do\n    quote do\n      use GenServer\n    end\n  end\nend",
    );
    expect([...found.behaviours]).toEqual(["GenServer"]);
  });

  test("called with its module's name, and with defaults", () => {
    const defaults =
      "defmodule Help do\n  defmacro serve(a, b \\\\ 1) do\n    quote do\n      use GenServer\n    end\n  end\nend";
    expect([...traits("defmodule L do\n  require Help\n  Help.serve(1)\nend", defaults).behaviours]).toEqual([
      "GenServer",
    ]);
    expect([
      ...traits("defmodule L do\n  require Help\n  Help.serve(1, 2, 3)\nend", defaults).behaviours,
    ]).toEqual([]);
  });

  test("not imported, excepted, or a function: nothing is brought", () => {
    expect([...traits("defmodule L do\n  serverize()\nend", help("defmacro")).behaviours]).toEqual([]);
    const excepted = "defmodule L do\n  import Help, except: [serverize: 0]\n  serverize()\nend";
    expect([...traits(excepted, help("defmacro")).behaviours]).toEqual([]);
    expect([...traits("defmodule L do\n  import Help\n  serverize()\nend", help("def")).behaviours]).toEqual(
      [],
    );
  });

  test("a macro in the quoted code of another", () => {
    const found = traits(
      "defmodule L do\n  use Web\nend",
      "defmodule Web do\n  defmacro __using__(_) do\n    quote do\n      import Help\n      serverize()\n    end\n  end\nend",
      "defmodule Help do\n  defmacro serverize do\n    quote do\n      use GenServer\n    end\n  end\nend",
    );
    expect([...found.behaviours]).toEqual(["GenServer"]);
  });

  test("what @before_compile brings, in the module and in quoted code", () => {
    const hook =
      "defmodule Hook do\n  defmacro __before_compile__(_env) do\n    quote do\n      use GenServer\n    end\n  end\nend";
    expect([...traits("defmodule L do\n  @before_compile Hook\nend", hook).behaviours]).toEqual([
      "GenServer",
    ]);
    const web =
      "defmodule Web do\n  defmacro __using__(_) do\n    quote do\n      @before_compile Hook\n    end\n  end\nend";
    expect([...traits("defmodule L do\n  use Web\nend", web, hook).behaviours]).toEqual(["GenServer"]);
  });

  test("unquote(__MODULE__) is the macro's module", () => {
    const web =
      "defmodule Web do\n  defmacro __using__(_) do\n    quote do\n      @behaviour unquote(__MODULE__)\n    end\n  end\nend";
    expect([...traits("defmodule L do\n  use Web\nend", web).behaviours]).toEqual(["Web"]);
  });

  test("Erlang's names of Elixir's behaviours", () => {
    expect([...traits("defmodule L do\n  @behaviour :gen_server\nend").behaviours]).toEqual([
      ":gen_server",
      "GenServer",
    ]);
    const rules = [ruleOf("{ function: { callback_of: GenServer } }")];
    expect(selected(rules, "defmodule L do\n@behaviour :gen_server\ndef init(x), do: x\nend")).toEqual([
      "L.init/1#1",
    ]);
  });

  test("a name in unquote", () => {
    const rules = [ruleOf("{ function: { callback_of: GenServer } }")];
    const text = "defmodule L do\nuse GenServer\ndef unquote(:init)(x), do: x\nend";
    expect(selected(rules, text)).toEqual(["L.init/1#1"]);
  });
});

describe("options", () => {
  test.each([
    ["case opts[:as]", "use Web, as: :view", ["Phoenix.LiveView"]],
    ["case Keyword.get(opts, :as)", "use Web, as: :server", ["GenServer"]],
    ["case Keyword.get(opts, :as, :server)", "use Web", ["GenServer"]],
    ["case Keyword.get(opts, :as, :server)", "use Web, as: :view, x: 1", ["Phoenix.LiveView"]],
    ["as = opts[:as]\n    case as", "use Web, as: :view", ["Phoenix.LiveView"]],
    ["case opts[:as]", "use Web", []],
    ["case opts[:as]", "use Web, as: which()", []],
  ])("%s, %s", (choice, use, expected) => {
    expect([...traits(`defmodule L do\n  ${use}\nend`, choosing(choice)).behaviours]).toEqual(expected);
  });

  test("one that is computed is said", () => {
    const found = traits("defmodule L do\n  use Web, as: which()\nend", choosing("case opts[:as]"));
    expect([...found.possible.keys()]).toEqual(["GenServer", "Phoenix.LiveView"]);
    const why = "whether this holds is not known (b.ex:3)";
    expect(ends(found)).toEqual([
      `2 GenServer, by \`case opts[:as]\`: ${why}`,
      `2 Phoenix.LiveView, by \`case opts[:as]\`: ${why}`,
    ]);
  });
});

describe("where it ends", () => {
  test("a module that is not there, in a macro", () => {
    const web =
      "defmodule Web do\n  defmacro __using__(_) do\n    quote do\n      use Dep.Live\n      unquote(Dep.helpers())\n    end\n  end\nend";
    const why = "its source is neither in the project nor in its dependencies";
    const found = traits("defmodule L do\n\n  use Web\nend", web);
    expect(ends(found)).toEqual([`3 Dep.Live: ${why} (b.ex:4)`, `3 Dep.helpers: ${why} (b.ex:5)`]);
  });

  test("what is computed", () => {
    const web =
      "defmodule Web do\n  defmacro __using__(m) do\n    quote do\n      use unquote(m)\n    end\n  end\nend";
    expect(ends(traits("defmodule L do\n  use Web, which()\nend", web))).toEqual([
      "2 Web, by `use unquote(m)`: what it names is computed (b.ex:4)",
    ]);
  });

  test("a dependency in the index is followed, and none of its modules is the project's", () => {
    const own = factsOf({ path: "lib/l.ex", text: "defmodule L do\n  use Dep\nend" });
    const dep =
      "defmodule Dep do\n  @callback go(term) :: term\n  defmacro __using__(_) do\n    quote do\n      @behaviour Dep\n      use Deeper\n    end\n  end\nend";
    expect(missingModules(buildIndex([own]))).toEqual(["Dep"]);
    const index = buildIndex([own], [factsOf({ path: "deps/dep/lib/dep.ex", text: dep })]);
    expect(missingModules(index)).toEqual(["Deeper"]);
    expect([...index.modules.keys()]).toEqual(["L"]);
    const module = index.modules.get("L");
    expect(module && [...traitsOf(index, module).behaviours]).toEqual(["Dep"]);
  });
});

const parts =
  "  def part(:srv), do: quote(do: use(GenServer))\n  def part(:view), do: quote(do: use(Phoenix.LiveView))\n  def part(_), do: nil\n";

const looping = (loop: string): string =>
  `defmodule Web do\n  defmacro __using__(opts) do\n    quote do\n      unquote(${loop})\n    end\n  end\n${parts}end`;

describe("loops over what is given", () => {
  test.each([
    ["for", "for o <- opts, do: part(o)"],
    ["for with a filter", "for o <- opts, o != :view, do: part(o)"],
    ["Enum.map", "Enum.map(opts, fn o -> part(o) end)"],
    ["Enum.map in a pipe", "opts |> Enum.map(fn o -> part(o) end)"],
    ["for with pairs", "for {o, _} <- [srv: 1, x: 2], do: part(o)"],
  ])("%s", (_, loop) => {
    const found = traits("defmodule L do\n  use Web, [:x, :srv]\nend", looping(loop));
    expect([...found.behaviours]).toEqual(["GenServer"]);
    expect(ends(found)).toEqual([]);
  });

  test("a filter leaves out what it does not hold for", () => {
    const found = traits(
      "defmodule L do\n  use Web, [:srv, :view]\nend",
      looping("for o <- opts, o != :view, do: part(o)"),
    );
    expect([...found.behaviours]).toEqual(["GenServer"]);
  });

  test("an empty list brings nothing, one that is not known is said", () => {
    expect([
      ...traits("defmodule L do\n  use Web, []\nend", looping("for o <- opts, do: part(o)")).behaviours,
    ]).toEqual([]);
    const open = traits("defmodule L do\n  use Web, list()\nend", looping("for o <- opts, do: part(o)"));
    expect([...open.behaviours]).toEqual([]);
    expect([...open.possible.keys()].toSorted()).toEqual(["GenServer", "Phoenix.LiveView"]);
  });
});

const takingApart = (head: string): string =>
  `defmodule Web do\n  defmacro __using__(${head}), do: apply(__MODULE__, which, [opts])\n  def live(opts), do: quote(do: use(Phoenix.LiveView, unquote(opts)))\nend`;

describe("options that a head takes apart", () => {
  test.each(["[{which, opts}]", "[{which, opts} | _]"])("%s", (head) => {
    const found = traits("defmodule L do\n  use Web, live: [layout: false]\nend", takingApart(head));
    expect([...found.uses]).toEqual(["Web", "Phoenix.LiveView"]);
    expect(ends(found)).toEqual([]);
  });

  test("by their key", () => {
    const choice =
      "defmodule Web do\n  defmacro __using__(live: _), do: quote(do: use(Phoenix.LiveView))\n  defmacro __using__(server: _), do: quote(do: use(GenServer))\nend";
    expect([...traits("defmodule L do\n  use Web, server: 1\nend", choice).uses]).toEqual([
      "Web",
      "GenServer",
    ]);
  });

  test("more of them than it takes: no clause fits", () => {
    const found = traits("defmodule L do\n  use Web, live: 1, log: 2\nend", takingApart("[{which, opts}]"));
    expect([...found.uses]).toEqual(["Web"]);
  });
});

describe("functions that lead to each other", () => {
  test("without end are said", () => {
    const web =
      "defmodule Web do\n  defmacro __using__(which), do: apply(__MODULE__, which, [])\n  def a, do: quote(do: unquote(b()))\n  def b, do: quote(do: unquote(a()))\nend";
    expect(ends(traits("defmodule L do\n  use Web, :a\nend", web))).toEqual([
      "2 Web.a: it leads to itself, without end (b.ex:1)",
    ]);
  });

  test("with an end are not", () => {
    const web =
      "defmodule Web do\n  defmacro __using__(opts), do: go(opts)\n  def go(opts) do\n    if opts[:more], do: go([]), else: quote(do: use(GenServer))\n  end\nend";
    const found = traits("defmodule L do\n  use Web, more: true\nend", web);
    expect(ends(found)).toEqual([]);
    expect([...found.behaviours]).toEqual(["GenServer"]);
  });
});

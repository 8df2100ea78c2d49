import { describe, expect, test } from "vitest";
import { buildIndex, missingModules, traitsOf, type Traits } from "../../src/parser/index.ts";
import { factsOf, indexOf } from "../support/core.ts";

function traits(...texts: readonly string[]): Traits {
  const index = indexOf(...texts);
  const module = index.modules.get("L");
  if (module === undefined) throw new Error("no module L");
  return traitsOf(index, module);
}

const web = (body: string): string => `defmodule Web do\n  defmacro __using__(opts) do\n${body}\n  end\nend`;
const inline = (name: string): string => `quote(do: use(${name}))`;
const q = (name: string): string => `quote do\nuse ${name}\nend`;

interface Brings {
  readonly certain: readonly string[];
  readonly possible: readonly string[];
}

function brings(use: string, ...texts: readonly string[]): Brings {
  const { behaviours, possible } = traits(`defmodule L do\n  ${use}\nend`, ...texts);
  return { certain: [...behaviours].toSorted(), possible: [...possible.keys()].toSorted() };
}

const only = (...certain: readonly string[]): Brings => ({ certain, possible: [] });
const perhaps = (...possible: readonly string[]): Brings => ({ certain: [], possible });

const inModule = (condition: string): Brings => brings(`if ${condition} do\n use GenServer\nend`);

describe("conditions in macros", () => {
  const ifLive = web(`if opts[:live], do: ${inline("GenServer")}, else: ${inline("Agent")}`);

  test.each([
    ["if, with the option", "use Web, live: true", ifLive, only("GenServer")],
    ["if, with the option false", "use Web, live: false", ifLive, only()],
    ["if, without the option", "use Web", ifLive, only()],
    ["if, computed", "use Web, live: @live", ifLive, perhaps("Agent", "GenServer")],
    ["unless", "use Web", web(`unless opts[:x] do\n${q("GenServer")}\nend`), only("GenServer")],
    ["&&", "use Web", web(`opts[:x] && ${q("GenServer")}`), only()],
    [
      "in quoted code",
      "use Web, x: 1",
      web(`quote do\nif unquote(opts[:x]) do\nuse GenServer\nend\nend`),
      only("GenServer"),
    ],
    [
      "in quoted code, by a variable",
      "use Web",
      web(`quote do\nopts = unquote(opts)\nif Keyword.get(opts, :x, false) do\nuse GenServer\nend\nend`),
      only(),
    ],
    [
      "bind_quoted",
      "use Web, x: true",
      web(`quote bind_quoted: [opts: opts] do\nif opts[:x] do\nuse GenServer\nend\nend`),
      only("GenServer"),
    ],
    [
      "cond",
      "use Web, b: 1",
      web(`cond do\nopts[:a] -> ${q("GenServer")}\nopts[:b] -> ${q("Phoenix.LiveView")}\ntrue -> nil\nend`),
      only("Phoenix.LiveView"),
    ],
    [
      "case on Keyword.fetch, given",
      "use Web, backend: B",
      web(
        `case Keyword.fetch(opts, :backend) do\n{:ok, _} -> ${q("GenServer")}\n:error -> ${q("Phoenix.LiveView")}\nend`,
      ),
      only("GenServer"),
    ],
    [
      "case on Keyword.fetch, not given",
      "use Web",
      web(
        `case Keyword.fetch(opts, :backend) do\n{:ok, _} -> ${q("GenServer")}\n:error -> ${q("Phoenix.LiveView")}\nend`,
      ),
      only("Phoenix.LiveView"),
    ],
    [
      "a branch that raises is never taken",
      "use Web, m: X",
      web(
        `case Macro.expand(opts[:m], __CALLER__) do\nm when is_atom(m) -> ${q("GenServer")}\n_ -> raise "no"\nend`,
      ),
      only("GenServer"),
    ],
    ["Mix.env: not a test's", "use Web", web(`if Mix.env() == :test do\n${q("GenServer")}\nend`), only()],
    [
      "Mix.env: dev or not",
      "use Web",
      web(`if Mix.env() == :dev do\n${q("GenServer")}\nend`),
      perhaps("GenServer"),
    ],
    [
      "a module of Elixir",
      "use Web",
      web(`if Code.ensure_loaded?(Task) do\n${q("GenServer")}\nend`),
      only("GenServer"),
    ],
    [
      "one of the project",
      "use Web",
      web(`if Code.ensure_loaded?(Web) do\n${q("GenServer")}\nend`),
      only("GenServer"),
    ],
    [
      "one that is not known",
      "use Web",
      web(`if Code.ensure_loaded?(Dep) do\n${q("GenServer")}\nend`),
      perhaps("GenServer"),
    ],
    [
      "what it exports",
      "use Web",
      web(`if function_exported?(Web, :f, 1) do\n${q("GenServer")}\nend\nend\ndef f(_) do`),
      only("GenServer"),
    ],
    [
      "what only run time knows",
      "use Web",
      web(`if System.get_env("X") do\n${q("GenServer")}\nend`),
      perhaps("GenServer"),
    ],
    [
      "one of several, whichever holds",
      "use Web",
      web(`if System.get_env("X") do\n${q("GenServer")}\nelse\n${q("GenServer")}\nend`),
      perhaps("GenServer"),
    ],
    [
      "options that are changed on the way",
      "use Web, live: true",
      web(
        `opts = Keyword.put(opts, :x, 1)\n{live, _} = Keyword.pop(opts, :live)\nif live do\n${q("GenServer")}\nend`,
      ),
      only("GenServer"),
    ],
    [
      "options of a function that is not known",
      "use Web, live: true",
      web(`opts = Other.change(opts)\nif opts[:live] do\n${q("GenServer")}\nend`),
      perhaps("GenServer"),
    ],
    [
      "the first clause that fits, and none after it",
      "use Web, :a",
      `defmodule Web do\ndefmacro __using__(:a), do: nil\ndefmacro __using__(_) do\n${q("GenServer")}\nend\nend`,
      only(),
    ],
    [
      "a guard",
      "use Web, :a",
      `defmodule Web do\ndefmacro __using__(o) when is_list(o) do\n${q("GenServer")}\nend\ndefmacro __using__(_) do\n${q("Phoenix.LiveView")}\nend\nend`,
      only("Phoenix.LiveView"),
    ],
    [
      "options handed on",
      "use Web, kind: :live",
      web(
        `help(opts[:kind], 1)\nend\ndefp help(:live, _), do: ${inline("Phoenix.LiveView")}\ndefp help(_, _) do\n${q("GenServer")}`,
      ),
      only("Phoenix.LiveView"),
    ],
    [
      "a name that is given",
      "use Web, base: GenServer",
      web("quote do\nuse unquote(opts[:base])\nend"),
      only("GenServer"),
    ],
  ])("%s", (_, use, macro, expected) => {
    expect(brings(use, macro)).toEqual(expected);
  });

  test("in the module itself", () => {
    expect(inModule("Mix.env() == :test")).toEqual(only());
    expect(inModule("Code.ensure_loaded?(Nobody)")).toEqual(perhaps("GenServer"));
  });

  test("what is in no dependency, though these are there, is nowhere", () => {
    const own = factsOf({
      path: "lib/l.ex",
      text: "defmodule L do\nif Code.ensure_loaded?(Dep), do: use(GenServer)\nend",
    });
    expect(missingModules(buildIndex([own]))).toEqual(["Dep"]);
    const index = buildIndex([own], [], new Set(["Dep"]));
    const module = index.modules.get("L");
    expect(
      module && [...traitsOf(index, module).behaviours, ...traitsOf(index, module).possible.keys()],
    ).toEqual([]);
  });

  test("a condition that is not known is named, with its place", () => {
    const found = traits(
      "defmodule L do\n\n  use Web\nend",
      web(`if System.get_env("X") do\n${q("GenServer")}\nend`),
    );
    expect(found.possible.get("GenServer")).toEqual({
      line: 3,
      at: { file: "b.ex", line: 3 },
      condition: 'if System.get_env("X")',
    });
  });
});

describe("what macros make for others", () => {
  test("a module of its own in quoted code, and one that is created", () => {
    const inner = web("quote do\ndefmodule Inner do\nuse GenServer\nend\nuse Supervisor\nend");
    expect(brings("use Web", inner)).toEqual(only("Supervisor"));
    const created = web(`Module.create(X, ${q("GenServer")}, __ENV__)\nnil`);
    expect(brings("use Web", created)).toEqual(only());
  });
});

const self = (argument: string): string => web(`quote do\nuse Web, ${argument}\nend`);

describe("macros without end", () => {
  test("one that uses itself is said", () => {
    const { unfollowed } = traits("defmodule L do\n  use Web, 1\nend", self("1"));
    expect([...unfollowed].map(([what, { reason }]) => `${what}: ${reason}`)).toEqual([
      "Web: it uses itself, without end",
    ]);
  });

  test("one that uses itself with more each time ends, and is said", () => {
    const { unfollowed } = traits("defmodule L do\n  use Web, []\nend", self("[x: unquote(opts)]"));
    expect([...unfollowed.values()].map(({ reason }) => reason)).toEqual([
      "macros lead on for more than 64 steps",
    ]);
  });

  test("two that use each other", () => {
    const { unfollowed } = traits(
      "defmodule L do\n  use Web, 1\nend",
      web("quote do\nuse Other\nend"),
      "defmodule Other do\ndefmacro __using__(_) do\nquote do\nuse Web, 1\nend\nend\nend",
    );
    expect([...unfollowed.keys()]).toEqual(["Web"]);
  });
});

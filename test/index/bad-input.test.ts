import { describe, expect, test } from "vitest";
import { doubledModules, noticesOf } from "../../src/index/index.ts";
import { knowledgeOf, pageOf, pagesOf } from "../support/knowledge.ts";

const notices = (text: string): unknown[] =>
  noticesOf(knowledgeOf({ "lib/a.ex": text }).subjects).map(
    ({ file, line, text: what }) => `${file}:${line} ${what}`,
  );

const clause = (n: number): string =>
  `  def message(${n}), do: Other.text("${"x".repeat(40)}", ${n}, [a: ${n}])\n`;

/** As a generator writes them: flat, long and dull. */
function generated(bytes: number): string {
  const lines = Array.from({ length: Math.ceil(bytes / clause(10_000).length) }, (_, n) => clause(n));
  return `defmodule Big do\n${lines.join("")}end\n`;
}

describe("what no person writes", () => {
  test("a generated file of 2 MB", () => {
    const text = generated(2_000_000);
    const started = performance.now();
    const { functions, calls } = pageOf(text, "Big");
    expect(functions).toHaveLength(1);
    expect(calls.length).toBe(functions[0]?.clauses.length);
    expect(performance.now() - started).toBeLessThan(60_000);
  }, 90_000);

  test.each([
    ["calls", `${"f(".repeat(3_000)}1${")".repeat(3_000)}`],
    ["lists", `${"[".repeat(3_000)}${"]".repeat(3_000)}`],
    ["blocks", `${"if x do\n".repeat(600)}1\n${"end\n".repeat(600)}`],
    ["pipes", `x${" |> f()".repeat(3_000)}`],
    ["strings that are joined", `"a"${' <> "a"'.repeat(3_000)}`],
  ])("absurdly deep %s", (_, body) => {
    const pages = pagesOf(`defmodule Deep do\n  def f(x), do: g(x)\n  def g(x) do\n    ${body}\n  end\nend`);
    expect(pages.map(({ name }) => name)).toEqual(["Deep"]);
  });

  test.each([
    ["pipes", `x${" |> f()".repeat(1_000)}`],
    ["lists", `${"[".repeat(1_000)}${"]".repeat(1_000)}`],
    ["sums", `x${" + x".repeat(1_000)}`],
    ["calls", `${"f(".repeat(1_000)}1${")".repeat(1_000)}`],
  ])("what is left out of deep %s is said", (_, body) => {
    expect(notices(`defmodule Deep do\n  def g(x) do\n    ${body}\n  end\nend`)).toEqual([
      "lib/a.ex:3 what is nested more than 400 levels deep here is not read",
    ]);
  });

  test("and nothing is said where all is read", () => {
    expect(notices(`defmodule Flat do\n  def g(x) do\n    x${" |> f()".repeat(100)}\n  end\nend`)).toEqual(
      [],
    );
  });

  test("modules in modules, and quotes in quotes", () => {
    const depth = 150;
    const modules = `${"defmodule A do\n".repeat(depth)}${"end\n".repeat(depth)}`;
    expect(pagesOf(modules)).toHaveLength(depth);
    const quotes = `defmodule W do\ndefmacro __using__(_) do\n${"quote do\n".repeat(depth)}use GenServer\n${"end\n".repeat(depth)}end\nend\ndefmodule L do\nuse W\nend`;
    expect(pageOf(quotes, "L").uses.map(({ target }) => target)).toEqual(["W"]);
  });
});

const twice = (first: string, second: string): unknown[] =>
  doubledModules(knowledgeOf({ "lib/a.ex": first, "lib/b.ex": second }).subjects).map(
    ({ file, line, text }) => `${file}:${line} ${text}`,
  );

describe("modules that are defined twice", () => {
  test("are told, with both places", () => {
    expect(twice("defmodule A do\nend", "\ndefmodule A do\nend")).toEqual([
      "lib/b.ex:2 A is defined at lib/a.ex:1, too; its name means that definition",
    ]);
  });

  test("in one file Elixir keeps the last, and the first is what it is by itself", () => {
    const text =
      "defmodule A do\n  use GenServer\n  def init(x), do: {:ok, x}\nend\ndefmodule A do\n  def init(x, y), do: {x, y}\nend";
    expect(twice(text, "defmodule B do\n  def b, do: A.init(1, 2)\nend")).toEqual([
      "lib/a.ex:1 A is defined at lib/a.ex:5, too; its name means that definition, for Elixir keeps the last of a file",
    ]);
    expect(pagesOf(text).map(({ kinds, behaviours }) => kinds.concat(behaviours as never))).toEqual([
      ["gen_server", "GenServer"],
      ["plain"],
    ]);
    const { calls } = pageOf(`${text}\ndefmodule B do\n  def b(x), do: A.init(1, x)\nend`, "B");
    expect(calls.map(({ function: own }) => own)).toEqual(["A.init/2"]);
  });

  test("protocols, too", () => {
    expect(
      twice("defprotocol A do\ndef f(x)\nend", "if x() do\ndefprotocol A do\ndef f(x)\nend\nend"),
    ).toHaveLength(1);
  });

  test.each([
    ["else", "if Code.ensure_loaded?(X) do\ndefmodule A do\nend\nelse\ndefmodule A do\nend\nend", ""],
    [
      "unless",
      "if Code.ensure_loaded?(X) do\ndefmodule A do\nend\nend",
      "unless Code.ensure_loaded?(X) do\ndefmodule A do\nend\nend",
    ],
    [
      "case",
      'case System.otp_release() do\n"25" ->\ndefmodule A do\nend\n_ ->\ndefmodule A do\nend\nend',
      "",
    ],
    [
      "a protocol or a module",
      "if Code.ensure_loaded?(X) do\ndefprotocol A do\ndef f(x)\nend\nelse\ndefmodule A do\nend\nend",
      "",
    ],
    [
      "protocols",
      "unless Code.ensure_loaded?(X) do\ndefprotocol A do\ndef f(x)\nend\nend",
      "if Code.ensure_loaded?(X) do\ndefprotocol A do\ndef f(x)\nend\nend",
    ],
    [
      "a protocol that is never compiled",
      "if Mix.env() == :test do\ndefprotocol A do\ndef f(x)\nend\nend",
      "defprotocol A do\ndef f(x)\nend",
    ],
  ])("but not where one excludes the other: %s", (_, first, second) => {
    expect(twice(first, second)).toEqual([]);
  });

  test("but not where only one of them is compiled, nor where the name is computed", () => {
    expect(
      twice(
        "if Mix.env() == :test do\ndefmodule A do\nend\nelse\ndefmodule A do\nend\nend",
        "defmodule B do\nend",
      ),
    ).toEqual([]);
    expect(
      twice("for x <- [A, B] do\ndefmodule x do\nend\nend", "for x <- [C] do\ndefmodule x do\nend\nend"),
    ).toEqual([]);
  });
});

const compiled = (condition: string): unknown =>
  pagesOf(`if ${condition} do\ndefmodule A do\nend\nend`).map((page) => page.compiled);

describe("names of modules", () => {
  test("an implementation for several is several modules", () => {
    const pages = pagesOf(
      "defprotocol P do\n  def f(x)\nend\ndefimpl P, for: [A, B.C] do\n  def f(_), do: 1\nend",
    );
    expect(pages.map(({ name, computed }) => `${name} ${computed}`)).toEqual([
      "P false",
      "P.A false",
      "P.B.C false",
    ]);
    expect(pages.at(-1)?.functions.map(({ name, arity }) => `${name}/${arity}`)).toEqual(["f/1"]);
  });

  test("one that is computed is said to be", () => {
    const [page] = pagesOf("for x <- [A] do\ndefmodule Module.concat(x, B) do\n  def f, do: 1\nend\nend");
    expect(page).toMatchObject({ name: "Module.concat(x, B)", computed: true });
  });

  test("modules that macros make", () => {
    const text = `defmodule Web do
      defmacro __using__(_) do
        quote do
          Module.create(Module.concat(__MODULE__, Sup), quote(do: use(Supervisor)), __ENV__)
          defmodule Inner do
            use Agent
          end
        end
      end
    end
    defmodule L do
      use Web
      use GenServer
    end`;
    const { brings, kinds } = pageOf(text, "L");
    expect(kinds).toEqual(["gen_server"]);
    expect(brings.modules.map(({ target, line, at }) => `${line} ${target} ${at}`)).toEqual([
      "12 L.Sup 4",
      "12 L.Inner 5",
    ]);
  });

  test("one that is not compiled", () => {
    expect(compiled("Mix.env() == :test")).toEqual([false]);
    expect(compiled("Mix.env() == :dev")).toEqual([null]);
    expect(compiled("Code.ensure_loaded?(Task)")).toEqual([true]);
  });
});

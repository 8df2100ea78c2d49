import { describe, expect, test } from "vitest";
import { factsFor, factsOf, modulesOf, ruleOf, sitesOf } from "../support/core.ts";

const inFunction = (body: string, head = ""): string =>
  `defmodule M do\n${head}\ndef run(x, y) do\n${body}\nend\nend`;

/** The code that the call probes of a function's body take in. */
function calls(call: string, body: string, head = ""): string[] {
  return sitesOf(`{ call: "${call}" }`, inFunction(body, head)).found.map(({ code }) => code);
}

function targets(call: string, ...texts: readonly string[]): (string | undefined)[] {
  return sitesOf(`{ call: "${call}" }`, ...texts).found.map(({ target }) => target);
}

describe("what a call names", () => {
  test.each([
    ["Mod.f/1", "Mod.f(x)", "", ["Mod.f(x)"]],
    ["Mod.f/1", "Mod.f x", "", ["Mod.f x"]],
    ["Mod.f/1", "x |> Mod.f()", "", ["Mod.f()"]],
    ["Mod.f/1", "x |> Mod.f", "", ["Mod.f"]],
    ["Mod.f/0", "Mod.f", "", ["Mod.f"]],
    ["Mod.f", "Mod.f(x, y)\nMod.f()", "", ["Mod.f(x, y)", "Mod.f()"]],
    ["Mod.f/2", "Mod.f(x, a: 1, b: 2)", "", ["Mod.f(x, a: 1, b: 2)"]],
    ["Mod.f/2", "Mod.f x do\ny\nend", "require Other", ["Mod.f x do\ny\nend"]],
    ["Mod.*/1", "Mod.f(x)\nMod.g(y)\nMod.Sub.f(x)", "", ["Mod.f(x)", "Mod.g(y)"]],
    ["Mod.f*/1", "Mod.f(x)\nMod.fetch!(y)\nMod.g(x)", "", ["Mod.f(x)", "Mod.fetch!(y)"]],
    ["Mod.**.f/1", "Mod.f(x)\nMod.A.f(x)\nMod.A.B.f(x)", "", ["Mod.f(x)", "Mod.A.f(x)", "Mod.A.B.f(x)"]],
    [":ets.insert/2", ":ets.insert(x, y)\n:dets.insert(x, y)", "", [":ets.insert(x, y)"]],
    ["Elixir.Mod.f/1", "Elixir.Mod.f(x)", "", ["Elixir.Mod.f(x)"]],
    ["Mod.f/1", "A.f(x)", "alias Mod, as: A", ["A.f(x)"]],
    ["Mod.Sub.f/1", "Sub.f(x)", "alias Mod.{Sub, Other}", ["Sub.f(x)"]],
    ["Mod.f/1", "alias Mod, as: B\nB.f(x)", "", ["B.f(x)"]],
    ["Mod.f/1", "fn -> \nalias Mod, as: B\n:ok end\nB.f(x)", "", []],
    ["M.run/2", "__MODULE__.run(x, y)\nM.run(x, y)", "", ["__MODULE__.run(x, y)", "M.run(x, y)"]],
    ["run/2", "run(x, y)\nMod.run(x, y)", "", ["run(x, y)"]],
    ["send/2", "send(x, y)\nKernel.send(x, y)", "", ["send(x, y)", "Kernel.send(x, y)"]],
    ["Kernel.send/2", "send(x, y)\nx |> send(y)", "", ["send(x, y)", "send(y)"]],
    ["Kernel.send/2", "send(x, y)", "import Kernel, except: [send: 2]\nimport Mail", []],
    ["Mail.send/2", "send(x, y)", "import Kernel, except: [send: 2]\nimport Mail", ["send(x, y)"]],
    ["Mod.f/1", "f(x)", "import Mod", ["f(x)"]],
    ["Mod.f/1", "f(x)", "import Mod, only: [f: 1]", ["f(x)"]],
    ["Mod.f/1", "f(x)", "import Mod, only: [f: 2]", []],
    ["Mod.f/1", "f(x)", "import Mod, except: [f: 1]", []],
    ["Mod.f/1", "f(x)", "import Mod, only: :sigils", []],
    ["Mod.f/1", "f(x)", "import Mod\ndef f(x), do: x", []],
    ["Mod.f/2", "apply(Mod, :f, [x, y])", "", ["apply(Mod, :f, [x, y])"]],
    ["Mod.f/2", "Mod |> apply(:f, [x, y])", "", ["apply(:f, [x, y])"]],
    ["Mod.f/2", "apply(Mod, :f, [x | y])\napply(Mod, x, [1, 2])\napply(x, :f, [1, 2])", "", []],
    ["apply/3", "apply(Mod, :f, x)", "", ["apply(Mod, :f, x)"]],
    ["f/1", "f(x) do\ny\nend", "", []],
    ["f/1", "x.f(y)\nx.(y)\n@f\nf", "", []],
  ])("%s in %j", (call, body, head, expected) => {
    expect(calls(call, body, head)).toEqual(expected);
  });
});

describe("what another call gives", () => {
  const REPO = "defmodule Mod do\ndef give, do: __MODULE__\ndef also, do: give()\ndefp own, do: :own\nend";
  const asked = (rule: string, body: string, head = ""): (string | undefined)[] =>
    sitesOf(`{ call: ${rule} }`, REPO, inFunction(body, head)).found.map(({ target }) => target);

  test.each([
    [
      "{ module: { name: Mod }, name: f }",
      "Mod.give().f(x)\nMod.f(x)\nOther.f(x)",
      ["Mod.give().f/1", "Mod.f/1"],
    ],
    ["{ module: { name: Mod }, name: f }", "x |> Mod.also().f()\nOther.give().f(x)", ["Mod.also().f/1"]],
    [
      "{ module: { name: Mod }, name: f, arity: 2 }",
      "Mod.give().f(x)\nx |> Mod.give().f(y)",
      ["Mod.give().f/2"],
    ],
    ["{ module: { name: Mod }, name: f }", "Mod.give().f\nx.f(y)", []],
    ["{ module: { name: Mod } }", "Mod.one(x)\nMap.get(x, y)", ["Mod.one/1"]],
    ["{ module: { defines: give/0 }, name: 'g*' }", "Mod.give()\nMod.f()", ["Mod.give/0"]],
    ["{ outside: 'Ot*', name: f }", "Mod.f(x)\nOther.f(x)", ["Other.f/1"]],
    [
      "{ outside: '**' }",
      "Mod.f(x)\nOther.f(x)\nFile.read(x)\nsend(x, y)\n:ets.new(x, y)\nLogger.Formatter.new(x)\nA.B.c()",
      ["Other.f/1", "A.B.c/0"],
    ],
    ["[{ outside: Other, name: f }, Mod.g/1]", "Mod.g(x)\nOther.f(x)", ["Mod.g/1", "Other.f/1"]],
  ])("%s in %j", (rule, body, expected) => {
    expect(asked(rule, body)).toEqual(expected);
  });

  test("through a function of the module itself, and one that is imported", () => {
    const own = "import Give\ndefp mine(x), do: if(x, do: Mod.give(), else: nil)";
    const give = "defmodule Give do\ndef given(_), do: Mod.also()\nend";
    const { found } = sitesOf(
      "{ call: { module: { name: Mod }, name: f } }",
      REPO,
      give,
      inFunction("mine(x).f(1)\ngiven(x).f(2)", own),
    );
    expect(found.map(({ target }) => target)).toEqual(["M.mine(…).f/1", "Give.given(…).f/1"]);
  });

  test("a rule that names the module finds none of them", () => {
    expect(asked("Mod.f/1", "Mod.give().f(x)")).toEqual([]);
    expect(asked("f/1", "Mod.give().f(x)")).toEqual([]);
  });
});

const user = (body: string): string => `defmodule User do\nuse Web\ndef run(x) do\n${body}\nend\nend`;

describe("over several files", () => {
  const web = `defmodule Web do
    defmacro __using__(_) do
      quote do
        import Mail, except: [hidden: 1]
        require Log
      end
    end
  end`;
  const mail = `defmodule Mail do
    def send_it(a), do: a
    def hidden(a), do: a
    defp secret(a), do: a
    defdelegate later(a), to: Other
    defmacro shown(a), do: a
  end`;
  test("what a followed `use` imports is known by its real functions", () => {
    expect(targets("Mail.*", web, mail, user("send_it(x)\nlater(x)\nhidden(x)\nsecret(x)"))).toEqual([
      "Mail.send_it/1",
      "Mail.later/1",
    ]);
  });

  test("what it imports is code in the arguments of its functions, and not in those of its macros", () => {
    const { found, reasons } = sitesOf(
      "{ call: f/1 }",
      web,
      mail,
      user("send_it(f(x))\nshown(f(x))\nother(f(x))"),
    );
    expect(found.map(({ code }) => code)).toEqual(["f(x)"]);
    expect(reasons).toEqual(
      ["shown", "other"].map(
        (name) => `it stands inside \`${name}\`, which may be a macro that reads its argument as syntax`,
      ),
    );
  });
});

describe("a site that stays as it is", () => {
  const GUARD = "it stands in a guard, which takes no other code";

  test.each([
    ["case x do\ny when f(y) -> 1\nend", GUARD],
    ["fn y when f(y) -> y end", GUARD],
    ["for y when f(y) <- x, do: y", GUARD],
    ["<<x::size(f(8))-unit(1)>>", "it is the size of a segment, which takes no other code"],
    ["~t(#{f(x)})", "it stands in the sigil ~t, which may read it as syntax"],
  ])("%j", (body, reason) => {
    expect(sitesOf("{ call: f/1 }", inFunction(body))).toEqual({ found: [], reasons: [reason] });
  });

  test("in heads", () => {
    const text = `defmodule M do
      def one(a \\\\ f(1)) when f(a), do: a
      defp two(a \\\\ f(2)), do: a
      def three(a \\\\ f(3))
      def three(a), do: f(a)
    end`;
    const { found, reasons } = sitesOf("{ call: f/1 }", text);
    const documented = "it is a default argument, whose text is part of the function's documentation";
    expect(found.map(({ code }) => code)).toEqual(["f(2)", "f(a)"]);
    expect(reasons).toEqual([documented, GUARD, documented]);
  });
});

describe("never a site", () => {
  test.each([
    "f(x) = y",
    "^x = y",
    "case x do\nf(y) -> 1\nend",
    "with f(a) <- x, do: a",
    "for f(a) <- x, do: a",
    "fn f(a) -> a end",
    "<<x::f(8)>>",
    "quote do: f(x)",
    "quote do: unquote(f(x))",
    "unquote(f(x))",
    "~S[#{f(x)}]",
    "@doc f(x)",
    "match?(f(1), x)",
    "destructure(f(1), x)",
    "defmodule Inner do\n@x f(1)\nend",
    "import f(x)",
    "binding(f(x))",
    "# f(x)",
    '"f(x)"',
  ])("%j", (body) => {
    const { found, reasons } = sitesOf("{ call: f/1 }", inFunction(body));
    expect({ found, reasons }).toEqual({ found: [], reasons: [] });
  });

  test("outside of a function's body", () => {
    const text = `defmodule M do
      @x f(1)
      @spec run(f(1)) :: f(2)
      f(1)
      def run(a), do: a
      defmacro m(a), do: f(a)
      defstruct a: f(1)
    end`;
    expect(sitesOf("{ call: f/1 }", text)).toEqual({ found: [], reasons: [] });
  });
});

describe("left alone, with a reason", () => {
  test.each([
    ["unknown(f(x))", "`unknown`"],
    ["unknown do\nf(x)\nend", "`unknown`"],
    ["f(x) |> unknown()", "`unknown`"],
    ["f(x) |> unknown", "`unknown`"],
    ["f(x) ~> y", "`~>`"],
    ["dbg(f(x))", "`dbg`"],
    ["put_in(f(x).a, y)", "`put_in`"],
    ["unquote(x)(f(y))", "unquote"],
    ["&f/1", "captured"],
    ["&f(&1)", "captured"],
    ["&(f(&1))", "captured"],
    ["x |> f y", "without parentheses"],
  ])("%j", (body, reason) => {
    const { found, reasons } = sitesOf("{ call: f }", inFunction(body));
    expect(found).toEqual([]);
    expect(reasons).toEqual([expect.stringContaining(reason)]);
  });

  test.each([
    ["import Ecto.Query", "from(u in x, where: f(u))", 0],
    ["import Ecto.Changeset", "cast(f(x), y, [])", 1],
    ["require Ash.Query", "Ash.Query.filter(f(x))", 0],
    ["", "Ash.Query.filter(f(x))", 1],
    ["require Logger", "Logger.info(f(x))", 1],
    ["require Integer", "Integer.is_odd(f(x))", 0],
    ["require Integer", "Integer.digits(f(x))", 1],
    ["use ExUnit.Case", "assert f(x) == y", 0],
    ["use ExUnit.Case", "on_exit(fn -> f(x) end)", 1],
    ["use Phoenix.LiveView", "assign(x, :a, f(x))", 1],
    ["use Phoenix.LiveView", "start_async(x, :a, fn -> f(x) end)", 1],
    ["use Unknown.Thing", "assign(x, :a, f(x))", 0],
    ["import Enum", "map(f(x), y)", 1],
    ["use Unknown.Thing\nimport Enum", "map(f(x), y)", 0],
    ["import Kernel, except: [if: 2]\nimport Other", "if f(x), do: y", 0],
    ["defmacrop m(a), do: a", "m(f(x))", 0],
    ["defp m(a), do: a", "m(f(x))", 1],
  ])("%s: %s", (head, body, count) => {
    expect(calls("f/1", body, head)).toHaveLength(count);
  });
});

/** How what takes the process over, and `apply`, is probed. */
const modes = (body: string): string[] =>
  sitesOf('{ call: [":gen_server.*", apply/3] }', inFunction(body)).found.map(({ mode }) => mode);

describe("entry only", () => {
  test.each([
    ["run(x, y)", "enter"],
    ["x |> run(y)", "enter"],
    ["if x, do: run(x, y)", "enter"],
    ["y + run(x, y)", "full"],
    ["run(x, y)\ny", "full"],
    ["z = run(x, y)\nz", "enter"],
    ["z = run(x, y)\nz + 1", "full"],
    ["Enum.each(x, fn z -> run(z, y) end)", "enter"],
  ])("%j", (body, mode) => {
    expect(sitesOf("{ call: run/2 }", inFunction(body)).found.map((site) => site.mode)).toEqual([mode]);
  });

  test("a tail call to another application's function is whole", () => {
    expect(sitesOf("{ call: Enum.map/2 }", inFunction("Enum.map(x, y)")).found[0]?.mode).toBe("full");
  });

  test("what takes the process over, and what only run time knows and may lead back", () => {
    const body = "if x do\n:gen_server.enter_loop(x, y)\nelse\napply(x, y, [1, 2])\nend";
    expect(modes(body)).toEqual(["enter", "full"]);
    expect(modes(`call(:run)\n${body}`)).toEqual(["enter", "enter"]);
  });
});

test("nobody pays for what no rule asks for", () => {
  const source = { path: "a.ex", text: inFunction("Enum.map(x, &f/1)") };
  const clauses = factsFor(source, [ruleOf("{ call: Enum.reduce/3 }")]).modules.flatMap(
    (module) => module.clauses,
  );
  expect(clauses.map(({ sites }) => sites)).toEqual([[]]);
  expect(factsFor(source, [ruleOf("{ call: Enum.reduce/3 }")])).toEqual(factsOf(source));
  expect(modulesOf(source.text)[0]?.clauses[0]?.sites).toEqual([]);
});

import { describe, expect, test } from "vitest";
import { compilePattern, isPattern } from "../../src/parser/index.ts";
import { nameOf, planFor, ruleOf, sitesOf } from "../support/core.ts";

const inFunction = (body: string): string =>
  `defmodule M do\nalias Shop.Repo\ndef run(x, y) do\n${body}\nend\nend`;

/** The code that the pattern selects in a function's body. */
function found(pattern: string, body: string): string[] {
  return sitesOf(`{ pattern: ${JSON.stringify(pattern)} }`, inFunction(body)).found.map(({ code }) => code);
}

describe("a pattern selects", () => {
  test.each([
    ["f($X)", "f(1)", 1],
    ["f($X)", "f 1", 1],
    ["f($X)", "1 |> f()", 1],
    ["f($X)", "1 |> f", 1],
    ["f($X)", "f()\nf(1, 2)\ng(1)", 0],
    ["f($X)", "f do\n1\nend", 0],
    ["f()", "f()", 1],
    ["f($$$XS)", "f()\nf(1)\nf(1, 2)\n1 |> f(2)", 4],
    ["f($$$_, :last)", "f(:last)\nf(1, 2, :last)\nf(:last, 1)", 2],
    ["f($X, $X)", "f(1, 1)\nf(x, x)\nf(g(1), g(1))\nf(1, 2)\nf(g(1), g(2))", 3],
    ["f($X, $X)", "f(1, 1.0)\nf([a: 1], a: 1)\nf(1 |> g(), g(1))", 2],
    ["f($_, $_)", "f(1, 2)", 1],
    ["f('abc')", 'f(\'abc\')\nf(~c"abc")\nf(~c(abd))\nf("abc")', 2],
    ["f(~c(abc))", "f('abc')\nf(~c\"abc\")\nf(~C(abc))", 2],
    ['f("a b")', 'f("a b")\nf(~s(a b))\nf(~S(a b))\nf(~s(a))', 2],
    ["f(~s(a#{x}))", 'f("a#{x}")\nf(~s[a#{x}])\nf("a#{y}")', 2],
    ["f(~w(a b))", 'f(["a", "b"])\nf(~w[a  b])\nf(~w(a b)a)\nf(["a"])', 2],
    ['f(["a", $X])', 'f(~w(a b))\nf(["a", x])\nf(~w(b a))', 2],
    ["f([:a, :b])", "f(~w(a b)a)\nf([:a, :b])\nf(~w(a b))", 2],
    ["f(~w($X))", "f(~w(a b))\nf([:a])", 1],
    [
      "fn {:ok, %User{} = $U} -> $U end",
      "fn {:ok, u = %User{}} -> u end\nfn {:ok, %User{} = u} -> u end\nfn {:ok, u} -> u end",
      2,
    ],
    ["$X = f($Y)", "x = f(1)\nf(1) = x", 1],
    ["$X |> f()", "1 |> f()\nf(1)", 2],
    ["$X |> $Y", "1 |> f()\n2 |> g\nf(1)", 2],
    ["f($X, a: $A)", "f(1, a: 2)\nf(1, [a: 2])\n1 |> f(a: 2)\nf(1, b: 2)", 3],
    ["Repo.insert($X)", "Repo.insert(x)\nShop.Repo.insert(x)", 1],
    ["Shop.Repo.insert($X)", "Repo.insert(x)\nShop.Repo.insert(x)\nOther.insert(x)", 2],
    ["$M.insert($X)", "Repo.insert(x)\nx.insert(y)\ninsert(x)", 2],
    ["Repo.$F($X)", "Repo.insert(x)\nRepo.delete(x)\nRepo.all()", 2],
    ["$F(1)", "f(1)\ng(1)\nh(2)\n1 |> f()", 3],
    ["$F.($X)", "x.(1)\nf(1)", 1],
    [
      "if $C do $$$B end",
      "if x, do: 1\nif x do\n1\n2\nend\nif x do\nend\nif(x, do: (1; 2))\nif x, do: 1, else: 2",
      4,
    ],
    ["if $C, do: $B", "if x, do: 1\nif x do\n1\nend\nif x do\n1\n2\nend", 2],
    ["if $C do $$$A else $B end", "if x, do: 1, else: 2\nif x do\n1\nelse\n2\nend\nif x, do: 1", 2],
    ["case $X do $$$CS end", "case x do\n1 -> 2\n_ -> 3\nend\nx |> case do\n_ -> 1\nend", 2],
    ["case $X do nil -> $A end", "case x do\nnil -> 1\nend\ncase x do\nnil -> 1\n_ -> 2\nend", 1],
    ["with {:ok, $A} <- $B, do: $C", "with {:ok, z} <- x, do: z\nwith {:ok, z} <- x do\nz\nend", 2],
    ["fn $$$A -> $$$B end", "fn -> 1 end\nfn a, b -> a\nb end\nfn 1 -> 1\n2 -> 2 end", 2],
    ["&$F/1", "&f/1\n&f/2\n&M.f/1", 2],
    ["{:ok, $X}", "{:ok, x}\n{:error, x}\n{:ok, x, 2}", 1],
    ["{:ok, $$$XS}", "{:ok, x}\n{:ok}\n{:ok, x, 2}", 3],
    ["[a: $X]", "[a: x]\n[{:a, x}]\n[b: x]\n[{:a, x, 1}]", 2],
    ["f(a: $X)", "f(a: 1)\nf([{:a, 1}])\nf({:a, 1})", 2],
    [
      "f($$$_, a: $X)",
      "f(1, a: 1)\nf(a: 1)\nf(1, 2, b: 2, a: 1)\nf(1, a: 1, b: 2)\nf(1, [b: 2, a: 1, c: 3])\nf(1, b: 2)\nf(1)",
      5,
    ],
    [
      "f($X, $$$R, a: $A, c: $C)",
      "f(1, a: 1, b: 2, c: 3)\nf(1, c: 1, a: 2)\nf(1, 2, a: 1, c: 3)\nf(a: 1, c: 3)",
      2,
    ],
    ["f($X, a: $A)", "f(1, a: 1)\nf(1, a: 1, b: 2)", 1],
    ["%{a: $X}", "%{a: 1}\n%{:a => 1}\n%{a: 1, b: 2}", 2],
    ["%{$$$_, a: $X}", "%{a: 1}\n%{b: 2, a: 1}\n%{a: 1, b: 2}\n%{b: 1}", 3],
    ["%{$K => $V}", "%{a: 1}\n%{x => y}", 2],
    ["%{$M | a: $X}", "%{x | a: 1}\n%{x | a: 1, b: 2}\n%{a: 1}", 1],
    ["%User{$$$_}", "%User{}\n%User{a: 1}\n%Other{}", 2],
    ["%$S{name: $_}", "%User{name: 1}\n%{name: 1}", 1],
    ["$A + 1", "x + 1\n1 + x\n(x + 1)\nx+1\nx + 1_0", 3],
    ["$A + 1_000", "x + 1000", 1],
    ["-$A", "-x\n- x\n-1", 3],
    ["not $A", "not x\nnot(x)\nx not in y\nx in y", 3],
    ["$A not in $B", "x not in y\nnot (x in y)\nx in y", 2],
    ["__MODULE__.N.f($X)", "__MODULE__.N.f(x)\nM.N.f(x)\nN.f(x)", 2],
    ["M.N.f($X)", "__MODULE__.N.f(x)\nM.N.f(x)\nN.f(x)", 2],
    ["%{$$$X}", "%{a: x}\n%{}\n%A{b: x}\n%{x | b: x}", 2],
    ["%{b: $X}", "%{b: x}\n%A{b: x}\n%{x | b: x}", 1],
    ["%{$K => $V, $K => $W}", "%{x => 1, y => 2}\n%{x => 1, x => 2}", 1],
    ["%{$A => 1, $B => 2, $$$R}", "%{x => 2, y => 1, z: 3}\n%{x => 2, y: 2}", 1],
    [
      "case $X do\n  {:ok, $Y} -> $Z\n  $$$R\nend",
      "case x do\n{:ok, a} -> a\nend\ncase x do\n{:ok, a} -> a\n1 -> 2\n3 -> 4\nend\ncase x do\n1 -> 2\n{:ok, a} -> a\nend",
      2,
    ],
    [
      "case $X do\n  $$$R\n  {:ok, $Y} -> $Z\nend",
      "case x do\n1 -> 2\n{:ok, a} -> a\nend\ncase x do\n{:ok, a} -> a\n1 -> 2\nend",
      1,
    ],
    [
      "case $X do {:ok, $Y} -> $Z; $$$R end",
      "case x do\n{:ok, a} -> a\nend\ncase x do\n{:ok, a} -> a; x\n end\ncase x do\n{:ok, a} -> a\n1 -> 2\nend",
      2,
    ],
    ["fn\n  {:ok, $X} -> $X\n  $$$_\nend", "fn\n{:ok, a} -> a\n_ -> 1\nend\nfn _ -> 1 end", 1],
    ["$A not in $B", "x not in y\nx  not  in y", 2],
    ["$X[:a]", "x[:a]\nx.a", 1],
    ["$X.a", "x.a\nx.b", 1],
    ['"a #{$X}"', '"a #{x}"\n"a #{y} b"\n"a"', 1],
    ['f("$5", ~s($X))', 'f("$5", ~s($X))\nf("5", ~s(x))', 1],
    ["f(?$)", "f(?$)", 1],
    ["raise $E", "raise x\nraise(x)", 2],
    ["$A = f($X)", "z = f(1)\nz = g(1)", 1],
    ["<<$A::8, $$$_>>", "<<x::8, y>>\n<<x>>", 1],
    ["for $A <- $B, do: $C", "for z <- x, do: z\nfor z <- x do\nz\nend", 2],
    ["(f($X))", "f(1)", 1],
    ["f(\n  $X # any\n)", "f(1)", 1],
  ])("%s in %j: %i", (pattern, body, count) => {
    expect(found(pattern, body)).toHaveLength(count);
  });

  test("what the probe takes in is the expression, or the step of the pipe", () => {
    expect(found("f($X)", "y = f(g(1))")).toEqual(["f(g(1))"]);
    expect(found("$X |> f(2)", "1 |> inspect() |> f(2) |> inspect()\nf(3, 2)")).toEqual(["f(2)", "f(3, 2)"]);
  });

  test("nothing in patterns, guards, quoted code, or where an operator would mean something else", () => {
    expect(found("{:ok, $X}", "{:ok, z} = x\ncase x do\n{:ok, z} -> z\nend\nquote do: {:ok, 1}")).toEqual([]);
    expect(sitesOf("{ pattern: $A..$B }", inFunction("1..x//2"))).toEqual({ found: [], reasons: [] });
    expect(found("not $A", "not x in y")).toEqual([]);
    expect(found("f(&1)", "&f(&1)")).toEqual([]);
  });

  test("its `match` says where", () => {
    const text = "defmodule A do\ndef f(x), do: {:ok, x}\ndef g(x), do: {:ok, x}\nend";
    const { found: sites } = sitesOf("{ pattern: '{:ok, $_}', function: { name: g } }", text);
    expect(sites).toHaveLength(1);
  });
});

describe("no pattern", () => {
  test.each([
    ["", "it holds no code", 0],
    ["# f(x)", "it holds no code", 0],
    ["f(x)\ng(x)", "it holds more than one expression", 5],
    ["$X", "it must be a call, an operator's expression, a function or a container", 0],
    ["name", "it must be a call, an operator's expression, a function or a container", 0],
    [":atom", "it must be a call, an operator's expression, a function or a container", 0],
    ["$A <- $B", "it must be a call, an operator's expression, a function or a container", 0],
    ["f($x)", "$x is no metavariable: these are $NAME and $$$NAME, in capitals, and $_", 2],
    ["f($$X)", "$$X is no metavariable: these are $NAME and $$$NAME, in capitals, and $_", 2],
    ["f($Xs)", "$Xs is no metavariable: these are $NAME and $$$NAME, in capitals, and $_", 2],
    ["$$$F(1)", "$$$F stands where only one thing can", 0],
    ["f(1 + $$$X)", "$$$X stands where only one thing can", 6],
    ["f(1))", "this does not parse as Elixir", 4],
    ["f($X, a: $A, $$$R)", "what stands for the rest goes before keywords: f($X, $$$REST, key: $Y)", 13],
    ["%{a: $A, $$$R}", "what stands for the rest goes before keywords: f($X, $$$REST, key: $Y)", 9],
    ["f(ƺ)", "it holds the letter ƺ", 2],
  ])("%j", (text, problem, offset) => {
    const result = compilePattern(text);
    expect(isPattern(result)).toBe(false);
    expect(result).toEqual({ problem, offset });
  });
});

/** The clauses that the pattern selects in a module. */
function clauses(pattern: string, body: string): string[] {
  const rules = [ruleOf(`{ pattern: ${JSON.stringify(pattern)} }`)];
  return planFor(rules, `defmodule M do\n${body}\nend`).probes.map(nameOf);
}

const CLAUSES = `
def handle_event("a", p, s), do: {p, s}
def handle_event("b" <> _, %{} = p, s) when map_size(p) > 1 do
  {p, s}
end
def handle_event(_, p, s \\\\ nil) do
  {p, s}
rescue
  _ -> s
end
defp handle_event(a, a), do: a
def none, do: 1
def none2(), do: 1
def a + b, do: {a, b}
def unquote(:name)(x), do: x
def one(x, x) do
  x
  x
end
defmacro mac(x), do: x
`;

describe("a pattern of a definition selects its clauses", () => {
  test.each([
    [
      "def handle_event($E, $P, $S) do $$$B end",
      ["handle_event/3#1", "handle_event/3#2", "handle_event/3#3"],
    ],
    ["def handle_event($E, $P, $S), do: $$$B", ["handle_event/3#1", "handle_event/3#2", "handle_event/3#3"]],
    ["def handle_event($E, $P, $S)", ["handle_event/3#1", "handle_event/3#2", "handle_event/3#3"]],
    ["def $N($$$A) when $G, do: $$$B", ["handle_event/3#2"]],
    ["def handle_event($$$_, $S \\\\ $D)", ["handle_event/3#3"]],
    ["def $N($$$_) do $$$_ rescue $$$_ end", ["handle_event/3#3"]],
    ["defp $N($X, $X)", ["handle_event/2#1"]],
    ["def $N()", ["none/0#1", "none2/0#1"]],
    ["def none", ["none/0#1"]],
    ["def $A + $B", ["+/2#1"]],
    ["def one($X, $_) do $X; $X end", ["one/2#1"]],
    ["def one($X, $_), do: $X", []],
    ["defmacro $HEAD", ["mac/1#1"]],
    ['def $N("b" <> $REST, $$$_)', ["handle_event/3#2"]],
    ["def $N(%{} = $P, $$$_)", []],
  ])("%s", (pattern, expected) => {
    expect(clauses(pattern, CLAUSES)).toEqual(expected.map((name) => `M.${name}`));
  });

  test("= says the same from both sides", () => {
    const text =
      "def a(%U{} = u), do: u\ndef b(u = %U{}), do: u\ndef c(u), do: u\ndef d({:ok, [u = %U{}]}, %{} = u), do: u";
    const selected = (pattern: string): string[] => clauses(pattern, text).map((name) => name.slice(2, 3));
    expect(selected("def $N(%U{} = $X)")).toEqual(["a", "b"]);
    expect(selected("def $N($X = %U{})")).toEqual(["a", "b"]);
    expect(selected("def $N({:ok, [%U{} = $X]}, $Y = %{})")).toEqual(["d"]);
  });

  test("a metavariable alone stands for any head", () => {
    expect(clauses("def $HEAD", CLAUSES)).toHaveLength(8);
  });
});

test("what cannot be decided in a reasonable time is stopped", () => {
  const args = Array.from({ length: 40 }, (_, at) => `a${at}`).join(", ");
  expect(found(`f(${"$$$A, x, ".repeat(8).replaceAll("A", () => "_")}y)`, `f(${args})`)).toEqual([]);
  const names = "ABCDEFGH".split("").map((name) => `$$$${name}, x`);
  expect(found(`f(${names.join(", ")})`, `f(${args})`)).toEqual([]);
  const pairs = "ABCDEFGHIJKL".split("").map((name) => `$${name} => $${name}1`);
  const map = Array.from({ length: 12 }, (_, at) => `k${at} => ${at}`).join(", ");
  expect(found(`%{${pairs.join(", ")}, z: 1}`, `%{${map}, y: 1}`)).toEqual([]);
  const same = "ABCDEFGHIJKL".split("").map((name) => `$${name} => {$${name}, $Z}`);
  expect(() =>
    found(`%{${same.join(", ")}, $Z => $Q}`, `%{${map.replaceAll(/=> (\d+)/g, "=> {k$1, k0}")}, 1 => 2}`),
  ).toThrow("too many ways to match");
});

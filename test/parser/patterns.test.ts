import { describe, expect, test } from "vitest";
import { compilePattern, isPattern } from "../../src/parser/index.ts";
import { sitesOf } from "../support/core.ts";

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
    ["{:ok, $X}", "{:ok, 1}\n{:error, 1}\n{:ok, 1, 2}", 1],
    ["{:ok, $$$XS}", "{:ok, 1}\n{:ok}\n{:ok, 1, 2}", 3],
    ["[a: $X]", "[a: 1]\n[{:a, 1}]\n[b: 1]", 1],
    ["%{a: $X}", "%{a: 1}\n%{:a => 1}\n%{a: 1, b: 2}", 2],
    ["%{$$$_, a: $X}", "%{a: 1}\n%{b: 2, a: 1}\n%{a: 1, b: 2}\n%{b: 1}", 3],
    ["%{$K => $V}", "%{a: 1}\n%{x => y}", 2],
    ["%{$M | a: $X}", "%{x | a: 1}\n%{x | a: 1, b: 2}\n%{a: 1}", 1],
    ["%User{$$$_}", "%User{}\n%User{a: 1}\n%Other{}", 2],
    ["%$S{name: $_}", "%User{name: 1}\n%{name: 1}", 1],
    ["$A + 1", "x + 1\n1 + x\n(x + 1)\nx+1\nx + 1_0", 3],
    ["$A + 1_000", "x + 1000", 1],
    ["-$A", "-x\n- x\n-1", 3],
    ["not $A", "not x\nnot(x)\nx not in y", 2],
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
    expect(found("$A..$B", "1..x//2")).toEqual([]);
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
    ["f(ƺ)", "it holds the letter ƺ", 2],
  ])("%j", (text, problem, offset) => {
    const result = compilePattern(text);
    expect(isPattern(result)).toBe(false);
    expect(result).toEqual({ problem, offset });
  });
});

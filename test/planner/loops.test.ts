import { describe, expect, test } from "vitest";
import { inModule, loops } from "../support/loops.ts";

describe("a call of itself in tail position is a loop", () => {
  test.each([
    ["the last statement", "def f(x) do\ny = x\nf(y)\nend"],
    ["a keyword body", "def f(x), do: f(x)"],
    ["without parentheses", "def f(x), do: f x"],
    ["of no parameters", "def f, do: f()"],
    ["of no parameters, bare", "def f, do: f"],
    ["if", "def f(x) do\nif x, do: f(x)\nend"],
    ["else", "def f(x) do\nif x do\n1\nelse\nf(x)\nend\nend"],
    ["unless", "def f(x), do: unless(x, do: f(x))"],
    ["case", "def f(x) do\ncase x do\n1 -> 1\n_ -> f(x)\nend\nend"],
    ["case in one line", "def f(x), do: case(x, do: (_ -> f(x)))"],
    ["cond", "def f(x) do\ncond do\nx -> f(x)\ntrue -> 1\nend\nend"],
    ["with", "def f(x) do\nwith {:ok, y} <- x, do: f(y)\nend"],
    ["with's else", "def f(x) do\nwith {:ok, y} <- x do\ny\nelse\n_ -> f(x)\nend\nend"],
    ["receive", "def f(x) do\nreceive do\ny -> f(y)\nend\nend"],
    ["receive's after", "def f(x) do\nreceive do\ny -> y\nafter\n0 -> f(x)\nend\nend"],
    ["receive's after in one line", "def f(x), do: receive(do: (y -> y), after: (0 -> f(x)))"],
    ["a rescue of try", "def f(x) do\ntry do\nx\nrescue\n_ -> f(x)\nend\nend"],
    ["a catch of its own", "def f(x) do\nx\ncatch\n_ -> f(x)\nend"],
    ["the else of its own try", "def f(x) do\nx\nrescue\n_ -> 1\nelse\ny -> f(y)\nend"],
    ["a pipe", "def f(x), do: x |> f()"],
    ["a pipe, bare", "def f(x), do: x |> f"],
    ["a pipe with more", "def f(x, y), do: x |> g() |> f(y)"],
    ["a pipe into case", "def f(x) do\nx |> case do\ny -> f(y)\nend\nend"],
    ["&&", "def f(x), do: x && f(x)"],
    ["||", "def f(x), do: x || f(x)"],
    ["and", "def f(x), do: x and f(x)"],
    ["or", "def f(x), do: x or f(x)"],
    ["a match", "def f(x), do: y = f(x)"],
    ["a value that is given back", "def f(x) do\ny = f(x)\ny\nend"],
    ["a value with two names that is given back", "def f(x) do\ny = f(x)\nz = y\nz\nend"],
    ["case that hands on", "def f(x) do\ncase f(x) do\n{:error, e} -> {:error, e}\ny -> y\nend\nend"],
    [
      "case that hands on under a name",
      "def f(x) do\nx |> f() |> case do\n{_, _} = y -> y\ny -> y\nend\nend",
    ],
    ["with that hands on", "def f(x), do: with({:ok, y} <- f(x), do: {:ok, y})"],
    [
      "with that hands on in a block",
      "def f(x) do\nwith {:ok, x} <- x, {:ok, y} <- f(x) do\n{:ok, y}\nend\nend",
    ],
    ["a name in quotes", 'def f(x), do: M."f"(x)'],
    ["a block", "def f(x), do: (x; f(x))"],
    ["a nested block", "def f(x) do\nif x do\ncase x do\n_ -> (y = x; f(y))\nend\nend\nend"],
    ["its module", "def f(x), do: M.f(x)"],
    ["__MODULE__", "def f(x), do: __MODULE__.f(x)"],
    ["apply", "def f(x), do: apply(__MODULE__, :f, [x])"],
    ["Kernel.apply", "def f(x), do: Kernel.apply(M, :f, [x])"],
    ["a default", "def f(x, y \\\\ 1), do: f(x)"],
    ["a default in a head", "def f(x, y \\\\ 1)\ndef f(x, y), do: f(x)"],
    ["a macro's block", "def f(x) do\ntransaction do\nf(x)\nend\nend"],
    ["a macro's keyword", 'def f(x), do: span("name", do: f(x))'],
    ["an operator", "def a <~> b, do: a <~> b"],
    ["a unary operator", "def !a, do: !a"],
    ["a trailing comment", "def f(x) do\nf(x)\n# last\nend"],
    ["then", "def f(x), do: x |> then(&f(&1))"],
    ["then with what it is given", "def f(x), do: h() |> then(& &1.(x))\ndef h, do: &f/1"],
    ["then with what it is given, in parentheses", "def f(x), do: then(h(), &(&1.(x)))\ndef h, do: &f/1"],
    ["then with apply", "def f(x), do: then(h(), &apply(&1, [x]))\ndef h, do: &f/1"],
    ["then with what it is given, as a function", "def f(x), do: then(h(), &then(x, &1))\ndef h, do: &f/1"],
    ["then with its module", "def f(x), do: Kernel.then(x, &M.f/1)"],
    ["then with a function written out", "def f(x), do: then(x, fn y -> f(y) end)"],
    ["a function that is called at once", "def f(x), do: (fn y -> f(y) end).(x)"],
    ["a capture that is called at once", "def f(x), do: (&f(&1)).(x)"],
    ["a capture that is applied", "def f(x), do: apply(&f/1, [x])"],
    ["a function for Map.get_lazy", "def f(x), do: Map.get_lazy(x, 1, fn -> f(x) end)"],
    ["a function for Keyword.get_lazy, in a pipe", "def f(x), do: x |> Keyword.get_lazy(:a, fn -> f(x) end)"],
    ["a function for List.foldr", "def f(x), do: List.foldr(x, 1, fn y, _ -> f(y) end)"],
    ["what Enum.max gives for nothing", "def f(x), do: Enum.max(x, fn -> f(x) end)"],
    ["a sigil of its own", "def sigil_l(x, _), do: ~l(#{x})"],
  ])("%s", (_, body) => {
    expect(loops(inModule(body))).toHaveLength(1);
  });
});

describe("what is no loop keeps enter and leave", () => {
  test.each([
    ["a call that is not the last", "def f(x) do\nf(x)\nx\nend"],
    ["an operand", "def f(x), do: 1 + f(x)"],
    ["an argument", "def f(x), do: g(f(x))"],
    ["a condition", "def f(x), do: if(f(x), do: 1)"],
    ["the subject of case", "def f(x) do\ncase f(x) do\n_ -> 1\nend\nend"],
    ["a generator", "def f(x), do: for(y <- f(x), do: y)"],
    ["a comprehension's body", "def f(x), do: for(y <- x, do: f(y))"],
    ["the source of a pipe", "def f(x), do: f(x) |> g()"],
    ["a list", "def f([x | r]), do: [x | f(r)]"],
    ["a tuple", "def f(x), do: {:ok, f(x)}"],
    ["the body of try", "def f(x) do\ntry do\nf(x)\nrescue\n_ -> 1\nend\nend"],
    ["a body under its own rescue", "def f(x) do\nf(x)\nrescue\n_ -> 1\nend"],
    ["a handler under after", "def f(x) do\nx\nrescue\n_ -> f(x)\nafter\n1\nend"],
    ["a body under after", "def f(x) do\nf(x)\nafter\n1\nend"],
    ["a function that is only made", "def f(x), do: fn -> f(x) end"],
    ["a function for another application", "def f(x), do: Enum.map(x, &f/1)"],
    ["quoted code", "def f(x), do: quote(do: f(x))"],
    ["another arity", "def f(x), do: f(x, 1)\ndef f(x, y), do: {x, y}"],
    ["another module's function", "def f(x), do: Other.f(x)"],
    ["a variable of its name", "def f, do: 1\ndef g(f) do\nf\nend"],
    ["a field", "def f(x), do: x.f"],
    ["a value that is used before it is given back", "def f(x) do\ny = f(x)\ng(y)\ny\nend"],
    ["case that changes one", "def f(x) do\ncase f(x) do\n{:error, e} -> {:error, {e}}\ny -> y\nend\nend"],
    ["case that may raise", "def f(x) do\ncase f(x) do\n{:error, e} -> {:error, e}\n:ok -> :ok\nend\nend"],
    ["case that counts", "def f(x) do\ncase f(x) do\ny -> y + 1\nend\nend"],
    ["with that unpacks", "def f(x), do: with({:ok, y} <- f(x), do: y)"],
    ["with that says else", "def f(x), do: with({:ok, y} <- f(x), do: {:ok, y}, else: (_ -> 1))"],
    ["a part of a value that is given back", "def f(x) do\n{:ok, y} = f(x)\ny\nend"],
    ["a call into an application that is not the project's", "def f(x), do: String.trim(x)"],
    ["Kernel's function of its name", "def abs(x), do: Kernel.abs(x)\ndef hd(x), do: :erlang.hd(x)"],
    ["raise", "def f(x), do: raise(f(x))"],
    ["a chain", "def f(x), do: g(x)\ndef g(x), do: h(x)\ndef h(x), do: x"],
    ["then with another function", "def f(x), do: x |> then(&g/1)\ndef g(x), do: {x}"],
    ["a function for Map.update", "def f(x), do: Map.update(x, 1, 2, fn _ -> f(x) end)"],
    ["a function for tap", "def f(x), do: tap(x, fn y -> f(y) end)"],
    ["a sigil with a call in it", "def f(x), do: ~s(#{f(x)})"],
    ["Enum.max with a module", "def f(x), do: Enum.max(x, Date)"],
    ["a caller of a loop", "def f(x), do: {g(x)}\ndef g(x), do: {f(x)}"],
  ])("%s", (_, body) => {
    expect(loops(inModule(body))).toEqual([]);
  });

  test("nor is the way into a loop, nor the way out of it", () => {
    expect(
      loops(inModule("def f(x), do: g(x)\ndef g(0), do: h(0)\ndef g(x), do: g(x - 1)\ndef h(x), do: x")),
    ).toEqual(["g/1#2"]);
  });
});

describe("a target that only run time knows", () => {
  const GIVEN = "def g, do: &f/1";
  const MADE = "def g, do: fn -> f(1) end";
  const RUN = "def run(x), do: f(x)";

  test.each([
    ["def f(x), do: x.()", MADE],
    ["def f(x), do: x.run(1)", RUN],
    ["def f(x), do: x.run()", "def run, do: f(1)"],
    ['def f(x), do: x."my-b"(1)', 'def unquote(:"my-b")(x), do: f(x)'],
    ['def f(x), do: x."my-b"(1)', 'for b <- [:b, :c] do\ndef unquote(:"my-#{b}")(x), do: f(x)\nend'],
    ["def f(x), do: 1 |> x.run", RUN],
    ["def f(x), do: apply(x, [1])", GIVEN],
    ["def f(x), do: apply(x, :run, [1])", RUN],
    ["def f(x), do: :erlang.apply(x, [1])", GIVEN],
    ["def f(x), do: Kernel.then(x, g(x))", GIVEN],
    ["def f(x), do: then(1, x)", GIVEN],
    ["def f(x), do: 1 |> then(x)", GIVEN],
    ["def f(x), do: Map.get_lazy(%{}, :a, x)", MADE],
    ["def f(x), do: x.child_spec([])", "def child_spec(x), do: f(x)"],
    ["def f(x), do: @callback_module.run(x)", RUN],
  ])("%s is a loop where one that there is leads back", (body, other) => {
    expect(loops(inModule(`${body}\n${other}`))).toContain("f/1");
    expect(loops(inModule(body))).toEqual([]);
  });

  test.each(["def f(x), do: apply(M, x, [1])", "def f(x), do: M.unquote(x)(1)"])(
    "%s is a loop: f itself may be meant",
    (body) => {
      expect(loops(inModule(body))).toEqual(["f/1"]);
      expect(loops(inModule(body.replace("M", "Other")))).toEqual([]);
    },
  );

  test("a private function that is called by a computed name", () => {
    expect(loops(inModule("def f(x), do: unquote(n)(x)\ndefp g(x), do: f(x)"))).toEqual(["f/1", "g/1"]);
  });

  test.each(["def f(x), do: unquote(x)(1)", "def f(x) do\nunquote(x)\nend"])(
    "%s is a loop: it may stand for any code",
    (body) => {
      expect(loops(inModule(body))).toEqual(["f/1"]);
    },
  );

  test("also where the function that it is given leads back", () => {
    const call = "def call(fun), do: fun.()\n";
    expect(loops(inModule(`${call}def f(x), do: call(fn -> f(x) end)`))).toEqual(["call/1", "f/1"]);
    expect(
      loops(
        inModule(
          `${call}def f(x), do: far(fn -> f(x) end)\ndef far(g), do: near(g)\ndef near(g), do: call(g)`,
        ),
      ),
    ).toEqual(["call/1", "f/1", "far/1", "near/1"]);
    expect(loops(inModule(`${call}def f(x), do: call(fn -> {f(x)} end)`))).toEqual([]);
    expect(loops(inModule(`def keep(fun), do: {fun}\ndef f(x), do: keep(fn -> f(x) end)`))).toEqual([]);
  });
});

describe("a loop through several functions", () => {
  test("of one module", () => {
    expect(
      loops(inModule("def a(x), do: b(x)\ndefp b(x), do: c(x)\ndefp c(0), do: 0\ndefp c(x), do: a(x)")),
    ).toEqual(["a/1", "b/1", "c/1#2"]);
  });

  test("of several files, aliased, imported and delegated", () => {
    const a = "defmodule A do\nalias Deep.B\ndef a(x), do: B.b(x)\nend";
    const b = "defmodule Deep.B do\nimport C\ndef b(x), do: c(x)\nend";
    const c = "defmodule C do\ndef c(x), do: D.d(x)\nend";
    const d = "defmodule D do\ndefdelegate d(x), to: E\nend";
    const e = "defmodule E do\ndef d(x), do: A.a(x)\nend";
    expect(loops(a, b, c, d, e)).toEqual(["A.a/1", "Deep.B.b/1", "C.c/1", "E.d/1"]);
  });

  test("through a protocol, of the project or not", () => {
    const impl = "defimpl P, for: Deep.Thing do\ndef go(x), do: M.run(x)\nend";
    const expected = ["run/1", "P.Deep.Thing.go/1"];
    expect(loops(inModule("def run(x), do: P.go(x)"), "defprotocol P do\ndef go(x)\nend", impl)).toEqual(
      expected,
    );
    expect(loops(inModule("def run(x), do: P.go(x)"), impl)).toEqual(expected);
  });

  test("through functions whose names are computed", () => {
    const made = "for n <- [:a, :b] do\ndef unquote(n)(x), do: step(x)\nend";
    expect(loops(inModule(`${made}\ndef step(x), do: a(x)`))).toEqual(["unquote(n)/1", "step/1"]);
    expect(loops(inModule(`${made}\ndef step(x), do: {a(x)}`))).toEqual([]);
  });
});

describe("a clause whose arguments cannot come back to it is no loop", () => {
  test.each([
    ["an atom", "def f(x, :a), do: f(x, :b)\ndef f(x, y), do: {x, y}"],
    ["a boolean", "def f(x, true), do: f(x, false)\ndef f(x, y), do: {x, y}"],
    ["nil", 'def f(nil), do: f("")\ndef f(x), do: {x}'],
    ["a number", "def f(x, 1), do: f(x, 2)\ndef f(x, y), do: {x, y}"],
    ["a tuple", "def f({:a, x}), do: f({:b, x})\ndef f(x), do: {x}"],
    ["an empty list", "def f(x, []), do: f(x, [1])\ndef f(x, y), do: {x, y}"],
    ["a list", "def f([x | _]), do: f([])\ndef f(x), do: {x}"],
    ["a map", "def f(%{a: x}), do: f([x])\ndef f(x), do: {x}"],
    ["by way of a third", "def f(:a), do: f(:b)\ndef f(:b), do: f(:c)\ndef f(x), do: {x}"],
  ])("%s", (_, body) => {
    expect(loops(inModule(body))).toEqual([]);
  });

  test.each([
    ["by way of another", "def f(:a), do: f(:b)\ndef f(:b), do: f(:a)", ["f/1", "f/1#2"]],
    ["by one that takes anything", "def f(:a), do: f(:b)\ndef f(x), do: f(x)", ["f/1", "f/1#2"]],
    ["through another function", "def f(:a), do: g(:b)\ndef g(x), do: f(x)", ["f/1", "g/1"]],
    ["by what run time knows", "def f(:a), do: f(:b)\ndef f(x), do: x.f(:a)", ["f/1", "f/1#2"]],
    ["handed over", "def f(:a), do: g(&f/1, :a)\ndef g(h, x), do: h.(x)", ["f/1", "g/2"]],
    ["a list of another length", "def f([x]), do: f([x, 1])\ndef f([x | y]), do: f([y])", ["f/1", "f/1#2"]],
    [
      "a map with another key",
      "def f(%{a: x}), do: f(%{b: x})\ndef f(%{}), do: f(%{a: 1})",
      ["f/1", "f/1#2"],
    ],
    ["a number spelled otherwise", "def f(16), do: f(0x1_0)", ["f/1"]],
    ["a boolean as an atom", "def f(true), do: f(:true)", ["f/1"]],
    ["a text spelled otherwise", String.raw`def f("a"), do: f("\x61")`, ["f/1"]],
    ["a module by its alias", "alias A.B\ndef f(A.B), do: f(B)", ["f/1"]],
    ["a default between", "def f(x \\\\ 1, :a, y), do: f(:a, {x, y})", ["f/3"]],
    ["in a macro", "import N\ndef f(:a), do: last(:b, f(:a))", ["f/1"]],
  ])("but so: %s", (_, body, expected) => {
    const macros = "defmodule N do\ndefmacro last(_, code), do: quote(do: unquote(code))\nend";
    expect(loops(inModule(body), macros).filter((name) => !name.startsWith("N."))).toEqual(expected);
  });
});

test("an operator of Kernel ends in nothing that a module computes the names of", () => {
  const made = "for n <- [:a, :b] do\ndef unquote(n)(x, y), do: pad(x, y)\nend";
  expect(loops(inModule(`${made}\ndef pad(x, y), do: x <> y\ndef all(x, y), do: x in y`))).toEqual([]);
});

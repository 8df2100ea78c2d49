import { expect, test } from "vitest";
import { factsFor, ruleOf } from "../support/core.ts";

test.each([
  [
    "f(password, 1, x.password)",
    [
      ["password", 0],
      ["password", 2],
    ],
  ],
  [
    'user |> f(params["token"], opts[:pin])',
    [
      ["user", 0],
      ["token", 1],
      ["pin", 2],
    ],
  ],
  ["password |> f", [["password", 0]]],
  [
    "f(@secret, g(x), [x], x.y.z, %{})",
    [
      ["secret", 0],
      ["z", 3],
    ],
  ],
  [
    "x |> f(password) |> Other.g()",
    [
      ["x", 0],
      ["password", 1],
    ],
  ],
  ['f(params["a#{x}"], x.(1), x.y(1))', []],
])("what the arguments of %s are called", (code, expected) => {
  const text = `defmodule M do\ndef run(x, y) do\n${code}\nend\nend`;
  const { modules } = factsFor({ path: "a.ex", text }, [ruleOf("{ call: f }")]);
  expect(
    modules
      .flatMap(({ clauses }) => clauses)
      .flatMap(({ sites }) => sites)
      .map(({ given }) => given),
  ).toEqual([expected]);
});

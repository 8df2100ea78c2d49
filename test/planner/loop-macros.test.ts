import { describe, expect, test } from "vitest";
import { inModule, loops } from "../support/loops.ts";

describe("an argument of a macro", () => {
  const macros = `defmodule Macros do
  defmacro last(a, b), do: quote(do: (unquote(a); unquote(b)))
  defmacro named(a), do: quote(do: (x = unquote(a); x))
  defmacro value(a), do: quote(do: (x = unquote(a); {x}))
  defmacro bound(a), do: quote(bind_quoted: [a: a], do: {a})
  defmacro nothing(a) do
    IO.inspect(a)
    :ok
  end
  defmacro built(a), do: build(a)
  defmacro itself(a), do: a
  defmacro rebound(a, b) do
    a = b
    quote(do: unquote(a))
  end
  defmacro keywords(options), do: quote(do: unquote(options[:last]))
  defmacro pattern({a, b}), do: quote(do: (unquote(b); unquote(a)))
  defmacro passed(a), do: quote(do: Macros.last(1, unquote(a)))
  defmacro given(a), do: quote(do: Macros.called(unquote(a)))
  def called(a), do: a
  defmacro defaults(a, b \\\\ 1), do: quote(do: (unquote(b); unquote(a)))
  defmacro guarded(a) when is_tuple(a), do: quote(do: Macros.given(unquote(a)))
  defmacro guarded(a), do: a
  defmacro left ~> right, do: quote(do: (unquote(left); unquote(right)))
  defmacro left ~>> right do
    quote do
      case unquote(left) do
        {:ok, v} -> v |> unquote(right)
        e -> e
      end
    end
  end
  defmacro left <~> right, do: quote(do: unquote(Macro.pipe(quote(do: v), right, 0)))
  defmacro into(left, right), do: quote(do: unquote(left) ~>> unquote(right))
end`;
  const ofMacros = (body: string): string[] =>
    loops(inModule(`import Macros\n${body}`), macros).filter((name) => !name.startsWith("Macros."));

  test.each([
    ["that it puts last", "last(x, f(x))"],
    ["in a pipe", "f(x) |> built()"],
    ["in a pipe, bare", "f(x) |> built"],
    ["of its module", "Macros.last(x, f(x))"],
    ["without parentheses", "last x, f(x)"],
    ["which it hands to a function", "built(f(x))"],
    ["that it gives back", "itself(f(x))"],
    ["under another's name", "rebound(f(x), x)"],
    ["among keywords", "keywords(last: f(x))"],
    ["that it gives to another", "passed(f(x))"],
    ["where it has defaults", "defaults(f(x))"],
    ["in one of its clauses", "guarded(f(x))"],
    ["of an operator", "x ~> f(x)"],
    ["that it pipes into", "x ~>> f()"],
    ["that it pipes into, of the module", "x ~>> M.f()"],
    ["that it pipes into, bare", "x ~>> f"],
    ["that it makes a pipe of", "x <~> f()"],
    ["that another pipes into", "into(x, f())"],
    ["in a list", "built([1, f(x)])"],
    ["in keywords in a tuple", "built({1, a: f(x)})"],
    ["that is a form", "last(x, if(x, do: f(x)))"],
    ["that is a macro's in turn", "last(x, built(f(x)))"],
    ["that only run time knows", "last(x, then(x, &f/1))"],
    ["that it binds and gives back", "named(f(x))"],
    ["of many within each other", `${"last(x, ".repeat(120)}f(x)${")".repeat(120)}`],
  ])("%s is a loop", (_, end) => {
    expect(ofMacros(`def f(x), do: ${end}`)).toEqual(["f/1"]);
  });

  test.each([
    ["that it does not put last", "last(f(x), x)"],
    ["that it binds and uses", "value(f(x))"],
    ["that is bound for it", "bound(f(x))"],
    ["that it drops", "nothing(f(x))"],
    ["that it gives to a function", "given(f(x))"],
    ["that is not the last of its form", "last(x, {f(x)})"],
    ["of a function", "called(f(x))"],
    ["of a left operand", "f(x) ~> x"],
    ["of a macro that stands inside something", "{last(x, f(x))}"],
  ])("%s is none", (_, end) => {
    expect(ofMacros(`def f(x), do: ${end}`)).toEqual([]);
  });
});

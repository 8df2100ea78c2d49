import { describe, expect, test } from "vitest";
import { ruleOf, selected } from "../support/core.ts";

const SOURCE = `
defmodule A do
  defmacro open(x), do: x
  defmacrop shut(x), do: x
  def run(x), do: shut(x)
  defp hidden(x), do: x
end
`;

const matching = (match: string): string[] =>
  selected([ruleOf(match)], SOURCE).map((name) => name.replace(/^A\.(\w+).*/, "$1"));

describe("macros are selected where a rule asks for them", () => {
  test.each([
    ["{}", ["run", "hidden"]],
    ["{ module: { name: A } }", ["run", "hidden"]],
    ["{ function: { visibility: public } }", ["run"]],
    ["{ function: { kind: function } }", ["run", "hidden"]],
    ["{ function: { kind: macro } }", ["open", "shut"]],
    ["{ function: { kind: [function, macro] } }", ["open", "shut", "run", "hidden"]],
    ["{ function: { kind: macro, visibility: private } }", ["shut"]],
    ["{ any: [{ function: { kind: macro, name: open } }, { path: '**' }] }", ["open", "run", "hidden"]],
    ["{ not: { function: { kind: function } } }", []],
    ["{ not: { function: { kind: macro } } }", ["run", "hidden"]],
    ["{ all: [{ function: { kind: macro } }, { not: { function: { name: open } } }] }", ["shut"]],
  ])("%s", (match, expected) => {
    expect(matching(match)).toEqual(expected);
  });
});

import { expect, test } from "vitest";
import { placeText, type Place } from "../../src/collector/index.ts";

test("a pattern that is written over several lines takes one", () => {
  const place = {
    module: "M",
    function: "f",
    arity: 1,
    clause: 2,
    target: "case $X do\n  $$$C\nend",
  } as Place;
  expect(placeText(place)).toBe("M.f/1#2 → case $X do $$$C end");
});

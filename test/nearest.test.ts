import { expect, test } from "vitest";
import { nearest } from "../src/nearest.ts";

const KNOWN = ["path", "module", "function", "all", "any", "not", "id"];

test.each([
  ["paht", "path"],
  ["Modul", "module"],
  ["functoin", "function"],
  ["fonction", "function"],
  ["an", "any"],
  ["colour", undefined],
  ["do", undefined],
  ["", undefined],
  ["func", "function"],
])("%s → %s", (name, expected) => {
  expect(nearest(name, KNOWN)).toBe(expected);
});

test("of two that are as near, the one that goes on as the word does", () =>
  expect(nearest("match", ["path", "matches"])).toBe("matches"));

test("nothing is near where nothing is known", () => {
  expect(nearest("path", [])).toBeUndefined();
});

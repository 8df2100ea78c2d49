import picomatch from "picomatch";
import { describe, expect, test } from "vitest";
import { nameGlob, pathGlob } from "../../src/rules/matchers/glob.ts";
import { pathWildcard } from "../../src/rules/matchers/wildcard.ts";

const PATHS = ["lib/a.ex", "lib/live/a.ex", "lib/x/y/z/b.ex", "lib", "a.ex", "lib/.a.ex", "lib/aaa/bab.ex", "test/a.exs"];

describe("globs", () => {
  test.each(["**", "lib/**", "**/*.ex", "lib/*", "lib/*.ex", "lib/**/a*", "*", "l?b/*", "**/b*b*", "lib/*/**", "lib/**/*a*a*", "a.ex"])(
    "%s means the same in both ways of matching",
    (glob) => {
      const [matches, other] = [picomatch(glob, { dot: true }), pathWildcard(glob)];
      for (const path of PATHS.filter((one) => one !== "lib")) expect([path, other(path)]).toEqual([path, matches(path)]);
    },
  );

  test("with many stars come to an end at once", () => {
    const start = performance.now();
    expect(pathGlob(`lib/${"*a".repeat(12)}z`)(`lib/${"a".repeat(61)}`)).toBe(false);
    expect(pathGlob(`lib/${"*a".repeat(12)}`)(`lib/${"a".repeat(61)}`)).toBe(true);
    expect(nameGlob("*a".repeat(8) + "z")("a".repeat(61))).toBe(false);
    expect(nameGlob("*a".repeat(8))("a".repeat(61))).toBe(true);
    expect(performance.now() - start).toBeLessThan(200);
  });

  test("of names: only * is special", () => {
    expect(nameGlob("valid?")("valid?")).toBe(true);
    expect(nameGlob("valid?")("valids")).toBe(false);
    expect(nameGlob("*?")("valid?")).toBe(true);
    expect(nameGlob("*")("")).toBe(true);
    expect(nameGlob("a*b")("ab_b")).toBe(true);
    expect(nameGlob("a*b")("ab_c")).toBe(false);
  });
});

import fs from "node:fs";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { diffFile } from "../../src/project/index.ts";
import { lay, tempFolder } from "./sandbox.ts";

/** Lets git apply the diff to `before`, and gives what it made of it. */
function applied(path: string, before: string, after: string): string {
  const dir = tempFolder();
  lay(dir, { [path]: before });
  execFileSync("git", ["init", "-q", dir]);
  execFileSync("git", ["apply", "--whitespace=nowarn", "-"], {
    cwd: dir,
    input: diffFile(path, before, after),
    stdio: "pipe",
  });
  return fs.readFileSync(join(dir, path), "utf8");
}

const lines = (count: number, change = (line: string): string => line): string =>
  Array.from({ length: count }, (_, index) => `${change(`line ${index}`)}\n`).join("");

const cases: Record<string, [string, string]> = {
  "one line": ["a\n", "b\n"],
  "no newline at the end": ["a\nb", "a\nc"],
  "a newline comes": ["a", "a\n"],
  "a newline goes": ["a\n", "a"],
  "carriage returns": ["a\r\nb\r\nc\r\n", "a\r\nB\r\nc\r\n"],
  "lone carriage returns": ["a\rb\nc\n", "a\rB\nc\n"],
  tabs: ["\ta\n\tb\n", "\ta\n\tc\t\n"],
  "from empty": ["", "a\n"],
  "to empty": ["a\n", ""],
  "odd separators": ["a\u2028b\u0085c\fd\n", "a\u2028b\u0085c\fe\n"],
  "a byte order mark": ["\uFEFFa\nb\n", "\uFEFFa\nc\n"],
  "first and last of many": [lines(50), lines(50).replace("line 0", "x").replace("line 49", "y")],
  "prefix on every third": [
    lines(90),
    lines(90, (line) => (/[036]$/.test(line) ? `Escope.probe 1, ${line}` : line)),
  ],
  "dashes that look like headers": ["-- a\n++ b\n", "-- c\n++ d\n"],
};

describe("git applies", () => {
  test.each(Object.entries(cases))("%s", (_name, [before, after]) => {
    expect(applied("lib/a.ex", before, after)).toBe(after);
  });

  const names = [
    "a b.ex",
    "dir with blank/c d.ex",
    "grün.ex",
    "日本.ex",
    'quo"te.ex',
    "back\\slash.ex",
    "ta\tb.ex",
    "a b 2024-01-01.ex",
    "trail .ex",
  ];
  test.each(names)("the name %j", (name) => {
    expect(applied(name, "a\n", "b\n")).toBe("b\n");
  });
});

test("the names stand as git writes them", () => {
  const dir = tempFolder();
  for (const name of ["plain.ex", "a b.ex", "grün.ex", 'q"x.ex']) {
    lay(dir, { [`0/${name}`]: "a\nb", [`1/${name}`]: "a\nc" });
    let ours = diffFile(name, "a\nb", "a\nc");
    let git = "";
    try {
      execFileSync("git", ["diff", "--no-index", "0", "1"], { cwd: dir, stdio: "pipe" });
    } catch (error) {
      git = (error as { stdout: Buffer }).stdout.toString();
    }
    const body = git.slice(git.indexOf("--- ")).replace("a/0/", "a/").replace("b/1/", "b/");
    ours = ours.slice(ours.indexOf("--- "));
    expect(ours).toBe(body);
    lay(dir, { 0: null, 1: null });
  }
});

test("equal texts have no diff, and context can be chosen", () => {
  expect(diffFile("a", "x\n", "x\n")).toBe("");
  const [before, after] = [lines(20), lines(20).replace("line 10", "x")];
  expect(diffFile("a", before, after, { context: 0 })).toBe(
    "diff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -11,1 +11,1 @@\n-line 10\n+x\n",
  );
});

test("two diffs joined are one that git applies", () => {
  const dir = tempFolder();
  lay(dir, { "a.ex": "a\n", "b.ex": "b" });
  const input = diffFile("a.ex", "a\n", "A\n") + diffFile("b.ex", "b", "B");
  execFileSync("git", ["init", "-q", dir]);
  execFileSync("git", ["apply", "-"], { cwd: dir, input });
  expect([fs.readFileSync(join(dir, "a.ex"), "utf8"), fs.readFileSync(join(dir, "b.ex"), "utf8")]).toEqual([
    "A\n",
    "B",
  ]);
});

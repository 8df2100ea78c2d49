import { describe, expect, test } from "vitest";
import { elixirParser, parseTree, readMixfile, type MixfileInfo } from "../../src/parser/index.ts";

const parser = await elixirParser();

function read(text: string): MixfileInfo {
  const tree = parseTree(parser, { path: "mix.exs", text });
  try {
    return readMixfile(tree);
  } finally {
    tree.dispose();
  }
}

function mixfile(project: string, rest = ""): string {
  return `defmodule Shop.MixProject do\n  use Mix.Project\n\n  def project do\n    [${project}]\n  end\n${rest}end\n`;
}

describe("a mix.exs", () => {
  test("names its application, and where its module ends", () => {
    const text = mixfile('app: :shop, version: "0.1.0"');
    const info = read(text);
    expect(info).toMatchObject({ app: "shop", definesApplication: false, sourceDirs: ["lib"] });
    expect(text.slice(info.moduleEnd)).toBe("end\n");
  });

  test("may define application/0", () => {
    expect(read(mixfile("app: :shop", "  def application do\n    []\n  end\n")).definesApplication).toBe(
      true,
    );
  });

  test.each([
    ["a list", 'elixirc_paths: ["lib", "web"]', "", ["lib", "web"]],
    [
      "a function by environment",
      "elixirc_paths: elixirc_paths(Mix.env())",
      '  defp elixirc_paths(:test), do: ["lib", "test/support"]\n  defp elixirc_paths(_), do: ["lib", "gen"]\n',
      ["lib", "gen"],
    ],
    ["a guarded function", "elixirc_paths: paths(1)", '  defp paths(x) when x > 0, do: ["src"]\n', ["src"]],
    ["what cannot be read", 'elixirc_paths: ["l#{x}"]', "", ["lib"]],
    ["nothing", "", "", ["lib"]],
  ])("says which folders are compiled: %s", (_, project, rest, expected) => {
    expect(read(mixfile(project, rest)).sourceDirs).toEqual(expected);
  });

  test.each([
    ["without Mix.Project", "defmodule A do\n  def project, do: []\nend"],
    ["without a module", ":ok"],
  ])("%s is none", (_, text) => {
    expect(read(text).moduleEnd).toBeUndefined();
  });
});

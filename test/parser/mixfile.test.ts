import { describe, expect, test } from "vitest";
import {
  configImports,
  elixirParser,
  parseTree,
  readMixfile,
  type MixfileInfo,
} from "../../src/parser/index.ts";

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
    ["words", "elixirc_paths: ~w(lib web)", "", ["lib", "web"]],
    ["a sum", 'elixirc_paths: ["lib"] ++ more()', '  defp more, do: ["web"]\n', ["lib", "web"]],
    ["a cons", 'elixirc_paths: ["lib" | ["web"]]', "", ["lib", "web"]],
    ["an attribute", "elixirc_paths: @paths", '  @paths ["lib", "web"]\n', ["lib", "web"]],
    ["a condition", 'elixirc_paths: if(x, do: ["lib"], else: ["web"])', "", ["lib", "web"]],
    ["a block", "elixirc_paths: paths()", '  defp paths do\n    ["src"]\n  end\n', ["src"]],
    ["nothing", "", "", ["lib"]],
  ])("says which folders are compiled: %s", (_, project, rest, expected) => {
    expect(read(mixfile(project, rest)).sourceDirs).toEqual(expected);
  });

  test.each([
    ['["l#{x}"]', ["lib"]],
    ['["web", Path.join("a", "b")]', ["web"]],
    ["paths()", ["lib"]],
    ["again()", ["lib"]],
  ])("says where it cannot be read: elixirc_paths: %s", (paths, dirs) => {
    const info = read(mixfile(`elixirc_paths: ${paths}`, "  defp again, do: again()\n"));
    expect(info.sourceDirs).toEqual(dirs);
    expect(info.unreadLine).toBe(paths === "again()" ? 7 : 5);
  });

  test.each([
    [
      "in a helper",
      "def project, do: [app: :m] ++ common()",
      '  defp common, do: [elixirc_paths: ["lib", "web"]]\n',
      undefined,
    ],
    [
      "in an attribute",
      "def project, do: @project",
      '  @project [app: :m, elixirc_paths: ["lib", "web"]]\n',
      undefined,
    ],
    ["as a tuple", 'def project, do: [{:app, :m}, {:elixirc_paths, ["lib", "web"]}]', "", 3],
    ["put in", 'def project, do: Keyword.put([app: :m], :elixirc_paths, ["web"])', "", 3],
    ["elsewhere", "def project, do: Common.project(:m)", "", 3],
    ["nowhere", 'def project do\n    [app: :m, version: "1"]\n  end', "", undefined],
  ])("finds the folders %s, or says that it cannot", (_, project, rest, unread) => {
    const other = 'defmodule Other do\n  def project, do: [app: :wrong, elixirc_paths: ["nope"]]\nend\n';
    const text = `defmodule M do\n  use Mix.Project\n  ${project}\n${rest}end\n${other}`;
    const info = read(text);
    expect(info.unreadLine).toBe(unread);
    expect(info.sourceDirs).toEqual(
      text.includes("elixirc_paths:") && rest !== "" ? ["lib", "web"] : ["lib"],
    );
  });

  test("is named by its own project, not by a dependency", () => {
    const deps = "  defp deps, do: [{:x, app: false}]\n";
    const text = mixfile("app: :shop, deps: deps()").replace("  def project", `${deps}  def project`);
    expect(read(text).app).toBe("shop");
  });

  test.each([
    ["without Mix.Project", "defmodule A do\n  def project, do: []\nend"],
    ["without a module", ":ok"],
  ])("%s is none", (_, text) => {
    expect(read(text).moduleEnd).toBeUndefined();
  });

  test("says where its path dependencies lie, wherever they are listed", () => {
    const deps = `  defp deps do
    [
      {:jason, "~> 1.0"},
      {:near, path: "libs/near", only: [:dev, :test]},
      {:far, ">= 0.0.0", [path: "../far"]},
      {:joined, path: Path.join(__DIR__, "../joined")},
      {:expanded, path: Path.expand("../expanded", __DIR__)},
      {:computed, path: System.fetch_env!("PLACE")},
      {:umbrella, in_umbrella: true}
    ] ++ if(System.get_env("X"), do: [{:more, path: "more"}], else: [])
  end
`;
    expect(read(mixfile("app: :shop, deps: deps()", deps)).pathDependencies).toEqual([
      { name: "near", path: "libs/near" },
      { name: "far", path: "../far" },
      { name: "joined", path: "../joined" },
      { name: "expanded", path: "../expanded" },
      { name: "more", path: "more" },
    ]);
  });
});

test("a mix.exs says what it reads while it is loaded", () => {
  const text = `Code.require_file("../common.exs", __DIR__)
${mixfile('app: :shop, version: File.read!("../VERSION"), lockfile: "../mix.lock"')}`;
  const { reads } = read(text);
  expect(reads.map(({ path }) => path)).toEqual(["../common.exs", "../VERSION"]);
  expect(text.slice(reads[1]?.at)).toMatch(/^..\/VERSION"/);
});

test("a configuration says what it imports, as far as it is written out", () => {
  const text = `import Config
import_config "dev.exs"
if config_env() == :prod, do: import_config("../../shared/#{config_env()}.exs")
import_config path()
`;
  const tree = parseTree(parser, { path: "config/config.exs", text });
  const imports = configImports(tree);
  tree.dispose();
  expect(imports.map(({ path }) => path)).toEqual(["dev.exs", "../../shared/"]);
  expect(imports.map(({ at, path }) => text.slice(at, at + path.length))).toEqual(
    imports.map(({ path }) => path),
  );
});

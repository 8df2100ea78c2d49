import fs from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  type Dependency,
  listFiles,
  openDependency,
  openProject,
  placeInTree,
  runtimeFiles,
  treeFolder,
  writeTree,
} from "../../src/project/index.ts";
import { codeFrom, contents, errorFrom, lay, mixfile, newProject, snapshot } from "./sandbox.ts";

/** A project with one dependency fetched, one within it and one beside it. */
function prepare(): string {
  const root = newProject({
    "deps/fetched/mix.exs": mixfile,
    "deps/fetched/lib/f.ex": "f",
    "deps/fetched/.hex": "hex",
    "deps/fetched/priv/link": "-> ../lib/f.ex",
    "deps/fetched/priv/out": "-> ../../erlang/rebar.config",
    "deps/erlang/rebar.config": "",
    "libs/near/mix.exs": mixfile,
    "libs/near/lib/n.ex": "n",
  });
  lay(join(root, ".."), { "far/mix.exs": mixfile, "far/lib/far.ex": "far", "far/_build/dev/x": "" });
  return root;
}

function open(root: string): Dependency[] {
  const project = openProject(root);
  return [
    openDependency(project, "fetched", []),
    openDependency(project, "near", [{ name: "near", folder: "libs/near" }]),
    openDependency(project, "far", [{ name: "far", folder: "../far" }]),
  ];
}

describe("a dependency", () => {
  test("stands in the mirror where it lies within the project, else apart from it", () => {
    expect(open(prepare()).map(({ original, place }) => [original, place])).toEqual([
      ["deps/fetched", ".escope/deps/fetched"],
      ["libs/near", "libs/near"],
      ["../far", ".escope/deps/far"],
    ]);
  });

  test("that a mix.exs has in deps/ by path is no part of the mirror either", () => {
    const project = openProject(prepare());
    const named = { name: "fetched", folder: "deps/fetched" };
    expect(openDependency(project, "fetched", [named]).place).toBe(".escope/deps/fetched");
  });

  test("that is missing, or that Mix does not build, is refused", () => {
    const project = openProject(prepare());
    const none = { name: "none", folder: "../none" };
    expect(codeFrom(() => openDependency(project, "none", [none]))).toBe("DEPENDENCY_NOT_FOUND");
    const { code, details } = errorFrom(() => openDependency(project, "fetchd", []));
    expect([code, details.hint]).toEqual([
      "DEPENDENCY_NOT_FOUND",
      "Run mix deps.get in the project, or: did you mean fetched?",
    ]);
    expect(codeFrom(() => openDependency(project, "erlang", []))).toBe("DEPENDENCY_NOT_ELIXIR");
  });

  test("is copied into the tree with its sources rewritten; the original stays", () => {
    const root = prepare();
    const before = snapshot(join(root, ".."));
    const project = openProject(root);
    const dependencies = open(root);
    const out = treeFolder(project);
    const compiled = ["lib", "deps/fetched/lib", "libs/near/lib", "../far/lib"];
    const { sources, others, borrowed, folders, links, builds } = listFiles(project, out, {
      compiled,
      dependencies,
    });
    expect(sources.map(({ path }) => path)).toEqual([
      "../far/lib/far.ex",
      "deps/fetched/lib/f.ex",
      "libs/near/lib/n.ex",
    ]);
    const files = sources.map(({ path, text }) => ({
      path: placeInTree(dependencies, path),
      text: `# probed\n${text}`,
    }));
    writeTree(project, { out, files, copies: others, borrowed, folders, links, builds });
    const tree = contents(out);
    expect(tree).toMatchObject({
      ".escope/deps/far/lib/far.ex": "644 # probed\nfar",
      ".escope/deps/fetched/lib/f.ex": "644 # probed\nf",
      ".escope/deps/fetched/mix.exs": `644 ${mixfile}`,
      ".escope/deps/fetched/priv/link": "-> ../lib/f.ex",
      "libs/near/lib/n.ex": "644 # probed\nn",
    });
    expect(Object.keys(tree)).not.toContain(".escope/deps/far/_build/dev/x");
    expect(fs.realpathSync(join(out, ".escope/deps/fetched/priv/out"))).toBe(
      join(root, "deps/erlang/rebar.config"),
    );
    fs.rmSync(out, { recursive: true });
    expect(snapshot(join(root, ".."))).toEqual(before);
  });

  test("is written into the tree's Mix file as Elixir reads it", () => {
    const root = prepare();
    const odd = { name: "odd", original: '../a "b" #{c}', place: ".escope/deps/odd" };
    const files = runtimeFiles(
      { root, linked: [] },
      join(root, "_escope"),
      { manifest: "{}", policies: "", modules: "" },
      [{ ...odd, mixfile: { path: "", text: "" } }],
    );
    const tree = files.find(({ path }) => path === ".escope/tree.exs")?.text;
    expect(tree).toContain(String.raw`@instrumented [{:odd, ".escope/deps/odd", "../a \"b\" \#{c}"}]`);
  });
});

import fs from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openProject } from "../../src/project/index.ts";
import { codeFrom, errorFrom, lay, mixfile, newProject, tempFolder, write } from "./sandbox.ts";

const umbrella = 'defmodule U.MixProject do\n  def project, do: [apps_path: "apps", version: "0.1.0"]\nend\n';

test("the root is real, however it was reached", () => {
  const root = newProject();
  const link = join(tempFolder(), "link");
  fs.symlinkSync(root, link);
  expect(openProject(link)).toEqual({
    root,
    mixfiles: [{ path: "mix.exs", text: mixfile }],
    linked: [],
    within: "",
  });
});

test("an umbrella has the mix.exs of its applications too", () => {
  const root = newProject({
    "mix.exs": umbrella,
    "apps/b/mix.exs": "b",
    "apps/a/mix.exs": "a",
    "apps/notes/x.txt": "",
  });
  expect(openProject(root).mixfiles.map(({ path }) => path)).toEqual([
    "mix.exs",
    "apps/a/mix.exs",
    "apps/b/mix.exs",
  ]);
});

test("an application that is a link is what it leads to within the root, and out of it stands in the link's place", () => {
  const root = newProject({
    "mix.exs": umbrella,
    "apps/a/mix.exs": "a",
    "apps/again": "-> a",
    "apps/b": "-> ../parts/b",
    "parts/b/mix.exs": "b",
    "apps/c": "-> ../../c",
    "apps/home": "-> ..",
    "apps/gone": "-> nowhere",
  });
  lay(join(root, ".."), { "c/mix.exs": "c" });
  const { mixfiles, linked } = openProject(root);
  expect(mixfiles.map(({ path }) => path)).toEqual([
    "mix.exs",
    "apps/a/mix.exs",
    "parts/b/mix.exs",
    "apps/c/mix.exs",
  ]);
  expect(linked).toEqual(["apps/c"]);
});

test("apps_path in a comment makes no umbrella", () => {
  const root = newProject({ "mix.exs": `# apps_path: "apps"\n${mixfile}`, "apps/a/mix.exs": "a" });
  expect(openProject(root).mixfiles).toHaveLength(1);
});

test("one application of an umbrella opens the umbrella, and says which was meant", () => {
  const root = newProject({ "mix.exs": umbrella, "apps/a/mix.exs": "a", "vendor/x/mix.exs": "x" });
  const { mixfiles, ...opened } = openProject(join(root, "apps/a"));
  expect(opened).toEqual({ root, linked: [], within: "apps/a" });
  expect(mixfiles.map(({ path }) => path)).toEqual(["mix.exs", "apps/a/mix.exs"]);
  expect(openProject(join(root, "vendor/x"))).toMatchObject({ root: join(root, "vendor/x"), within: "" });
});

test("what is no project", () => {
  const root = newProject({ "lib/a/b.ex": "" });
  expect(codeFrom(() => openProject(join(root, "nowhere")))).toBe("PROJECT_NOT_FOUND");
  expect(codeFrom(() => openProject(join(root, "mix.exs")))).toBe("PROJECT_NOT_FOLDER");
});

test("a folder without mix.exs: the hint names the one above, or below", () => {
  const root = newProject({ "lib/a/b.ex": "" });
  const inside = errorFrom(() => openProject(join(root, "lib/a")));
  expect([inside.code, inside.details.hint]).toEqual([
    "PROJECT_NO_MIX",
    expect.stringContaining(`in ${root}:`),
  ]);
  const above = tempFolder();
  lay(above, { "work/deep/mix.exs": mixfile, "deps/x/mix.exs": mixfile });
  const outside = errorFrom(() => openProject(above));
  expect(outside.details.hint).toContain(join(above, "work/deep"));
  expect(errorFrom(() => openProject(tempFolder())).details.hint).not.toContain("There is one");
});

test("a mix.exs that cannot be read", () => {
  const root = newProject({ "mix.exs": null, "mix.exs/x": "a folder" });
  expect(codeFrom(() => openProject(root))).toBe("MIX_UNREADABLE");
});

test("a tree that escope wrote is no project, nor is what lies in it", () => {
  const root = newProject({ "mix.exs": umbrella, "apps/a/mix.exs": mixfile });
  write(root);
  expect(codeFrom(() => openProject(join(root, "_escope")))).toBe("PROJECT_IS_TREE");
  expect(codeFrom(() => openProject(join(root, "_escope/apps/a")))).toBe("PROJECT_IS_TREE");
});

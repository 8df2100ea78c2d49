import fs from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { openProject, treeFolder } from "../../src/project/index.ts";
import { codeFrom, errorFrom, lay, newProject, planFor, snapshot, tempFolder, write } from "./sandbox.ts";

test("the default lies in the root", () => {
  const root = newProject();
  expect(treeFolder(openProject(root))).toBe(join(root, "_escope"));
});

test("a place that would harm something is refused", () => {
  const root = newProject({ "lib/a.ex": "a", "apps/x": "", ".git/HEAD": "" });
  const inner = [
    "",
    "lib",
    "lib/tree",
    "test",
    "config/x",
    "priv/tree",
    "deps/tree",
    "_build",
    ".git",
    ".git/x",
    ".escope",
    "apps/tree",
  ];
  const places = [
    ...inner.map((path) => join(root, path)),
    dirname(root),
    "/",
    homedir(),
    join(root, "mix.exs"),
  ];
  const before = snapshot(root, { times: true });
  for (const place of places)
    expect(
      codeFrom(() => treeFolder(openProject(root), place)),
      place,
    ).toBe("OUT_REFUSED");
  expect(snapshot(root, { times: true })).toEqual(before);
});

test("an umbrella's own folder of applications is refused", () => {
  const root = newProject({ "mix.exs": 'apps_path: "parts"', "parts/a/mix.exs": "" });
  expect(codeFrom(() => treeFolder(openProject(root), join(root, "parts/tree")))).toBe("OUT_REFUSED");
});

test("a name that only begins like a taken one is free", () => {
  const root = newProject();
  expect(treeFolder(openProject(root), join(root, "library"))).toBe(join(root, "library"));
});

test("a folder with something in it is refused by the writing", () => {
  const root = newProject();
  const out = tempFolder();
  lay(out, { "thesis.txt": "years of work" });
  expect(codeFrom(() => write(root, planFor(root, out)))).toBe("OUT_NOT_OURS");
  expect(snapshot(out)).toEqual({ "thesis.txt": "644 years of work" });
});

test("links are refused: as the folder itself, on its way, dangling", () => {
  const elsewhere = tempFolder();
  for (const [path, out] of [
    ["_escope", "_escope"],
    ["to", "to/tree"],
    ["_escope", "_escope/tree"],
  ] as const) {
    for (const target of [elsewhere, join(elsewhere, "missing")]) {
      const root = newProject({ [path]: `-> ${target}` });
      const error = errorFrom(() => treeFolder(openProject(root), join(root, out)));
      expect(error.code, `${out} -> ${target}`).toBe("OUT_THROUGH_LINK");
    }
  }
  const root = newProject({ _escope: `-> ${elsewhere}` });
  expect(codeFrom(() => treeFolder(openProject(root)))).toBe("OUT_THROUGH_LINK");
  expect(fs.readdirSync(elsewhere)).toEqual([]);
});

test("a link that leads to the project is how the user reached it", () => {
  const root = newProject();
  const link = join(tempFolder(), "link");
  fs.symlinkSync(root, link);
  expect(treeFolder(openProject(link), join(link, "tree"))).toBe(join(root, "tree"));
});

test("a tree whose marker is damaged is refused, with what to do", () => {
  const root = newProject({
    "_escope/.escope/tree.json": '{"format": "escope-tr',
    "_escope/mix.exs": "",
  });
  expect(() => write(root)).toThrow(
    expect.objectContaining({
      code: "OUT_NOT_OURS",
      details: expect.objectContaining({ hint: expect.stringContaining("Its .escope/tree.json is damaged") }),
    }),
  );
});

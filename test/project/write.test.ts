import fs from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openProject, writeTree } from "../../src/project/index.ts";
import {
  codeFrom,
  contents,
  errorFrom,
  expectAtRest,
  lay,
  newProject,
  planFor,
  snapshot,
  tempFolder,
  write,
} from "./sandbox.ts";

const layout = {
  "lib/a.ex": "a\n",
  "lib/page.html.heex": "<p>\n",
  "priv/db.sqlite": "rows\n",
  "priv/uploads/": "",
};

describe("a tree", () => {
  test("holds what the plan says", () => {
    const root = newProject(layout);
    expect(write(root)).toEqual({ written: 7, unchanged: 0, removed: 0 });
    expect(contents(join(root, "_escope"))).toEqual({
      ".escope/runtime/mix.exs": "644 # runtime\n",
      ".gitignore": "644 *\n",
      "lib/a.ex": "644 # probed\na\n",
      "lib/page.html.heex": "644 <p>\n",
      "mix.exs": expect.stringContaining("644 # probed\ndefmodule"),
      "priv/db.sqlite": "644 rows\n",
      "priv/uploads/": "empty",
    });
    expectAtRest(join(root, "_escope"));
  });

  test("is not touched at all by a second run", () => {
    const root = newProject(layout);
    write(root);
    const before = snapshot(root, { times: true });
    const inner = fs.statSync(join(root, "_escope/.escope")).mtimeMs;
    expect(write(root)).toEqual({ written: 0, unchanged: 7, removed: 0 });
    expect(snapshot(root, { times: true })).toEqual(before);
    expect(fs.statSync(join(root, "_escope/.escope")).mtimeMs).toBe(inner);
  });

  test("names no absolute path", () => {
    const root = newProject({
      ...layout,
      "lib/l": "-> /etc/hostname",
      "node_modules/x/y.js": "1",
      "deps/d/mix.exs": "d",
    });
    write(root);
    for (const [path, content] of Object.entries(snapshot(join(root, "_escope")))) {
      expect(content, path).not.toContain(root);
      expect(content, path).not.toMatch(/^-> \//);
    }
  });

  test("keeps modes and, at first, times", () => {
    const root = newProject({ "bin/run": "#!/bin/sh\n", "lib/a.ex": "a\n" });
    fs.chmodSync(join(root, "bin/run"), 0o751);
    fs.chmodSync(join(root, "lib/a.ex"), 0o600);
    fs.utimesSync(join(root, "bin/run"), 1_600_000_000, 1_600_000_000.5);
    write(root);
    const { mode, mtimeMs } = fs.statSync(join(root, "_escope/bin/run"));
    expect([mode & 0o777, mtimeMs]).toEqual([0o751, 1_600_000_000_500]);
    expect(fs.statSync(join(root, "_escope/lib/a.ex")).mode & 0o777).toBe(0o600);
  });

  test("writes only the instrumented file that differs", () => {
    const root = newProject({ "lib/a.ex": "a\n", "lib/b.ex": "b\n" });
    write(root);
    const before = snapshot(join(root, "_escope"), { times: true });
    lay(root, { "lib/b.ex": "b2\n" });
    expect(write(root)).toEqual({ written: 1, unchanged: 4, removed: 0 });
    const after = snapshot(join(root, "_escope"), { times: true });
    const changed = Object.keys(after).filter((path) => after[path] !== before[path]);
    expect(changed).toEqual([".escope/tree.json", "lib/b.ex"]);
  });

  test("repairs an instrumented file that somebody changed, with its size and time kept", () => {
    const root = newProject({ "lib/a.ex": "a\n" });
    write(root);
    const path = join(root, "_escope/lib/a.ex");
    const { atime, mtime } = fs.statSync(path);
    fs.writeFileSync(path, "# PROBED\na\n");
    fs.utimesSync(path, atime, mtime);
    expect(write(root).written).toBe(1);
    expect(fs.readFileSync(path, "utf8")).toBe("# probed\na\n");
  });

  test("removes what left the plan, and its empty folders, and nothing else", () => {
    const root = newProject({
      "lib/old/deep/a.ex": "a\n",
      "lib/mixed/b.ex": "b\n",
      "lib/c.ex": "c\n",
      "tmp/empty/": "",
    });
    write(root);
    lay(root, { "_escope/lib/mixed/mine.txt": "mine", "_escope/_build/dev/x": "built" });
    lay(root, { "lib/old": null, "lib/mixed": null, tmp: null });
    expect(write(root).removed).toBe(3);
    const tree = Object.keys(contents(join(root, "_escope")));
    expect(tree).toEqual([
      ".escope/runtime/mix.exs",
      ".gitignore",
      "_build/dev/x",
      "lib/c.ex",
      "lib/mixed/mine.txt",
      "mix.exs",
    ]);
  });

  test("turns files into folders and links into files, and back", () => {
    const root = newProject({ x: "file", "y/z/w.txt": "deep", l: "-> x", "e/": "" });
    write(root);
    lay(root, { x: null, y: null, l: null, e: null });
    lay(root, { "x/in/a.txt": "1", y: "flat", "l/b.txt": "2", e: "file" });
    write(root);
    expect(contents(join(root, "_escope"))).toMatchObject({
      "x/in/a.txt": "644 1",
      y: "644 flat",
      "l/b.txt": "644 2",
      e: "644 file",
    });
    lay(root, { x: null, y: null, l: null, e: null });
    lay(root, { x: "file", "y/z/w.txt": "deep", l: "-> x", "e/": "" });
    write(root);
    expect(contents(join(root, "_escope"))).toMatchObject({
      x: "644 file",
      "y/z/w.txt": "644 deep",
      l: "-> x",
      "e/": "empty",
    });
    expect(write(root).written).toBe(0);
  });
});

describe("a copy", () => {
  test("that the application changed stays until the original changes", () => {
    const root = newProject(layout);
    write(root);
    const copy = join(root, "_escope/priv/db.sqlite");
    fs.writeFileSync(copy, "rows of the application\n");
    expect(write(root).written).toBe(0);
    expect(fs.readFileSync(copy, "utf8")).toBe("rows of the application\n");
    lay(root, { "priv/db.sqlite": "migrated\n" });
    expect(write(root).written).toBe(1);
    expect(fs.readFileSync(copy, "utf8")).toBe("migrated\n");
  });

  test("of a changed original counts as changed now, however old the original's time is", () => {
    const root = newProject(layout);
    write(root);
    const start = Date.now() - 1000;
    lay(root, { "lib/page.html.heex": "<q>\n" });
    fs.utimesSync(join(root, "lib/page.html.heex"), 1_600_000_000, 1_600_000_000);
    write(root);
    const { mtimeMs } = fs.statSync(join(root, "_escope/lib/page.html.heex"));
    expect(mtimeMs).toBeGreaterThan(start);
  });

  test("of an original that was only touched is not written", () => {
    const root = newProject(layout);
    write(root);
    const before = fs.statSync(join(root, "_escope/lib/page.html.heex"));
    fs.utimesSync(join(root, "lib/page.html.heex"), 1_600_000_000, 1_600_000_000);
    expect(write(root)).toEqual({ written: 0, unchanged: 7, removed: 0 });
    expect(fs.statSync(join(root, "_escope/lib/page.html.heex")).ino).toBe(before.ino);
    expect(write(root).written).toBe(0);
  });

  test("that is missing comes back", () => {
    const root = newProject(layout);
    write(root);
    fs.rmSync(join(root, "_escope/priv/db.sqlite"));
    expect(write(root).written).toBe(1);
  });

  test("whose original vanished since it was listed is left out", () => {
    const root = newProject(layout);
    const plan = planFor(root);
    lay(root, { "priv/db.sqlite": null });
    write(root, plan);
    expect(Object.keys(contents(plan.out))).not.toContain("priv/db.sqlite");
  });
});

describe("what escope did not write", () => {
  test("makes an out folder refused, untouched", () => {
    for (const inner of [
      { "notes.txt": "x" },
      { ".escope/tree.json": "{}" },
      { ".escope/recordings/a": "x" },
    ]) {
      const root = newProject(layout);
      lay(join(root, "_escope"), inner as Record<string, string>);
      const before = snapshot(root, { times: true });
      expect(codeFrom(() => write(root))).toBe("OUT_NOT_OURS");
      expect(snapshot(root, { times: true })).toEqual(before);
    }
  });

  test("an empty folder may become a tree", () => {
    const root = newProject(layout);
    lay(root, { "_escope/": "" });
    expect(write(root).written).toBe(7);
  });

  test("a marker that points out of its tree is none", () => {
    for (const path of ["../victim", "/etc/victim", "a/../../victim", "a/./b"]) {
      const root = newProject({ ...layout, victim: "precious" });
      const text = JSON.stringify({ format: "escope-tree/1", files: { [path]: "text 1 x" } });
      lay(root, { "_escope/.escope/tree.json": text, "_escope/x": "x" });
      expect(
        codeFrom(() => write(root)),
        path,
      ).toBe("OUT_NOT_OURS");
      expect(fs.readFileSync(join(root, "victim"), "utf8")).toBe("precious");
    }
  });

  test("a journal that points out of its tree is not run", () => {
    const root = newProject({ ...layout, victim: "precious" });
    write(root);
    const steps = [["remove", "../victim"]];
    lay(root, { "_escope/.escope/journal.json": JSON.stringify({ format: "escope-journal/1", steps }) });
    write(root);
    expect(fs.readFileSync(join(root, "victim"), "utf8")).toBe("precious");
  });

  test("stands in the way: an error, and nothing changes", () => {
    const cases: Record<string, Record<string, string>> = {
      "lib/dir": { "_escope/lib/dir": "a file where a folder must be" },
      "priv/thing.txt/kept": { "_escope/priv/thing.txt/kept": "a folder where a file must be" },
    };
    for (const [foreign, inTree] of Object.entries(cases)) {
      const root = newProject(layout);
      write(root);
      lay(root, inTree);
      lay(root, {
        "lib/dir/d.ex": "d",
        "priv/thing.txt": "t",
      });
      const before = snapshot(join(root, "_escope"), { times: true });
      const error = errorFrom(() => write(root));
      expect([error.code, error.details.file]).toEqual(["TREE_COLLISION", join(root, "_escope", foreign)]);
      expect(snapshot(join(root, "_escope"), { times: true })).toEqual(before);
      expectAtRest(join(root, "_escope"));
    }
  });

  test("but is the same already is taken over", () => {
    const root = newProject(layout);
    write(root);
    lay(root, { "_escope/priv/new.txt": "same", "priv/new.txt": "same" });
    expect(write(root).written).toBe(0);
    lay(root, { "priv/new.txt": null });
    expect(write(root).removed).toBe(1);
  });
});

describe("links in the tree", () => {
  test("are never written through", () => {
    const root = newProject({ ...layout, "outside/a.ex": "outside" });
    write(root);
    lay(root, { "_escope/lib": null });
    lay(root, { "_escope/lib": "-> ../outside" });
    lay(root, { "lib/a.ex": "changed\n" });
    expect(codeFrom(() => write(root))).toBe("TREE_COLLISION");
    expect(fs.readFileSync(join(root, "outside/a.ex"), "utf8")).toBe("outside");
  });

  test("are never removed through", () => {
    const root = newProject({ "lib/a.ex": "a", "old/a.txt": "a", "outside/a.txt": "outside" });
    write(root);
    lay(root, { "_escope/old": null, old: null });
    lay(root, { "_escope/old": "-> ../outside" });
    write(root);
    expect(fs.readFileSync(join(root, "outside/a.txt"), "utf8")).toBe("outside");
  });

  test("that take a file's place are replaced, not followed", () => {
    const root = newProject({ ...layout, "outside.txt": "outside" });
    write(root);
    lay(root, {
      "_escope/lib/a.ex": "-> ../../outside.txt",
      "_escope/priv/db.sqlite": "-> ../../outside.txt",
    });
    expect(write(root).written).toBe(2);
    expect(fs.readFileSync(join(root, "outside.txt"), "utf8")).toBe("outside");
    expect(fs.lstatSync(join(root, "_escope/lib/a.ex")).isFile()).toBe(true);
  });

  test("a link for the tree's own .escope is refused", () => {
    const root = newProject(layout);
    const elsewhere = tempFolder();
    lay(root, { "_escope/.escope": `-> ${elsewhere}` });
    expect(codeFrom(() => write(root))).toBe("OUT_NOT_OURS");
    expect(fs.readdirSync(elsewhere)).toEqual([]);
  });
});

test("a file in the plan beats the copy of the same path", () => {
  const root = newProject({ ".gitignore": "/_build\n", "lib/a.ex": "a" });
  write(root);
  expect(fs.readFileSync(join(root, "_escope/.gitignore"), "utf8")).toBe("*\n");
});

test("another plan for the same tree replaces the first one wholly", () => {
  const root = newProject(layout);
  write(root);
  const plan = planFor(root);
  writeTree(openProject(root), { ...plan, files: [], copies: [], folders: [], links: [], builds: [] });
  expect(contents(plan.out)).toEqual({ ".gitignore": "644 *\n" });
});

import fs from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { lay, newProject, write } from "./sandbox.ts";

const layout = { "lib/a.ex": "a", "priv/db.sqlite": "db" };

function setAge(path: string, seconds: number): void {
  fs.utimesSync(path, seconds, seconds);
}

test("a source that was made in the tree, too, gives way", () => {
  const root = newProject(layout);
  write(root);
  lay(root, { "lib/made.ex": "ours", "_escope/lib/made.ex": "made in the tree" });
  expect(write(root).written).toBe(1);
  expect(fs.readFileSync(join(root, "_escope/lib/made.ex"), "utf8")).toBe("# probed\nours");
  lay(root, { "_escope/lib/made.ex": "made in the tree once more" });
  expect(write(root).written).toBe(1);
  lay(root, { "lib/made.ex": null });
  expect(write(root).removed).toBe(1);
});

test("a source that only the tree has, as a compile step makes it there, stays as it was made, without probes", () => {
  const root = newProject(layout);
  write(root);
  lay(root, { "_escope/lib/made.ex": "made in the tree" });
  expect(write(root)).toMatchObject({ written: 0, removed: 0 });
  expect(fs.readFileSync(join(root, "_escope/lib/made.ex"), "utf8")).toBe("made in the tree");
});

test("any other file that was made in the tree, too, stays while it is newer than the original's", () => {
  const root = newProject(layout);
  write(root);
  const [here, there] = [join(root, "priv/made.txt"), join(root, "_escope/priv/made.txt")];
  lay(root, { "priv/made.txt": "1", "_escope/priv/made.txt": "in the tree" });
  setAge(here, 1000);
  expect(write(root).written).toBe(0);
  expect(fs.readFileSync(there, "utf8")).toBe("in the tree");
  lay(root, { "priv/made.txt": "2" });
  setAge(here, 2000);
  expect(write(root).written).toBe(1);
  expect(fs.readFileSync(there, "utf8")).toBe("2");
  lay(root, { "priv/other.txt": "new", "_escope/priv/other.txt": "old" });
  setAge(join(root, "_escope/priv/other.txt"), 1000);
  setAge(join(root, "priv/other.txt"), 2000);
  expect(write(root).written).toBe(1);
  const replaced = join(root, "_escope/priv/other.txt");
  expect(fs.readFileSync(replaced, "utf8")).toBe("new");
  // Whoever compiled the old one in has to see that it is another.
  expect(fs.statSync(replaced).mtimeMs).toBeGreaterThan(Date.now() - 60_000);
});

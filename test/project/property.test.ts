import fs from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { contents, expectAtRest, lay, newProject, planFor, write } from "./sandbox.ts";

/** Small, and the same on every machine: a failing seed can be run again. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const names = ["a", "b", "a.ex", "b.ex", "c.txt"];

function randomPath(random: (below: number) => number): string {
  const depth = 1 + random(3);
  const parts = Array.from({ length: depth }, () => names[random(names.length)] ?? "a");
  return ["lib", ...parts].slice(random(2)).join("/");
}

/** Puts a random thing at a random place, whatever was there. */
function disturb(dir: string, random: (below: number) => number): void {
  const path = randomPath(random);
  const parts = path.split("/");
  for (let end = 1; end < parts.length; end += 1) {
    const parent = join(dir, ...parts.slice(0, end));
    if (fs.lstatSync(parent, { throwIfNoEntry: false })?.isDirectory() === false) fs.rmSync(parent);
  }
  const kinds = [`text ${random(3)}`, "-> ../x", "-> nowhere", null, null] as const;
  lay(dir, { [path]: null });
  lay(dir, { [random(8) === 0 ? `${path}/` : path]: kinds[random(kinds.length)] ?? null });
}

/** What the plan asks for, computed from the project alone. */
function expected(root: string): Record<string, string> {
  const plan = planFor(root);
  const tree: Record<string, string> = { ".gitignore": "644 *\n" };
  for (const path of plan.copies) tree[path] = `644 ${fs.readFileSync(join(root, path), "latin1")}`;
  for (const { path, target } of plan.links) tree[path] = `-> ${target}`;
  for (const path of plan.folders) tree[`${path}/`] = "empty";
  for (const { path, text } of plan.files) tree[path] = `644 ${text}`;
  return tree;
}

test("whatever the tree was before, it is the plan afterwards", () => {
  for (let seed = 1; seed <= 60; seed += 1) {
    const random = randomFrom(seed);
    const root = newProject();
    const out = join(root, "_escope");
    for (let step = 0; step < 6; step += 1) {
      const changes = random(8);
      for (let change = 0; change < changes; change += 1) disturb(root, random);
      write(root);
      expect(contents(out), `seed ${seed}, step ${step}`).toEqual(expected(root));
      expect(write(root).written).toBe(0);
      expectAtRest(out);
    }
  }
});

test("instrumented files that were deleted, changed or exchanged in the tree are there again", () => {
  for (let seed = 1; seed <= 40; seed += 1) {
    const random = randomFrom(seed);
    const root = newProject({ "lib/a.ex": "1", "lib/b.ex": "2", "lib/a/c.ex": "3", "lib/d/e/f.ex": "4" });
    const out = join(root, "_escope");
    write(root);
    for (const path of ["lib/a.ex", "lib/b.ex", "lib/a/c.ex", "lib/d/e/f.ex"]) {
      const kinds = [null, "other", "-> ../../mix.exs", "-> nowhere"] as const;
      lay(out, { [path]: kinds[random(4)] ?? null });
    }
    write(root);
    expect(contents(out), `seed ${seed}`).toEqual(expected(root));
    expect(fs.readFileSync(join(root, "mix.exs"), "utf8")).toContain("MixProject");
  }
});

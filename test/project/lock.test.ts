import fs from "node:fs";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { contents, errorFrom, expectAtRest, lay, newProject, write } from "./sandbox.ts";

function locked(text: string): { root: string; out: string } {
  const root = newProject({ "lib/a.ex": "a" });
  write(root);
  lay(root, { "lib/a.ex": "a2", "_escope/.escope/lock": text });
  return { root, out: join(root, "_escope") };
}

test("a tree that a living process writes to is refused, with its number, and not touched", async () => {
  const other = spawn("sleep", ["60"]);
  try {
    const { root, out } = locked(`${other.pid} -\n`);
    const before = contents(out);
    const error = errorFrom(() => write(root));
    expect([error.code, error.details.hint]).toEqual([
      "TREE_LOCKED",
      expect.stringContaining(String(other.pid)),
    ]);
    expect(contents(out)).toEqual(before);
    expect(fs.readFileSync(join(out, ".escope/lock"), "utf8")).toBe(`${other.pid} -\n`);
  } finally {
    other.kill();
  }
});

test("a tree that somebody writes to is not said to be unchanged", () => {
  const root = newProject({ "lib/a.ex": "a" });
  write(root);
  lay(root, { "_escope/.escope/lock": `${process.pid} -\n` });
  expect(errorFrom(() => write(root)).code).toBe("TREE_LOCKED");
});

test("the lock of a dead process is taken over", () => {
  for (const text of ["999999999 1\n", "garbage", ""]) {
    const { root, out } = locked(text);
    expect(write(root).written, text).toBe(1);
    expectAtRest(out);
  }
});

test.skipIf(!fs.existsSync("/proc/self/stat"))(
  "a number that was given to another process since is a dead one",
  () => {
    const { root } = locked(`${process.pid} 1\n`);
    expect(write(root).written).toBe(1);
  },
);

test.skipIf(!fs.existsSync("/proc/self/stat"))(
  "a process that was killed holds no lock, though it ends later and its parent has not asked for its exit code",
  () => {
    // No await from here on: while this runs, Node does not ask.
    for (let round = 0; round < 3; round++) {
      const other = spawn("sleep", ["60"]);
      const { root, out } = locked(`${other.pid} -\n`);
      other.kill("SIGKILL");
      expect(write(root).written).toBe(1);
      expectAtRest(out);
    }
  },
);

test("what a process left that died while it took the lock goes", () => {
  const { root, out } = locked("999999999 1\n");
  lay(out, { ".escope/lock.999999998": "999999998 1\n", ".escope/lock.999999997.stale": "x" });
  write(root);
  expectAtRest(out);
});

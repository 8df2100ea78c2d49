import fs from "node:fs";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import {
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

const mounted: string[] = [];

function mount(options: string): string {
  const dir = tempFolder();
  execFileSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", dir], { stdio: "pipe" });
  mounted.push(dir);
  return dir;
}

function whyNoMounts(): string | null {
  try {
    mount("size=64k");
    return null;
  } catch (error) {
    return (error as Error).message;
  } finally {
    unmountAll();
  }
}

function unmountAll(): void {
  for (const dir of mounted.splice(0)) execFileSync("umount", ["-l", dir]);
}

afterEach(unmountAll);

const reason = whyNoMounts();
if (reason !== null) console.warn(`skipped: no file system can be mounted here (${reason})`);

describe.skipIf(reason !== null)("on a small disk", () => {
  const big = "x".repeat(100_000);

  test("a first run that does not fit leaves nothing", () => {
    const disk = mount("size=64k");
    const root = newProject({ "lib/a.ex": "a", "priv/big": big });
    const error = errorFrom(() => write(root, planFor(root, join(disk, "tree"))));
    expect(error.code).toBe("TREE_NOT_WRITABLE");
    expect(error.details.hint).toContain("Free some space");
    expect(fs.readdirSync(disk)).toEqual([]);
  });

  test("a later run that does not fit leaves the tree exactly as it was", () => {
    const disk = mount("size=64k");
    const root = newProject({ "lib/a.ex": "a" });
    write(root, planFor(root, join(disk, "tree")));
    const before = snapshot(disk, { times: true });
    lay(root, { "lib/a.ex": "a2", "lib/b.ex": big });
    expect(errorFrom(() => write(root, planFor(root, join(disk, "tree")))).code).toBe("TREE_NOT_WRITABLE");
    expect(snapshot(disk, { times: true })).toEqual(before);
    expectAtRest(join(disk, "tree"));
    lay(root, { "lib/b.ex": null });
    write(root, planFor(root, join(disk, "tree")));
    expect(contents(join(disk, "tree"))["lib/a.ex"]).toBe("644 # probed\na2");
  });

  test("read-only: a run with changes fails and one without succeeds", () => {
    const disk = mount("size=640k");
    const root = newProject({ "lib/a.ex": "a" });
    const plan = planFor(root, join(disk, "tree"));
    write(root, plan);
    execFileSync("mount", ["-o", "remount,ro", disk]);
    expect(write(root, plan).written).toBe(0);
    const before = snapshot(disk, { times: true });
    lay(root, { "lib/a.ex": "a2" });
    const error = errorFrom(() => write(root, planFor(root, join(disk, "tree"))));
    expect([error.code, error.details.hint]).toEqual([
      "TREE_NOT_WRITABLE",
      expect.stringContaining("read-only"),
    ]);
    expect(snapshot(disk, { times: true })).toEqual(before);
    const other = errorFrom(() => write(root, planFor(root, join(disk, "new"))));
    expect(other.code).toBe("TREE_NOT_WRITABLE");
  });

  test("a tree on another disk than its project works", () => {
    const disk = mount("size=640k");
    const root = newProject({
      "lib/a.ex": "a",
      "deps/d/mix.exs": "d",
      l: "-> lib/a.ex",
      away: "-> ../outside",
    });
    fs.writeFileSync(join(root, "../outside"), "outside");
    const out = join(disk, "tree");
    write(root, planFor(root, out));
    expect(fs.readFileSync(join(out, "deps/d/mix.exs"), "utf8")).toBe("d");
    expect(fs.readFileSync(join(out, "l"), "utf8")).toBe("# probed\na");
    expect(fs.readFileSync(join(out, "away"), "utf8")).toBe("outside");
    expect(write(root, planFor(root, out)).written).toBe(0);
  });
});

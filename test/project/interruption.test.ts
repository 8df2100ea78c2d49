import fs from "node:fs";
import { execFileSync, spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { EscopeError } from "../../src/errors.ts";
import {
  type Layout,
  contents,
  expectAtRest,
  lay,
  newProject,
  planFor,
  snapshot,
  tempFolder,
  withOperations,
  write,
} from "./sandbox.ts";

const build = (dep: string, version: string): Layout => ({
  [`_build/dev/lib/${dep}/ebin/${dep}.app`]: version,
  [`_build/dev/lib/${dep}/.mix/compile.elixir`]: version,
  [`_build/dev/lib/${dep}/priv`]: `-> ../../../../deps/${dep}/priv`,
  [`deps/${dep}/priv/x`]: "x",
});

const oldLayout: Layout = {
  "lib/a.ex": "a",
  "lib/b.ex": "b",
  "lib/gone/deep/c.ex": "c",
  "priv/data.txt": "data",
  "priv/same.txt": "same",
  l: "-> priv/same.txt",
  "swap/inner.txt": "folder first",
  swop: "file first",
  "empty/": "",
  ...build("jason", "1"),
};

/** One change of every kind. */
function advance(root: string): void {
  lay(root, { "lib/gone": null, swap: null, swop: null, empty: null, l: null, "_build/dev/lib/jason": null });
  lay(root, {
    "lib/a.ex": "a2",
    "lib/new/d.ex": "d",
    "priv/data.txt": "data2",
    l: "-> lib/new",
    swap: "now a file",
    "swop/inner.txt": "now a folder",
    "hollow/": "",
    ...build("jason", "2"),
    ...build("plug", "1"),
  });
}

class Crash extends Error {}

/** As a killed process leaves things: from the nth operation on, nothing happens any more; that one may be half done. */
function dieAt(nth: number): (count: number, name: string, args: readonly unknown[]) => void {
  return (count, name, args) => {
    if (count < nth) return;
    if (count === nth && name === "writeFileSync") tearWrite(args);
    throw new Crash();
  };
}

function tearWrite([target, data]: readonly unknown[]): void {
  const bytes = Buffer.from(data as string);
  const handle = typeof target === "number" ? target : fs.openSync(target as string, "w");
  fs.writeSync(handle, bytes.subarray(0, Math.floor(bytes.length / 2)));
}

/** The process that held the lock is dead. */
function burySelf(out: string): void {
  const lock = join(out, ".escope/lock");
  if (fs.existsSync(lock)) fs.writeFileSync(lock, "999999999 1\n");
}

/** Whether what is seen of the tree is a whole one. While a journal lies there, it is decided but not yet done. */
function expectWhole(out: string, wholes: readonly Record<string, string>[]): void {
  if (fs.existsSync(join(out, ".escope/journal.json"))) return;
  const seen = JSON.stringify(contents(out));
  expect(wholes.map((whole) => JSON.stringify(whole))).toContain(seen);
}

function reference(): {
  old: Record<string, string>;
  next: Record<string, string>;
  first: number;
  second: number;
} {
  const root = newProject(oldLayout);
  const out = join(root, "_escope");
  const first = withOperations(
    () => {},
    () => write(root),
  );
  const old = contents(out);
  advance(root);
  const plan = planFor(root);
  const second = withOperations(
    () => {},
    () => write(root, plan),
  );
  return { old, next: contents(out), first, second };
}

const known = reference();

describe("a process that dies", () => {
  test("the scenario has every kind of operation", () => {
    expect(known.first).toBeGreaterThan(40);
    expect(known.second).toBeGreaterThan(50);
    expect(known.old).not.toEqual(known.next);
  });

  test("at any step of a first run leaves nothing, or a decided tree, and the next run completes it", () => {
    for (let nth = 1; nth <= known.first; nth += 1) {
      const root = newProject(oldLayout);
      const out = join(root, "_escope");
      expect(() => withOperations(dieAt(nth), () => write(root)), `step ${nth}`).toThrow(Crash);
      burySelf(out);
      expectWhole(out, [{}, { ".escope/": "empty" }, known.old]);
      write(root);
      expect(contents(out), `step ${nth}`).toEqual(known.old);
      expectAtRest(out);
      expect(write(root).written).toBe(0);
    }
  });

  test("at any step of a later run leaves the old tree, or a decided one, and the next run completes it", () => {
    for (let nth = 1; nth <= known.second; nth += 1) {
      const { root, out } = advanced();
      const plan = planFor(root);
      expect(() => withOperations(dieAt(nth), () => write(root, plan)), `step ${nth}`).toThrow(Crash);
      burySelf(out);
      expectWhole(out, [known.old, known.next]);
      write(root);
      expect(contents(out), `step ${nth}`).toEqual(known.next);
      expectAtRest(out);
      expect(write(root).written).toBe(0);
    }
  });

  test("twice, at any step of the run and then at any step of the completion, is completed as well", () => {
    for (let nth = Math.floor(known.second / 2); nth <= known.second; nth += 3) {
      for (let again = 4; again < 40; again += 5) {
        const { root, out } = advanced();
        expect(() => withOperations(dieAt(nth), () => write(root))).toThrow(Crash);
        burySelf(out);
        try {
          withOperations(dieAt(again), () => write(root));
        } catch (error) {
          expect(error).toBeInstanceOf(Crash);
        }
        burySelf(out);
        write(root);
        expect(contents(out), `steps ${nth}, ${again}`).toEqual(known.next);
        expectAtRest(out);
      }
    }
  });

  test("and whose project went back meanwhile: the next run gives the old tree again", () => {
    for (let nth = 1; nth <= known.second; nth += 7) {
      const { root, out } = advanced();
      expect(() => withOperations(dieAt(nth), () => write(root))).toThrow(Crash);
      burySelf(out);
      for (const name of fs.readdirSync(root))
        if (name !== "_escope" && name !== "mix.exs") lay(root, { [name]: null });
      lay(root, oldLayout);
      write(root);
      const { "_build/dev/lib/plug/ebin/plug.app": app, ...rest } = contents(out);
      const withoutPlug = Object.entries(rest).filter(([path]) => !path.startsWith("_build/dev/lib/plug/"));
      expect(Object.fromEntries(withoutPlug), `step ${nth}, ${app}`).toEqual(known.old);
      expectAtRest(out);
    }
  });
});

describe("a disk that refuses one operation", () => {
  test("before the tree is decided leaves it exactly as it was; afterwards the next run completes it", () => {
    let [undone, decided] = [0, 0];
    for (let nth = 1; nth <= known.second; nth += 1) {
      const { root, out } = advanced();
      const before = snapshot(out, { times: true });
      const begun = refuseOnce(nth, () => write(root), join(out, ".escope/journal.json"));
      if (begun === null) continue;
      if (begun) decided += 1;
      else {
        undone += 1;
        expect(snapshot(out, { times: true }), `step ${nth}`).toEqual(before);
        expectAtRest(out);
      }
      write(root);
      expect(contents(out), `step ${nth}`).toEqual(known.next);
    }
    expect(undone).toBeGreaterThan(15);
    expect(decided).toBeGreaterThan(10);
  });

  test("in a first run leaves no folder behind", () => {
    for (let nth = 1; nth <= known.first; nth += 1) {
      const root = newProject(oldLayout);
      const out = join(root, "_escope");
      const begun = refuseOnce(nth, () => write(root), join(out, ".escope/journal.json"));
      if (begun === false) expect(fs.existsSync(out), `step ${nth}`).toBe(false);
      write(root);
      expect(contents(out)).toEqual(known.old);
    }
  });
});

/** A full disk refuses everything but removals. True where the error left a decided tree, false where it undid everything, null where there was no error. */
function refuseOnce(nth: number, run: () => void, journal: string): boolean | null {
  const refuse = (count: number, name: string): void => {
    if (count === nth && !/^(rm|unlink)/.test(name))
      throw Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
  };
  try {
    withOperations(refuse, run);
    return null;
  } catch (error) {
    expect(error).toBeInstanceOf(EscopeError);
    const { code, details } = error as EscopeError;
    const decided = fs.existsSync(journal);
    expect(code).toBe("TREE_NOT_WRITABLE");
    expect(details.hint).toContain(decided ? "completes" : "--out");
    return decided;
  }
}

function advanced(): { root: string; out: string } {
  const root = newProject(oldLayout);
  write(root);
  advance(root);
  return { root, out: join(root, "_escope") };
}

const program = `
import { openProject, writeTree } from "./project/index.js";
const [root, ...plans] = process.argv.slice(2).map((text, index) => index === 0 ? text : JSON.parse(text));
const project = openProject(root);
process.stdout.write("ready");
for (let turn = 0; ; turn += 1) writeTree(project, plans[turn % plans.length]);
`;

/** The sources as Node runs them. */
function compiled(): string {
  const dir = tempFolder();
  const repo = resolve(import.meta.dirname, "../..");
  const options = {
    outDir: dir,
    rootDir: join(repo, "src"),
    typeRoots: [join(repo, "node_modules/@types")],
    noEmitOnError: false,
  };
  const config = {
    extends: join(repo, "tsconfig.build.json"),
    compilerOptions: options,
    include: [],
    files: [join(repo, "src/project/index.ts")],
  };
  lay(dir, {
    "tsconfig.json": JSON.stringify(config),
    "package.json": '{"type":"module"}',
    "program.js": program,
  });
  fs.symlinkSync(join(repo, "node_modules"), join(dir, "node_modules"));
  execFileSync(process.execPath, [join(repo, "node_modules/typescript/bin/tsc"), "-p", dir]);
  return join(dir, "program.js");
}

test("kill -9 at any moment: the tree is one of the two plans, or becomes one by the next run", async () => {
  const script = compiled();
  const sources = Object.fromEntries(
    Array.from({ length: 40 }, (_, index) => [`lib/m${index}.ex`, `${index}`]),
  );
  const root = newProject({ ...sources, ...oldLayout });
  const plans = ["# first", "# second"].map((mark) => planFor(root, undefined, mark));
  const out = join(root, "_escope");
  const wholes = plans.map((plan) => (write(root, plan), contents(out)));
  let interrupted = 0;
  for (let round = 0; round < 25; round += 1) {
    const child = spawn(process.execPath, [script, root, ...plans.map((plan) => JSON.stringify(plan))]);
    await new Promise((ready) => child.stdout.once("data", ready));
    await sleep(5 + round * 3.7);
    child.kill("SIGKILL");
    await new Promise((gone) => child.once("exit", gone));
    if (fs.readdirSync(join(out, ".escope")).some((name) => /^(staging|journal)/.test(name)))
      interrupted += 1;
    expectWhole(out, wholes);
    write(root, plans[round % 2]);
    expect(contents(out)).toEqual(wholes[round % 2]);
    expectAtRest(out);
  }
  expect(interrupted).toBeGreaterThan(5);
});

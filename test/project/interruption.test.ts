import fs from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { EscopeError } from "../../src/errors.ts";
import { advance, expectWhole, oldLayout } from "./scenario.ts";
import {
  contents,
  expectAtRest,
  lay,
  newProject,
  planFor,
  snapshot,
  withOperations,
  write,
} from "./sandbox.ts";

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
      const withoutPlug = Object.entries(rest).filter(
        ([path]) => !/^(_build\/dev\/lib|deps)\/plug\//.test(path),
      );
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

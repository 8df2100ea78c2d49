import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { type ProbeAt, probesOverTime } from "../../src/collector/loads.ts";
import type { Int, Probe } from "../../src/protocol/index.ts";

const dir = mkdtempSync(join(tmpdir(), "escope-loads-"));
afterAll(() => rmSync(dir, { recursive: true }));

const begun = -576460751234567890n;

/** `[id, module, line]` */
function manifest(...probes: readonly (readonly [number, string, number])[]): ReadonlyMap<Int, Probe> {
  return new Map(probes.map(([id, module, line]) => [id, { id, module, line } as Probe]));
}

const versions: Readonly<Record<string, ReadonlyMap<Int, Probe>>> = {
  first: manifest([1, "A", 10], [2, "B", 20], [5, "A", 50]),
  second: manifest([1, "A", 11], [2, "B", 21], [3, "A", 31]),
  third: manifest([1, "A", 12], [2, "B", 22], [4, "A", 42]),
};

function load(at: number, module: string, probes: string): string {
  return `{"at_ns":${begun + BigInt(at)},"module":"${module}","probes":"${probes}"}\n`;
}

function over(text: string | null, from: bigint | null = begun): ProbeAt {
  const path = join(dir, `${String(text?.length)}.loads`);
  if (text !== null) writeFileSync(path, text);
  return probesOverTime(versions["first"] ?? new Map(), path, from, (file) => versions[file] ?? new Map());
}

test("an id stands for what its module was compiled with at the time, to the nanosecond", () => {
  const at = over(load(100, "A", "second") + load(200, "A", "third") + load(150, "B", "third"));
  const lines = (id: number): (number | null)[] =>
    [0, 99, 100, 150, 199, 200].map((time) => at(id, time)?.line ?? null);
  expect(lines(1)).toEqual([10, 10, 11, 11, 11, 12]);
  expect(lines(2)).toEqual([20, 20, 20, 22, 22, 22]);
});

test("an id that its version does not name is the one that another names", () => {
  const at = over(load(100, "A", "second") + load(200, "A", "third"));
  expect([0, 300].map((time) => [3, 4, 5].map((id) => at(id, time)?.line))).toEqual([
    [31, 42, 50],
    [31, 42, 50],
  ]);
  expect(at(6, 0)).toBeNull();
});

test("without anything noted, or without a clock, there is one version; a torn line is none", () => {
  expect(over(null)(1, 500)?.line).toBe(10);
  expect(over(load(100, "A", "second"), null)(1, 500)?.line).toBe(10);
  expect(over(load(100, "A", "second") + load(200, "A", "third").slice(0, -9))(1, 500)?.line).toBe(11);
});

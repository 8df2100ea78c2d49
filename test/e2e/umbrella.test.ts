import { writeFileSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import { command, copyProject, escope, join, snapshot, tempDir, trace, type SpanJson } from "./support.ts";

const SELF_MADE = ["market/_escope", "market/.escope", "market/escope.config.yaml"];
const TEST_ENV = { MIX_ENV: "test" };

let home: string;
let market: string;
let before: Map<string, string>;

/** The umbrella as it is worked on: compiled, its dependencies too. */
beforeAll(() => {
  home = copyProject("umbrella");
  market = join(home, "market");
  const compiled = command("mix", ["test"], market);
  expect(compiled.stdout + compiled.stderr).toMatch(/1 test, 0 failures[^]*1 test, 0 failures/);
  before = snapshot(home);
});

function callsOf(spans: readonly SpanJson[]): string[] {
  return [...new Set(spans.map((span) => `${span.module}.${span.function}/${span.arity}`))].toSorted();
}

function originalIsUntouched(): void {
  expect(snapshot(home, SELF_MADE)).toEqual(before);
}

test("an umbrella is tested in its tree from the root; what is compiled besides is reused and left alone", () => {
  const run = escope(["run", market, "--", "mix", "test"], home);
  expect(run.status, run.stderr).toBe(0);
  expect(run.stdout).toMatch(/==> stock[^]*1 test, 0 failures[^]*==> stall[^]*1 test, 0 failures/);
  expect(run.stdout).not.toMatch(/==> (ledger|ink)/);
  expect(run.stdout + run.stderr).not.toMatch(/warning|\berror\b/i);
  expect(callsOf(trace(market).spans)).toEqual([
    "Stall.Keeper.handle_call/3",
    "Stall.Keeper.init/1",
    "Stock.Shelf.handle_call/3",
    "Stock.Shelf.init/1",
  ]);
  originalIsUntouched();
});

test("an application of the umbrella named as the project runs in its own folder of the same tree", () => {
  const run = escope(["run", join(market, "apps/stall"), "--", "mix", "test"], home);
  expect(run.status, run.stdout + run.stderr).toBe(0);
  expect(run.stdout.match(/\d+ tests?, \d+ failures?/g)).toEqual(["1 test, 0 failures"]);
  expect(run.stdout).not.toMatch(/Compiling/);
  expect(callsOf(trace(join(market, "apps/stall")).spans)).toContain("Stall.Keeper.handle_call/3");
  originalIsUntouched();
});

test("dependencies that the configuration names are instrumented in the tree, those of dependencies too", () => {
  writeFileSync(
    join(market, "escope.config.yaml"),
    "deps: [ledger, ink]\nrules: [builtin:default, rules.yml]\n",
  );
  writeFileSync(join(market, "rules.yml"), "rules:\n  - id: ink\n    match: { module: { name: Ink } }\n");
  before = snapshot(home, SELF_MADE);
  const run = escope(["run", market, "--", "mix", "test"], home);
  expect(run.status, run.stdout + run.stderr).toBe(0);
  expect(run.stdout).toMatch(/==> ink\nCompiling 1 file[^]*==> ledger\nCompiling 1 file/);
  const { spans } = trace(market);
  expect(callsOf(spans)).toEqual(
    expect.arrayContaining(["Ink.write/1", "Ledger.Book.handle_call/3", "Ledger.Book.init/1"]),
  );
  expect(spans.find(({ module }) => module === "Ink")?.file).toBe("../ink/lib/ink.ex");
  originalIsUntouched();
});

test("a release from the tree runs elsewhere, and records", () => {
  const release = join(tempDir(), "release");
  const tree = join(market, "_escope");
  const built = command("mix", ["release", "--quiet", "--path", release], tree, TEST_ENV);
  expect(built.status, built.stdout + built.stderr).toBe(0);
  const recording = join(tempDir(), "recording");
  const script =
    "Application.ensure_all_started(:stall); Stall.Keeper.sell(:plums); IO.puts(Stall.Keeper.greet())";
  const ran = command(join(release, "bin/market"), ["eval", script], home, {
    ESCOPE_RECORD: recording,
    GREETING: "Good evening",
  });
  expect(ran.stdout, ran.stderr).toContain("Good evening, we have plums and pears.");
  const shown = escope(["trace", "show", recording, "--format", "json"], home);
  const { spans } = JSON.parse(shown.stdout) as { spans: SpanJson[] };
  expect(callsOf(spans)).toEqual(
    expect.arrayContaining(["Ink.write/1", "Ledger.Book.handle_call/3", "Stall.Keeper.handle_call/3"]),
  );
  originalIsUntouched();
});

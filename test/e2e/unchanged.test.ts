import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { isFresh, stampAt } from "../../src/last-run/index.ts";
import { command, copyProject, escope, join } from "./support.ts";

const BIN = new URL("../../dist/cli/escope.js", import.meta.url).pathname;

/** Makes the next run tell whether it is one that is only remembered. */
function mark(project: string): void {
  const folder = join(project, ".escope/cache/runs");
  for (const name of readdirSync(folder)) {
    const run = JSON.parse(readFileSync(join(folder, name), "utf8"));
    writeFileSync(
      join(folder, name),
      JSON.stringify({ ...run, said: { ...run.said, stdout: "REMEMBERED" } }),
    );
  }
}

async function setUp(): Promise<{ project: string; run: (...more: string[]) => string }> {
  const project = copyProject("otp_shop");
  writeFileSync(
    join(project, "own.yml"),
    "rules: [{ id: all, match: { function: { visibility: public } } }]\n",
  );
  writeFileSync(join(project, "escope.config.yaml"), "rules: [own.yml]\n");
  mkdirSync(join(project, "deps/some/lib"), { recursive: true });
  // What was written this very moment could be written again under the same time.
  await wait(300);
  const run = (...more: string[]): string => {
    const { status, stdout, stderr } = command(
      process.execPath,
      [BIN, "instrument", project, ...more],
      project,
    );
    expect(stderr).toBe("");
    expect(status).toBe(0);
    return stdout;
  };
  return { project, run };
}

test("a run with nothing to do is remembered, and says what the whole run says", async () => {
  const { project, run } = await setUp();
  expect(run()).toMatch(/tree .*: \d+ written/);
  const again = run();
  expect(again).toMatch(/tree .*: 0 written/);
  expect(escope(["instrument", project, "--no-cache"], project).stdout).toBe(again);
  mark(project);
  expect(run()).toBe("REMEMBERED");
  expect(run("--format", "json")).toContain('"probes"');
});

const ELIXIR = "lib/otp_shop/catalogue.ex";
const CHANGES: Readonly<Record<string, (project: string) => void>> = {
  "a source": (project) =>
    writeFileSync(join(project, ELIXIR), `${readFileSync(join(project, ELIXIR), "utf8")}\n`),
  "the time of a source": (project) => utimesSync(join(project, ELIXIR), 1, 1),
  "a new source": (project) => writeFileSync(join(project, "lib/new.ex"), "defmodule New do\nend\n"),
  "a source that is gone": (project) => rmSync(join(project, ELIXIR)),
  "a source of another name": (project) => renameSync(join(project, ELIXIR), join(project, "lib/moved.ex")),
  "the rights of a source": (project) => chmodSync(join(project, ELIXIR), 0o755),
  "a rule": (project) => writeFileSync(join(project, "own.yml"), "rules: [{ id: all, match: {} }]\n"),
  "the configuration": (project) =>
    writeFileSync(join(project, "escope.config.yaml"), "rules: [builtin:everything]\n"),
  "mix.exs": (project) =>
    writeFileSync(join(project, "mix.exs"), `${readFileSync(join(project, "mix.exs"), "utf8")}\n`),
  "a file that is mirrored": (project) => writeFileSync(join(project, "notes.txt"), "x"),
  "a dependency's module": (project) =>
    writeFileSync(join(project, "deps/some/lib/a.ex"), "defmodule A do\nend\n"),
  "a new dependency": (project) => mkdirSync(join(project, "deps/other")),
  "a file of the tree": (project) => writeFileSync(join(project, "_escope", ELIXIR), "x"),
  "a file of the tree that is gone": (project) => rmSync(join(project, "_escope/.gitignore")),
  "a commit that was interrupted": (project) => mkdirSync(join(project, "_escope/.escope/staging")),
};

test.each(Object.entries(CHANGES))("%s that changed is seen", async (_name, change) => {
  const { project, run } = await setUp();
  run();
  mark(project);
  expect(run()).toBe("REMEMBERED");
  change(project);
  expect(run()).toContain("tree _escope");
});

test("a file from the future is remembered, too; one that changed by a clock ahead of ours is not", async () => {
  const { project, run } = await setUp();
  utimesSync(join(project, ELIXIR), 4e9, 4e9);
  await wait(300);
  run();
  mark(project);
  expect(run()).toBe("REMEMBERED");
  const stamp = stampAt(join(project, ELIXIR));
  expect(isFresh(stamp, Date.now())).toBe(false);
  expect(isFresh(stamp, Date.now() - 3_600_000)).toBe(true);
});

test("what was remembered is no truth: whatever stands there, the run is made", async () => {
  const { project, run } = await setUp();
  run();
  const folder = join(project, ".escope/cache/runs");
  const [name = ""] = readdirSync(folder);
  for (const text of ["", "{", "null", "[]", '{"format":"escope-run/0"}', '{"format":"escope-run/1"}']) {
    writeFileSync(join(folder, name), text);
    expect(run()).toContain("tree _escope: 0 written");
  }
});

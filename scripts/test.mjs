// Runs every suite, shows where the time went, and closes with one line that counts over all of them.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newerElixirPath } from "./newer-elixir.mjs";

const scratch = mkdtempSync(join(tmpdir(), "escope-test-"));
const report = join(scratch, "vitest.json");

const started = performance.now();
const newer = lookForNewerElixir();
const rows = [{ name: "set-up, Elixir 1.18", seconds: secondsSince(started), ...tally(0, 0) }];

const SUITES = [
  check("types", "npx", ["tsc", "-p", "tsconfig.json"]),
  check("lint", "npx", ["oxlint", "--deny-warnings"]),
  check("format", "npx", ["oxfmt", "--check", "."]),
  check("runtime format", "mix", ["format", "--check-formatted"], "runtime"),
  {
    name: "runtime (ExUnit)",
    program: "mix",
    args: ["test", "--warnings-as-errors"],
    cwd: "runtime",
    count: countExUnit,
  },
  ...runtimeOnNewerElixir(newer),
  {
    name: "escope (vitest)",
    program: "npx",
    args: ["vitest", "run", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`],
    env: forVitest(newer),
    count: countVitest,
  },
];

/** The PATH that has it, or why there is none: tests that need it are then skipped. */
function lookForNewerElixir() {
  try {
    return { path: newerElixirPath() };
  } catch (error) {
    return { missing: error.message };
  }
}

function forVitest({ path, missing }) {
  return missing === undefined ? { NEWER_ELIXIR_PATH: path } : { NEWER_ELIXIR_MISSING: missing };
}

/** Built in a folder of its own. Where the system's Elixir is as new, its suite is this one. */
function runtimeOnNewerElixir({ path, missing }) {
  if (path === process.env.PATH) return [];
  const suite = {
    name: "runtime on 1.18",
    missing,
    program: "mix",
    args: ["test", "--warnings-as-errors"],
    cwd: "runtime",
    env: { PATH: path, MIX_BUILD_PATH: "_build/elixir-1.18" },
    count: countExUnit,
  };
  return [suite];
}

/** A tool whose exit status is its verdict counts as one test. */
function check(name, program, args, cwd = ".") {
  return {
    name,
    program,
    args,
    cwd,
    count: (_output, status) => tally(status === 0 ? 1 : 0, status === 0 ? 0 : 1),
  };
}

function tally(passed, failed, skipped = 0) {
  return { passed, failed, skipped };
}

/** `3 doctests, 120 tests, 1 failure, 2 skipped`; a run that closes without such a line has failed. */
function countExUnit(output, status) {
  const line = output.match(/^.*\d+ tests?, \d+ failures?.*$/gm)?.at(-1) ?? "";
  const number = (word) => Number(new RegExp(`(\\d+) ${word}`).exec(line)?.[1] ?? 0);
  const failed = Math.max(number("failure"), status === 0 ? 0 : 1);
  const skipped = number("skipped") + number("excluded");
  return tally(Math.max(0, number("test") + number("doctest") - failed - skipped), failed, skipped);
}

function countVitest(_output, status) {
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(
    readFileSync(report, "utf8"),
  );
  const failed = Math.max(numFailedTests, status === 0 ? 0 : 1);
  return tally(numPassedTests, failed, numPendingTests + numTodoTests);
}

/** What it counts; a suite that cannot run here says why, and counts as one that was skipped. */
async function runSuite(suite) {
  if (suite.missing === undefined) {
    const { output, status } = await runProgram(suite);
    return suite.count(output, status);
  }
  console.log(`skipped: ${suite.missing}`);
  return tally(0, 0, 1);
}

function runProgram({ program, args, cwd, env }) {
  return new Promise((settle) => {
    const child = spawn(program, args, {
      cwd,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, MIX_ENV: "test", ...env },
    });
    let output = "";
    const take = (stream) => (chunk) => {
      output += chunk;
      stream.write(chunk);
    };
    child.stdout.on("data", take(process.stdout));
    child.stderr.on("data", take(process.stderr));
    child.once("error", (error) => settle({ output: String(error), status: 1 }));
    child.once("close", (status) => settle({ output, status: status ?? 1 }));
  });
}

function secondsSince(start) {
  return (performance.now() - start) / 1000;
}

for (const suite of SUITES) {
  console.log(`\n── ${suite.name}`);
  const start = performance.now();
  const counted = await runSuite(suite);
  rows.push({ name: suite.name, seconds: secondsSince(start), ...counted });
}
rmSync(scratch, { recursive: true, force: true });

console.log("\nwhere the time went");
for (const { name, seconds, passed, failed, skipped } of rows)
  console.log(
    `  ${name.padEnd(20)} ${seconds.toFixed(1).padStart(7)} s  ${passed} passed, ${failed} failed, ${skipped} skipped`,
  );
const sum = (key) => rows.reduce((total, row) => total + row[key], 0);
process.exitCode = sum("failed") === 0 ? 0 : 1;
console.log(`${sum("passed")} passed, ${sum("failed")} failed, ${sum("skipped")} skipped`);

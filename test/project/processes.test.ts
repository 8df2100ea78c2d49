import fs from "node:fs";
import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from "node:child_process";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, expect, test } from "vitest";
import type { TreePlan } from "../../src/project/index.ts";
import { contents, expectAtRest, lay, newProject, planFor, tempFolder, write } from "./sandbox.ts";
import { expectWhole, oldLayout } from "./scenario.ts";

const program = `
import { openProject, writeTree } from "./project/index.js";
const [root, turns, ...texts] = process.argv.slice(2);
const [project, plans] = [openProject(root), texts.map((text) => JSON.parse(text))];
process.stdout.write("ready");
let done = 0;
for (let turn = 0; turn < Number(turns); turn += 1) {
  try {
    done += writeTree(project, plans[turn % plans.length]).written > 0 ? 1 : 0;
  } catch (error) {
    if (error.code !== "TREE_LOCKED") throw error;
  }
}
process.stdout.write(" " + done);
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

let script = "";

beforeAll(() => {
  script = compiled();
});

/** Another process that writes one plan after the other. */
function startWriter(
  root: string,
  turns: number,
  plans: readonly TreePlan[],
): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, [script, root, String(turns), ...plans.map((plan) => JSON.stringify(plan))]);
}

/** What it wrote to stdout and stderr, once it is gone. */
async function outputOf(child: ChildProcessWithoutNullStreams): Promise<string> {
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (data: Buffer) => (output += data.toString()));
  await new Promise((gone) => child.once("close", gone));
  return output;
}

test("processes that write at once: one writes, the others are refused or see its whole tree", async () => {
  const root = newProject(oldLayout);
  const plans = ["# first", "# second", "# third"].map((mark) => planFor(root, undefined, mark));
  const out = join(root, "_escope");
  const wholes = plans.map((plan) => (write(root, plan), contents(out)));
  const turned = [plans, plans.toReversed(), [...plans.slice(1), ...plans.slice(0, 1)]];
  const outputs = await Promise.all(turned.map((some) => outputOf(startWriter(root, 150, some))));
  for (const output of outputs) expect(output).toMatch(/^ready \d+$/);
  expect(outputs.reduce((sum, output) => sum + Number(output.split(" ")[1]), 0)).toBeGreaterThan(5);
  expectWhole(out, wholes);
  expectAtRest(out);
});

test("kill -9 at any moment: the tree is one of the two plans, or becomes one by the next run", async () => {
  const sources = Object.fromEntries(
    Array.from({ length: 40 }, (_, index) => [`lib/m${index}.ex`, `${index}`]),
  );
  const root = newProject({ ...sources, ...oldLayout });
  const plans = ["# first", "# second"].map((mark) => planFor(root, undefined, mark));
  const out = join(root, "_escope");
  const wholes = plans.map((plan) => (write(root, plan), contents(out)));
  let interrupted = 0;
  for (let round = 0; round < 25; round += 1) {
    const child = startWriter(root, 1_000_000, plans);
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
  expect(interrupted).toBeGreaterThan(2);
});

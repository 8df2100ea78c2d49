import { spawn, type ChildProcess } from "node:child_process";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { CLI, copyProject, escope, join, userEnv } from "./support.ts";

const running = new Set<ChildProcess>();
afterEach(() => {
  for (const child of running) child.kill("SIGKILL");
});

interface Watching {
  readonly project: string;
  /** Everything that it said so far. */
  readonly said: () => string;
  readonly source: (path: string) => string;
  readonly tree: (path: string) => string;
  /** Ends it by Ctrl-C; gives its exit status. */
  readonly end: () => Promise<number | null>;
}

async function start(...args: string[]): Promise<Watching> {
  return startIn(copyProject("otp_shop"), ...args);
}

async function startIn(project: string, ...args: string[]): Promise<Watching> {
  writeFileSync(
    join(project, "own.yml"),
    "rules: [{ id: all, match: { function: { visibility: public } } }]\n",
  );
  const child = spawn(process.execPath, [CLI, "instrument", project, "--watch", ...args], {
    cwd: project,
    env: userEnv(),
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.add(child);
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (said += String(data)));
  await until(() => said.includes("watching for changes"));
  const closed = new Promise<number | null>((settle) => child.once("close", settle));
  const end = (): Promise<number | null> => (child.kill("SIGINT"), closed);
  const source = (path: string): string => join(project, path);
  const tree = (path: string): string => readFileSync(join(project, "_escope", path), "utf8");
  return { project, said: () => said, source, tree, end };
}

async function until(holds: () => boolean): Promise<void> {
  for (let round = 0; round < 400 && !holds(); round += 1) await wait(50);
  expect(holds()).toBe(true);
}

function there(path: string, text: string): () => boolean {
  return () => existsSync(path) && readFileSync(path, "utf8").includes(text);
}

/** All files of a tree with their contents, less what tells how it came to be. */
function contents(tree: string): Record<string, string> {
  const names = readdirSync(tree, { recursive: true, encoding: "utf8" })
    .filter((name) => statSync(join(tree, name)).isFile() && !name.startsWith(".escope/tree.json"))
    .toSorted();
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(tree, name), "utf8")]));
}

/** What lies in the tree at last is what a run from scratch makes. */
async function expectFresh({ project, end }: Watching, ...args: string[]): Promise<void> {
  expect(await end()).toBe(0);
  const cold = escope(["instrument", project, "--no-cache", "--out", "_cold", ...args], project);
  expect(cold.status).toBe(0);
  const [watched, fresh] = ["_escope", "_cold"].map((name) => contents(join(project, name)));
  expect(Object.keys(watched ?? {})).toEqual(Object.keys(fresh ?? {}));
  expect(watched).toEqual(fresh);
}

const CATALOGUE = "lib/otp_shop/catalogue.ex";

test("saves of every kind, new files, renamed ones and ones that go are in the tree", async () => {
  const watching = await start("--rules", "own.yml");
  const { project, source } = watching;
  const tree = join(project, "_escope");
  appendFileSync(source(CATALOGUE), "\n# saved\n");
  await until(there(join(tree, CATALOGUE), "# saved"));
  const text = readFileSync(source(CATALOGUE), "utf8");
  writeFileSync(source(`${CATALOGUE}~`), `${text}# by rename\n`);
  renameSync(source(`${CATALOGUE}~`), source(CATALOGUE));
  await until(there(join(tree, CATALOGUE), "# by rename"));
  writeFileSync(source("lib/new.ex"), "defmodule New do\n  def one, do: 1\nend\n");
  await until(there(join(tree, "lib/new.ex"), "Escope.probe"));
  renameSync(source("lib/new.ex"), source("lib/moved.ex"));
  await until(() => existsSync(join(tree, "lib/moved.ex")) && !existsSync(join(tree, "lib/new.ex")));
  rmSync(source("lib/moved.ex"));
  await until(() => !existsSync(join(tree, "lib/moved.ex")));
  await expectFresh(watching, "--rules", "own.yml");
}, 120_000);

test("a file that does not parse keeps its last good text in the tree; that is said once", async () => {
  const watching = await start("--rules", "own.yml");
  const { source, tree, said } = watching;
  const good = readFileSync(source(CATALOGUE), "utf8");
  const before = tree(CATALOGUE);
  writeFileSync(source(CATALOGUE), `${good}\ndef broken(\n`);
  await until(() => said().includes("does not parse"));
  appendFileSync(source("lib/otp_shop/application.ex"), "\n# another\n");
  await until(() => tree("lib/otp_shop/application.ex").includes("# another"));
  await wait(1000);
  expect(said().split("does not parse")).toHaveLength(2);
  expect(tree(CATALOGUE)).toBe(before);
  writeFileSync(source(CATALOGUE), `${good}\n# mended\n`);
  await until(() => tree(CATALOGUE).includes("# mended"));
  await expectFresh(watching, "--rules", "own.yml");
}, 120_000);

test("a macro module, the rules and the configuration change what others get", async () => {
  const watching = await start();
  const { project, source, tree } = watching;
  writeFileSync(source("lib/made.ex"), macro("Agent"));
  writeFileSync(
    source("lib/user.ex"),
    "defmodule User do\n  use Made\n  def handle_call(:a, _, s), do: {:reply, 1, s}\nend\n",
  );
  await until(there(join(project, "_escope/lib/user.ex"), "use Made"));
  await wait(800);
  expect(tree("lib/user.ex")).not.toContain("Escope.probe");
  writeFileSync(source("lib/made.ex"), macro("GenServer"));
  await until(() => tree("lib/user.ex").includes("Escope.probe"));
  writeFileSync(source("escope.config.yaml"), "rules: [own.yml]\n");
  await until(() => tree(CATALOGUE).includes("Escope.probe"));
  writeFileSync(source("own.yml"), "rules: [{ id: none, match: { function: { name: nowhere } } }]\n");
  await until(() => !tree(CATALOGUE).includes("Escope.probe"));
  writeFileSync(source("own.yml"), "rules: [{ id: ");
  await until(() => watching.said().includes("own.yml:"));
  writeFileSync(source("own.yml"), "rules: [{ id: all, match: {} }]\n");
  await until(() => tree(CATALOGUE).includes("Escope.probe"));
  await expectFresh(watching);
}, 120_000);

function macro(used: string): string {
  return `defmodule Made do\n  defmacro __using__(_), do: quote(do: use ${used})\nend\n`;
}

test("a dependency beside the project, of which the tree has a copy, is followed, too", async () => {
  const project = copyProject("otp_shop");
  const beside = join(project, "../beside");
  mkdirSync(join(beside, "lib"), { recursive: true });
  const mixfile = readFileSync(join(project, "mix.exs"), "utf8");
  writeFileSync(
    join(project, "mix.exs"),
    mixfile.replace("deps, do: []", 'deps, do: [{:beside, path: "../beside"}]'),
  );
  writeFileSync(
    join(beside, "mix.exs"),
    'defmodule Beside.MixProject do\n  use Mix.Project\n  def project, do: [app: :beside, version: "0.1.0"]\nend\n',
  );
  writeFileSync(join(beside, "lib/beside.ex"), "defmodule Beside do\n  def one, do: 1\nend\n");
  writeFileSync(join(project, "escope.config.yaml"), "rules: [own.yml]\ndeps: [beside]\n");
  const watching = await startIn(project);
  const copy = ".escope/deps/beside/lib/beside.ex";
  expect(watching.tree(copy)).toContain("Escope.probe");
  appendFileSync(join(beside, "lib/beside.ex"), "# saved\n");
  await until(() => watching.tree(copy).includes("# saved"));
  writeFileSync(join(beside, "lib/new.ex"), "defmodule Beside.New do\n  def one, do: 1\nend\n");
  await until(there(join(project, "_escope/.escope/deps/beside/lib/new.ex"), "Escope.probe"));
  await expectFresh(watching);
}, 120_000);

test("a branch with other files by the hundred, and Ctrl-C in the middle of it", async () => {
  const watching = await start("--rules", "own.yml");
  const { project, source } = watching;
  mkdirSync(source("lib/many"));
  for (let file = 0; file < 500; file += 1)
    writeFileSync(source(`lib/many/m${file}.ex`), `defmodule M${file} do\n  def a, do: ${file}\nend\n`);
  await until(there(join(project, "_escope/lib/many/m499.ex"), "Escope.probe"));
  rmSync(source("lib/many"), { recursive: true });
  for (let file = 0; file < 300; file += 1)
    writeFileSync(source(`lib/n${file}.ex`), `defmodule N${file} do\n  def a, do: 1\nend\n`);
  await wait(350);
  expect(await watching.end()).toBe(0);
  const names = readdirSync(join(project, "_escope/.escope"));
  expect(names.filter((name) => /^(lock|staging|journal)/.test(name))).toEqual([]);
  expect(escope(["instrument", project, "--rules", "own.yml"], project).status).toBe(0);
  expect(existsSync(join(project, "_escope/lib/n299.ex"))).toBe(true);
  expect(existsSync(join(project, "_escope/lib/many"))).toBe(false);
}, 120_000);

test("beside a command that runs in the tree, which sees what is saved meanwhile", async () => {
  const project = copyProject("otp_shop");
  const waits = `until grep -q "# while it runs" ${CATALOGUE}; do sleep 0.1; done; exit 7`;
  const args = [
    "run",
    project,
    "--watch",
    "--rules",
    "builtin:everything",
    "--",
    "sh",
    "-c",
    `echo ready; ${waits}`,
  ];
  const child = spawn(process.execPath, [CLI, ...args], {
    cwd: project,
    env: userEnv(),
    stdio: ["ignore", "pipe", "ignore"],
  });
  running.add(child);
  const closed = new Promise<number | null>((settle) => child.once("close", settle));
  let said = "";
  child.stdout.on("data", (data) => (said += String(data)));
  await until(() => said.includes("ready"));
  appendFileSync(join(project, CATALOGUE), "\n# while it runs\n");
  expect(await closed).toBe(7);
  expect(escope(["run", project, "--watch", "--", "no-such-command"], project).status).toBe(2);
}, 60_000);

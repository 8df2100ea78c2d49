// Elixir's own sources, as Debian ships them, in .cache/elixir-src: fetched once, with a list of sources and a state of
// apt's that are this script's own, so that nothing of the system changes. And Elixir built from them, to be judged by.
//
//   node scripts/corpus.mjs      prints the folder, or one sentence that says why it cannot be had
import { spawnSync } from "node:child_process";
import {
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const FETCHED = join(ROOT, ".cache/elixir-src");
const SOURCES = join(FETCHED, "source");
export const CACHE = join(ROOT, ".cache/judge");
export const LOGS = join(CACHE, "log");
/** Elixir is built here and all suites run here, one after the other: paths are part of what they print and wrap. */
export const ARENA = join(CACHE, "arena");
const BUILT = join(CACHE, "built");
const HOME = join(CACHE, "home");
const LIMIT_MS = 20 * 60_000;
const MIRROR = "http://deb.debian.org/debian";
// What building Elixir and running its suites takes: the Debian package, and how one sees that it is there.
const TOOLS = {
  "dpkg-dev": () => works("dpkg-source", ["--version"]),
  make: () => works("make", ["--version"]),
  git: () => works("git", ["--version"]),
  rebar3: () => works("rebar3", ["version"]),
  "erlang-dev": () => erlang('filelib:is_file(code:lib_dir(kernel) ++ "/include/file.hrl")'),
  "erlang-parsetools": () => erlang("non_existing =/= code:which(yecc)"),
};

/** The folder of the sources; throws an Error with one sentence where they, or the tools to build them, cannot be had. */
export function elixirSources() {
  if (!works("apt-get", ["--version"]))
    throw new Error("Elixir's sources come from Debian; there is no apt-get here.");
  installTools();
  if (!existsSync(SOURCES)) fetchSources();
  return SOURCES;
}

function fetchSources() {
  const scratch = `${FETCHED}.${process.pid}`;
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(join(scratch, "lists/partial"), { recursive: true });
  try {
    download(scratch);
    const description = readdirSync(scratch).find((name) => name.endsWith(".dsc"));
    run("dpkg-source", ["--extract", description, "source"], scratch);
    rmSync(FETCHED, { recursive: true, force: true });
    renameSync(scratch, FETCHED);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function download(folder) {
  writeFileSync(join(folder, "sources.list"), `deb-src ${MIRROR} ${suite()} main\n`);
  const settings = {
    "Dir::Etc::sourcelist": join(folder, "sources.list"),
    "Dir::Etc::sourceparts": "-",
    "Dir::State::lists": join(folder, "lists"),
    "Dir::Cache": folder,
  };
  const own = Object.entries(settings).flatMap(([key, value]) => ["-o", `${key}=${value}`]);
  run("apt-get", [...own, "--error-on=any", "update"], folder);
  run("apt-get", [...own, "source", "--download-only", "elixir-lang"], folder);
  rmSync(join(folder, "lists"), { recursive: true });
}

/** Debian's release: its Elixir is one that builds on its Erlang. */
function suite() {
  const release = readFileSync("/etc/os-release", "utf8");
  const name = /^ID=debian$/m.test(release) && /^VERSION_CODENAME=(\w+)$/m.exec(release)?.[1];
  if (!name)
    throw new Error("Elixir's sources come from Debian's release that this machine runs; it runs none.");
  return name;
}

function installTools() {
  const missing = Object.keys(TOOLS).filter((name) => !TOOLS[name]());
  if (missing.length === 0) return;
  const become = process.getuid?.() === 0 ? [] : ["sudo", "-n"];
  const [program, ...args] = [
    ...become,
    "apt-get",
    "install",
    "-y",
    "-qq",
    "--no-install-recommends",
    ...missing,
  ];
  run(program, args, ".");
}

/** Builds Elixir from its sources, once. */
export function buildElixir() {
  for (const folder of [LOGS, HOME]) mkdirSync(folder, { recursive: true });
  if (existsSync(BUILT)) return;
  console.log("building Elixir from its sources");
  enterArena(SOURCES);
  const { status } = logged("make", ["make", "compile"], ARENA, {});
  if (status !== 0) throw new Error(`Elixir's sources do not build here: see ${join(LOGS, "make.log")}`);
  renameSync(ARENA, BUILT);
}

/** A fresh copy of the built Elixir in the arena. */
export function enterArena(from = BUILT) {
  rmSync(ARENA, { recursive: true, force: true });
  cpSync(from, ARENA, { recursive: true, preserveTimestamps: true });
}

export function built(program) {
  return join(BUILT, "bin", program);
}

/** What an Elixir program prints. */
export function elixir(cwd, args) {
  const { status, stdout, stderr } = spawnSync(built("elixir"), args, {
    cwd,
    env: environment(),
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

/** Runs `command`, its output in a file: a program that it leaves behind must not hold a pipe open. */
export function logged(name, [program, ...args], cwd, env) {
  const log = join(LOGS, `${name}.log`);
  const file = openSync(log, "w");
  const options = {
    cwd,
    env: { ...environment(), ...env },
    stdio: ["ignore", file, file],
    timeout: LIMIT_MS,
  };
  const { status, signal } = spawnSync(program, args, options);
  closeSync(file);
  return { status: status ?? signal, output: readFileSync(log, "utf8") };
}

/** Nothing of the user's; and git finds no repository above: suites call it in folders that are none. */
function environment() {
  return {
    PATH: process.env.PATH,
    HOME,
    LANG: "C.UTF-8",
    LC_ALL: "C.UTF-8",
    REBAR3: "/usr/bin/rebar3",
    GIT_CEILING_DIRECTORIES: CACHE,
  };
}

function works(program, args) {
  return spawnSync(program, args, { stdio: "ignore" }).status === 0;
}

function erlang(condition) {
  return works("erl", ["-noshell", "-eval", `halt(case ${condition} of true -> 0; _ -> 1 end).`]);
}

function run(program, args, cwd) {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const { status, stderr, error } = spawnSync(program, args, { cwd, env, encoding: "utf8" });
  if (status === 0) return;
  const reason = error?.message ?? stderr.trim().split("\n").at(-1);
  throw new Error(`Elixir's sources cannot be had: \`${program} ${args.at(-1)}\` failed: ${reason}`);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    console.log(elixirSources());
  } catch (error) {
    console.log(error.message);
  }
}

// Elixir's own libraries judge escope: every function of theirs probed, they have to be the same programs, and to pass their
// own tests as the originals do. docs/judge.md tells what is compared, and how.
//
//   npm run judge [-- [--record] [LIBRARY…]]      default: eex logger ex_unit iex mix
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  ARENA,
  CACHE,
  LOGS,
  buildElixir,
  built,
  elixir,
  elixirSources,
  enterArena,
  logged,
} from "./corpus.mjs";
import { difference, failuresIn, ran, verdictsIn } from "./suites.mjs";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const ESCOPE = join(CACHE, "escope/dist/cli/main.js");
const LIBRARIES = ["eex", "elixir", "ex_unit", "iex", "logger", "mix"];
// Not `elixir`: the runtime is written in it, and would call itself.
const SUITES = ["eex", "logger", "ex_unit", "iex", "mix"];
const SEED = 1;
const RETRIES = 3;
const SKIPS_ALLOWED = 0.005;
// What a recording that is on cannot hide: its entry in the process dictionary, which crash reports print.
const SHOWS_RECORDING = ["test translates :proc_lib+Task crashes on debug (Logger.TranslatorTest)"];

// Definitions as Elixir itself reads them: clauses with a body that are not quoted code.
const COUNT_DEFINITIONS = `
defmodule Count do
  def files(paths), do: paths |> Enum.map(&(&1 |> File.read!() |> Code.string_to_quoted!() |> tree())) |> Enum.sum()
  def tree({:quote, _, [_ | _]}), do: 0
  def tree({name, _, [_, body]}) when name in [:def, :defp] and is_list(body), do: 1 + tree(body)
  def tree({form, _, args}), do: tree(form) + tree(args)
  def tree({left, right}), do: tree(left) + tree(right)
  def tree(list) when is_list(list), do: list |> Enum.map(&tree/1) |> Enum.sum()
  def tree(_), do: 0
end
IO.write(Count.files(Path.wildcard("lib/**/*.ex")))`;

// How many of the compiled modules call a probe.
const COUNT_PROBED = `
IO.write(Enum.count(Path.wildcard("ebin/*.beam"), fn path ->
  {:ok, {_, [imports: imports]}} = :beam_lib.chunks(String.to_charlist(path), [:imports])
  Enum.any?(imports, &(elem(&1, 0) == Escope.Probe))
end))`;

// What others see of the compiled modules, a fact a line: exports, attributes, types and specs with their lines, documentation.
const INTERFACE = `
line = fn anno -> :erl_anno.line(anno) end
for path <- Path.wildcard("ebin/*.beam") do
  module = path |> Path.basename(".beam") |> String.to_atom()
  {:ok, {_, chunks}} = :beam_lib.chunks(String.to_charlist(path), [:exports, :attributes])
  tell = fn fact -> IO.puts(inspect({module, fact}, limit: :infinity, printable_limit: :infinity, width: :infinity)) end
  Enum.each(chunks[:exports], tell)
  Enum.each(chunks[:attributes], fn {name, value} -> name in [:vsn, :external_resource] || tell.({name, value}) end)
  for kind <- [:fetch_types, :fetch_specs, :fetch_callbacks],
      {:ok, facts} <- [apply(Code.Typespec, kind, [path |> File.read!()])], do: Enum.each(facts, &tell.({kind, &1}))
  with {:docs_v1, anno, _, _, doc, meta, entries} <- Code.fetch_docs(path) do
    tell.({:doc, line.(anno), doc, Map.drop(meta, [:source_path])})
    for {name, anno, signature, doc, meta} <- entries, do: tell.({:doc, name, line.(anno), signature, doc, meta})
  end
end`;

const flags = process.argv.slice(2).filter((arg) => arg.startsWith("--"));
const named = process.argv.slice(2).filter((arg) => !arg.startsWith("--"));
const wrong = [...flags.filter((arg) => arg !== "--record"), ...named.filter((arg) => !SUITES.includes(arg))];
const faults = [];

if (wrong.length > 0) giveUp(`${wrong[0]}: expected --record or one of ${SUITES.join(", ")}`, 2);
const sources = attempt(elixirSources);
prepare();
judgeTrees(named.length > 0 ? named : LIBRARIES);
judgeSuites(named.length > 0 ? named : SUITES);
console.log(faults.length === 0 ? "\nnothing differs" : `\n${faults.length} faults:`);
for (const fault of faults) console.log(`  ${fault}`);
process.exitCode = faults.length === 0 ? 0 : 1;

/** A copy of escope, for it may be built anew meanwhile; and Elixir. */
function prepare() {
  rmSync(join(CACHE, "escope"), { recursive: true, force: true });
  for (const part of ["dist", "rules", "runtime", "package.json"])
    cpSync(join(ROOT, part), join(CACHE, "escope", part), {
      recursive: true,
      filter: (path) => !path.endsWith("/_build"),
    });
  attempt(buildElixir);
}

/** Where there is nothing to judge with, that is said, and is no fault. */
function attempt(work) {
  try {
    return work();
  } catch (error) {
    return giveUp(`skipped: ${error.message}`, 0);
  }
}

/** (a) Every file parses, every tree is the original's, hardly anything is skipped. */
function judgeTrees(libraries) {
  console.log(
    `\nElixir ${readFileSync(join(sources, "VERSION"), "utf8").trim()}, builtin:everything --verify\n`,
  );
  row("library", "files", "definitions", "probes", "enter", "skipped", "ms");
  const rows = libraries.map(judgeTree);
  const sum = (key) => rows.reduce((total, each) => total + each[key], 0);
  const [definitions, probes, skipped] = ["definitions", "probes", "skipped"].map(sum);
  row("all", sum("files"), definitions, probes, share(sum("enter"), probes), skipped, sum("ms"));
  if (skipped >= SKIPS_ALLOWED * definitions) faults.push(`${skipped} of ${definitions} definitions skipped`);
}

function judgeTree(library) {
  const project = join(sources, "lib", library);
  const started = performance.now();
  const tree = escope("instrument", project, "--out", treeOf(library), "--verify");
  const ms = Math.round(performance.now() - started);
  const { probes } = escope("plan", project);
  const enter = probes.filter(({ mode }) => mode === "enter").length;
  const definitions = Number(elixir(project, ["-e", COUNT_DEFINITIONS]));
  const skipped = tree.skipped.length;
  const files = sourceFiles(library).length;
  row(library, files, definitions, tree.probes, share(enter, tree.probes), skipped, ms);
  for (const { file, line, function: name, reason } of tree.skipped) {
    console.log(`    ${file}:${line} ${name ?? ""}: ${reason}`);
    if (name === null) faults.push(`${library}: ${file} is left alone: ${reason}`);
  }
  if (tree.skipped.some(({ reason }) => reason.endsWith("the file is left as it was")))
    faults.push(`${library}: a file with its probes is another program, or none`);
  if (tree.probes + skipped !== definitions)
    faults.push(`${library}: Elixir reads ${definitions} definitions, escope ${tree.probes + skipped}`);
  return { files, definitions, probes: tree.probes, enter, skipped, ms };
}

function sourceFiles(library) {
  return readdirSync(join(sources, "lib", library, "lib"), { recursive: true }).filter((path) =>
    path.endsWith(".ex"),
  );
}

function treeOf(library) {
  return join(CACHE, "trees", library);
}

/** (b) The library's own suite, original and instrumented, and, if asked for, instrumented and recorded. */
function judgeSuites(libraries) {
  console.log(`\ntheir own tests, seed ${SEED}\n`);
  for (const library of libraries) {
    buildRuntime(library);
    const original = judgeSuite(library, "original");
    compare(original, judgeSuite(library, "instrumented"), []);
    if (flags.includes("--record")) compare(original, judgeSuite(library, "recorded"), SHOWS_RECORDING);
  }
}

/** The tree's runtime, with its manifest: on the path of originals, too, so that nothing else differs. */
function buildRuntime(library) {
  const env = { MIX_ENV: "prod", MIX_BUILD_PATH: runtimeOf(library) };
  const folder = join(treeOf(library), ".escope/runtime");
  const { status } = logged(`${library}-runtime`, [built("elixir"), built("mix"), "compile"], folder, env);
  if (status !== 0) giveUp(`the runtime does not compile: see ${join(LOGS, `${library}-runtime.log`)}`, 1);
}

function runtimeOf(library) {
  return join(CACHE, "runtime", library);
}

function judgeSuite(library, kind) {
  enterArena();
  const folder = join(ARENA, "lib", library);
  const env = { ERL_LIBS: join(runtimeOf(library), "lib") };
  const warnings = recompile(library, kind, folder, env);
  const probed = Number(elixir(folder, ["-e", COUNT_PROBED]));
  const facts = elixir(folder, ["-e", INTERFACE]).trim().split("\n");
  const { status, output, seconds, recording } = runSuite(library, kind, folder, env);
  const verdict = verdictsIn(output).at(-1) ?? "no verdict";
  const recorded = kind === "recorded" ? `, ${told(recording)}` : "";
  console.log(
    `  ${library.padEnd(8)} ${kind.padEnd(13)} ${verdict}, exit ${status}, ${seconds} s, ${probed} modules probed${recorded}`,
  );
  const failed = failuresIn(output).filter((failure) => !passesAlone(failure, library, kind, folder, env));
  return { library, kind, status, verdict, failed: failed.map(({ name }) => name), warnings, probed, facts };
}

/** Some tests of Elixir's depend on timing, and fail now and then in the original, too. */
function passesAlone({ name, file, line }, library, kind, folder, env) {
  const passes = Array.from({ length: RETRIES }).some(() => {
    const command = suiteCommand(kind, ["-r", file]);
    const more = {
      ...env,
      ...(kind === "recorded" ? { ESCOPE_RECORD: `${recordingOf(library)}-again` } : {}),
    };
    const again = logged(`${library}-${kind}-again`, command, folder, { ...more, LINE: line });
    return again.status === 0 && verdictsIn(again.output).at(-1)?.includes(", 0 failures");
  });
  console.log(`    failed: ${name}${passes ? " (passes when it runs alone)" : ""}`);
  return passes;
}

/** Compiles the library anew, the original too, for its warnings; gives them. */
function recompile(library, kind, folder, env) {
  if (kind !== "original") {
    rmSync(join(folder, "lib"), { recursive: true });
    cpSync(join(treeOf(library), "lib"), join(folder, "lib"), { recursive: true, preserveTimestamps: true });
  }
  const command = [join(ARENA, "bin/elixirc"), "--ignore-module-conflict", "lib/**/*.ex", "-o", "ebin.new"];
  mkdirSync(join(folder, "ebin.new"));
  const { status, output } = logged(`${library}-${kind}-compile`, command, folder, env);
  if (status !== 0) faults.push(`${library}, ${kind}, does not compile`);
  cpSync(join(folder, `ebin/${library}.app`), join(folder, `ebin.new/${library}.app`));
  rmSync(join(folder, "ebin"), { recursive: true });
  renameSync(join(folder, "ebin.new"), join(folder, "ebin"));
  return output;
}

function runSuite(library, kind, folder, env) {
  const recording = recordingOf(library);
  rmSync(recording, { recursive: true, force: true });
  const more = kind === "recorded" ? { ...env, ESCOPE_RECORD: recording } : env;
  const started = performance.now();
  const command = suiteCommand(kind, ["-pr", "test/**/*_test.exs"]);
  const result = logged(`${library}-${kind}`, command, folder, more);
  return { ...result, recording, seconds: ((performance.now() - started) / 1000).toFixed(1) };
}

/** As Elixir's Makefile runs its suites. */
function suiteCommand(kind, tests) {
  const app = kind === "recorded" ? ["--app", "escope"] : [];
  const seed = ["--erl", `-ex_unit seed ${SEED}`];
  return [join(ARENA, "bin/elixir"), ...app, ...seed, "-r", "test/test_helper.exs", ...tests];
}

function recordingOf(library) {
  return join(CACHE, "recordings", library);
}

function told(recording) {
  const { events, drops } = JSON.parse(readFileSync(join(recording, "recording.json"), "utf8"));
  const stats = spawnSync(process.execPath, [ESCOPE, "trace", "stats", recording], { encoding: "utf8" });
  if (stats.status !== 0) faults.push(`${recording} cannot be read: ${stats.stderr}`);
  return `${events} events, drops ${JSON.stringify(drops)}`;
}

function compare(original, other, expected) {
  const { library, kind } = other;
  const differing = difference(original.failed, other.failed);
  if (differing.some((name) => expected.includes(name))) console.log("    known: docs/judge.md says why");
  for (const name of differing.filter((each) => !expected.includes(each)))
    faults.push(`${library}, ${kind}: ${name}`);
  if (ended(original) !== ended(other))
    faults.push(`${library}, ${kind}: ${ended(other)}, originally ${ended(original)}`);
  if (original.verdict === "no verdict") faults.push(`${library}: its suite does not run here`);
  if (original.warnings !== other.warnings) faults.push(`${library}, ${kind}, compiles with other warnings`);
  if (kind === "instrumented") compareFacts(original, other);
  if (original.probed !== 0 || other.probed === 0)
    faults.push(`${library}: what ran was not what it was taken for`);
}

/** How many tests of which kind, and how the run ended; how many failed is compared test by test. */
function ended({ verdict, status }) {
  return `${ran(verdict)}, exit ${status === 2 ? 0 : status}`;
}

function compareFacts(original, { library, kind, facts }) {
  const [before, after] = [new Set(original.facts), new Set(facts)];
  const lost = original.facts.filter((fact) => !after.has(fact));
  const added = facts.filter((fact) => !before.has(fact));
  console.log(`    ${facts.length} facts of its interface, ${lost.length + added.length} of them differ`);
  for (const fact of [...lost, ...added])
    faults.push(`${library}, ${kind}: interface: ${fact.slice(0, 200)}`);
}

function escope(command, project, ...rest) {
  const args = [ESCOPE, command, project, "--rules", "builtin:everything", "--format", "json", ...rest];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  if (status !== 0) giveUp(`escope ${command} ${project} ended with status ${status}: ${stderr}`, 1);
  return JSON.parse(stdout);
}

function row(name, ...cells) {
  console.log(`  ${name.padEnd(8)}${cells.map((cell) => String(cell).padStart(13)).join("")}`);
}

function share(part, whole) {
  return `${((100 * part) / whole).toFixed(1)} %`;
}

function giveUp(sentence, status) {
  console.log(sentence);
  process.exit(status);
}

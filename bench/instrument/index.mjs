// What `escope instrument` costs, as ratios to what one would pick otherwise. Writes docs/performance.md.
//
//   npm run bench                 Elixir's tools from Debian's source package, with renamed copies
//   npm run bench -- --quick      one round, no compiler, no larger corpora
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { cpus, loadavg, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { elixirSources } from "../../scripts/corpus.mjs";
import { makeCorpus, measureCorpus } from "./corpus.mjs";
import { inTurns, measure } from "./measure.mjs";
import { report } from "./report.mjs";
import { measureRules } from "../rules.mjs";
import { measureSaves } from "./watch.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const CLI = join(ROOT, "dist/cli/escope.js");
const CACHE = join(ROOT, ".cache/bench");
const AST_GREP = "0.51.1";
const FILES = 1350;
const RULE = `id: callbacks
language: elixir
rule:
  pattern: def handle_call($$$ARGS) do $$$BODY end
`;
const PARSE = `for path <- Path.wildcard("lib/**/*.ex"), do: Code.string_to_quoted!(File.read!(path))`;
const quick = process.argv.includes("--quick");

/** The native program; its package's own start script would count as well. */
function astGrep() {
  const folder = join(CACHE, "ast-grep");
  const packages = join(folder, "node_modules/@ast-grep");
  if (!existsSync(packages)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "package.json"), "{}");
    const options = { cwd: folder, stdio: "inherit" };
    const { status } = spawnSync("npm", ["install", "--no-audit", `@ast-grep/cli@${AST_GREP}`], options);
    if (status !== 0) throw new Error("ast-grep cannot be had");
  }
  const native = readdirSync(packages).find((name) => name.startsWith("cli-"));
  return join(packages, native, "ast-grep");
}

function corpusOf(files) {
  const folder = join(CACHE, `corpus-${files}`);
  makeCorpus(elixirSources(), folder, files);
  return folder;
}

const scratch = mkdtempSync(join(tmpdir(), "escope-bench-"));
const out = (name) => join(scratch, name);

function instrument(project, name, ...more) {
  return [
    process.execPath,
    CLI,
    "instrument",
    project,
    "--out",
    out(name),
    "--cache",
    out(`${name}-cache`),
    ...more,
  ];
}

function clear(...names) {
  return () => names.forEach((name) => rmSync(out(name), { recursive: true, force: true }));
}

function commands(corpus, rule) {
  const everything = ["--rules", "builtin:everything"];
  const known = join(corpus, "lib/copy1/mix/mix.ex");
  const text = readFileSync(known, "utf8");
  const run = (name, command, before) => ({ name, command, before, cwd: corpus });
  return [
    run("ast-grep", [astGrep(), "scan", "--rule", rule, "lib", "--json=stream"]),
    run("cold", instrument(corpus, "cold"), clear("cold", "cold-cache")),
    run("everything", instrument(corpus, "all", ...everything), clear("all", "all-cache")),
    run("unchanged", instrument(corpus, "cold")),
    run("unchanged everything", instrument(corpus, "all", ...everything)),
    run("one file", instrument(corpus, "one"), () => writeFileSync(known, `${text}# ${Date.now()}\n`)),
    run("bare node", [process.execPath, "-e", "0"], () => writeFileSync(known, text)),
    run("copy", ["cp", "-r", join(corpus, "lib"), out("copy")], clear("copy")),
    run("Elixir's parser", ["elixir", "-e", PARSE]),
  ];
}

async function main() {
  const corpus = corpusOf(FILES);
  const rule = out("rule.yml");
  writeFileSync(rule, RULE);
  const size = measureCorpus(corpus);
  console.log(size);
  await measure(instrument(corpus, "one"), corpus);
  const costs = await inTurns(commands(corpus, rule), quick ? 1 : 3);
  console.log(Object.fromEntries(costs));
  const saves = await measureSaves(CLI, corpus, {
    out: out("watch"),
    file: "lib/copy1/ex_unit/ex_unit/assertions.ex",
    count: quick ? 5 : 30,
    pause: 2500,
  });
  console.log(saves);
  const rules = measureRules(undefined, quick ? 1 : undefined);
  console.log(rules);
  const compiled = quick ? undefined : await compile(corpus);
  const larger = quick ? [] : await grow();
  const machine = {
    cpu: cpus()[0]?.model,
    cores: cpus().length,
    memory: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    load: loadavg()[2],
  };
  writeFileSync(
    join(ROOT, "docs/performance.md"),
    report({ size, costs, saves, rules, compiled, larger, machine, astGrep: AST_GREP }),
  );
}

/** Of a copy: the compiler writes beside what it reads. Where it fails, the report does without. */
async function compile(corpus) {
  spawnSync("cp", ["-r", corpus, out("compile")]);
  try {
    return await measure(["mix", "compile"], out("compile"), { MIX_ENV: "dev" });
  } catch (error) {
    console.log(error.message);
    return undefined;
  }
}

async function grow() {
  const sizes = [];
  for (const files of [700, 2700, 5400]) {
    const corpus = corpusOf(files);
    const name = `grow${files}`;
    sizes.push({
      files: measureCorpus(corpus).files,
      cold: await measure(instrument(corpus, name), corpus),
      unchanged: await measure(instrument(corpus, name), corpus),
    });
    rmSync(out(name), { recursive: true, force: true });
  }
  console.log(sizes);
  return sizes;
}

try {
  await main();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

// Any Mix project judges escope: compiled as it is and as its tree, with every function probed, it has to give the same
// warnings, and its own tests the same results. docs/judge.md tells what is compared, and how.
//
//   npm run judge:project -- PROJECT [--record] [OPTION OF escope instrument]… [-- ARGUMENT OF mix test]…
import { spawnSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { difference, failuresIn, ran, verdictsIn } from "./suites.mjs";

const ESCOPE = join(dirname(dirname(fileURLToPath(import.meta.url))), "dist/cli/main.js");
const SEED = "1";
const RETRIES = 3;

const given = process.argv.slice(2);
const divide = given.includes("--") ? given.indexOf("--") : given.length;
const [options, suiteArgs] = [given.slice(0, divide), given.slice(divide + 1)];
const record = options.includes("--record");
const [project, ...instrument] = options.filter((each) => each !== "--record");
if (project === undefined || project.startsWith("-")) {
  console.error("usage: npm run judge:project -- PROJECT [--record] [OPTION]… [-- ARGUMENT OF mix test]…");
  process.exit(2);
}

/** What escope itself says while a tree is compiled. */
const NOT_RECORDED = /^escope: .+: not recorded: /;

/** What Mix says on a busy machine. */
const SLOW = /^Compiling \S+ \(it's taking more than \d+s\)$/;

const faults = [];
const tree = makeTree();
const recording = record ? mkdtempSync(join(tmpdir(), "escope-judge-")) : undefined;
judge();
console.log(faults.length === 0 ? "nothing differs" : `${faults.length} faults:`);
for (const fault of faults) console.log(`  ${fault}`);
if (recording !== undefined) console.log(`recording: ${recording}`);
process.exitCode = faults.length === 0 ? 0 : 1;

/** Gives the folder in the tree that stands for PROJECT: the tree of an umbrella's application is the umbrella's. */
function makeTree() {
  const rules = instrument.includes("--rules") ? [] : ["--rules", "builtin:everything"];
  const args = ["instrument", project, "--verify", "--format", "json", ...rules, ...instrument];
  const { status, stdout } = spawnSync(process.execPath, [ESCOPE, ...args], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (stdout === "") process.exit(status ?? 1);
  const { out, probes, skipped } = JSON.parse(stdout);
  console.log(`${probes} probes, ${skipped.length} skipped, tree ${out}`);
  return resolve(project, out);
}

function judge() {
  const [before, after] = [resolve(project), tree].map(compiled);
  if (before !== after) faults.push(`other output of mix compile:\n${changedLines(before, after)}`);
  const original = suite("original", resolve(project), {});
  const other = suite("instrumented", tree, recording === undefined ? {} : { ESCOPE_RECORD: recording });
  if (original.verdicts.length === 0) faults.push("the original's tests do not run here");
  if (String(original.verdicts.map(ran)) !== String(other.verdicts.map(ran)))
    faults.push(`ran ${other.verdicts.join("; ")}, originally ${original.verdicts.join("; ")}`);
  for (const name of difference(original.failed, other.failed)) faults.push(`differs: ${name}`);
}

/** What compiling says, once everything that the project depends on is compiled. */
function compiled(folder) {
  mix(folder, ["compile"]);
  const { status, output } = mix(folder, ["compile", "--force"]);
  if (status !== 0) faults.push(`${folder} does not compile`);
  const said = output.split("\n").filter((line) => !SLOW.test(line));
  const left = said.filter((line) => NOT_RECORDED.test(line));
  if (left.length > 0) console.log(`${left.length} probes turned out to be none when the code was compiled`);
  return said.filter((line) => !NOT_RECORDED.test(line)).join("\n");
}

function changedLines(before, after) {
  return difference(before.split("\n"), after.split("\n"))
    .slice(0, 20)
    .map((line) => `    ${line}`)
    .join("\n");
}

function suite(kind, folder, env) {
  const seed = suiteArgs.includes("--seed") ? [] : ["--seed", SEED];
  const started = performance.now();
  const { output } = mix(folder, ["test", ...seed, ...suiteArgs], env);
  const verdicts = verdictsIn(output);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${kind.padEnd(13)} ${verdicts.join("; ") || "no verdict"}, ${seconds} s`);
  const failed = failuresIn(output).filter((failure) => !passesAlone(folder, failure, env));
  return { verdicts, failed: failed.map(({ name }) => name) };
}

/** Some tests depend on timing, and fail now and then in the original, too. */
function passesAlone(folder, { name, file, line }, env) {
  const passes = Array.from({ length: RETRIES }).some(
    () => mix(folder, ["test", `${file}:${line}`], env).status === 0,
  );
  console.log(`  failed: ${name}${passes ? " (passes when it runs alone)" : ""}`);
  return passes;
}

function mix(cwd, args, env = {}) {
  const { status, stdout, stderr } = spawnSync("mix", args, {
    cwd,
    env: { ...process.env, MIX_ENV: "test", ...env },
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  return { status, output: `${stdout}${stderr}` };
}

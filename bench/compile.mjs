// What probes cost the compiler: CPU time of `mix compile --force` in a project, in its tree with the default rules, and in
// its tree with every function probed. Prints ratios to the original: of each round, in which all are measured one behind
// the other, and their median, and of the best times; the order changes from round to round. What else a machine does
// only adds: where the two are far apart, it was busy.
//
//   node bench/compile.mjs [PROJECT]     default: otp_shop's library, six times over under other names
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const ROUNDS = 5;
const COPIES = 6;
const CLI = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
const SHOP = fileURLToPath(new URL("../fixtures/projects/otp_shop", import.meta.url));

/** Modules only: applications, tasks and files read while compiling would clash with their copies. */
function manyModules(target) {
  cpSync(SHOP, target, {
    recursive: true,
    filter: (path) => !/\/(_build|deps|_escope|\.escope)$/.test(path),
  });
  const lib = join(target, "lib/otp_shop");
  for (const name of readdirSync(lib).filter(
    (file) => file.endsWith(".ex") && !["application.ex", "catalogue.ex"].includes(file),
  )) {
    const text = readFileSync(join(lib, name), "utf8");
    for (let copy = 1; copy <= COPIES; copy += 1)
      writeFileSync(
        join(lib, `copy${copy}_${name}`),
        text.replaceAll(/\bOtpShop\.(?!Catalogue|Application)/g, `OtpShop.Copy${copy}.`),
      );
  }
  return target;
}

/** CPU seconds, user and system, of the command and all its children. */
function cpuSeconds(command, cwd) {
  const { stderr, status } = spawnSync(
    "bash",
    ["-c", `TIMEFORMAT='%U %S'; time ${command} >/dev/null 2>&1`],
    { cwd, encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`${command} failed in ${cwd}`);
  return stderr
    .trim()
    .split(" ")
    .reduce((sum, part) => sum + Number(part), 0);
}

const scratch = mkdtempSync(join(tmpdir(), "escope-bench-"));
const project = process.argv[2] ? resolve(process.argv[2]) : manyModules(join(scratch, "project"));
const variants = [
  { name: "original", dir: project, times: [] },
  { name: "default rules", rules: "builtin:default", times: [] },
  { name: "everything", rules: "builtin:everything", times: [] },
];
for (const variant of variants.filter(({ rules }) => rules)) {
  variant.dir = join(scratch, variant.rules.replace(":", "-"));
  const said = execFileSync(process.execPath, [
    CLI,
    "instrument",
    project,
    "--out",
    variant.dir,
    "--rules",
    variant.rules,
  ]);
  console.log(String(said).split("\n")[0]);
}
for (const { dir } of variants) cpuSeconds("mix compile", dir);
console.log(`load before measuring: ${loadavg()[0].toFixed(1)}`);
for (let round = 0; round < ROUNDS; round += 1) {
  const first = round % variants.length;
  for (const { dir, times } of [...variants.slice(first), ...variants.slice(0, first)])
    times.push(cpuSeconds("mix compile --force", dir));
}
rmSync(scratch, { recursive: true, force: true });

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const [original] = variants;
for (const { name, times } of variants) {
  const ratios = times.map((time, round) => time / original.times[round]);
  const all = ratios.map((ratio) => ratio.toFixed(2)).join(" ");
  const time = median(times).toFixed(2).padStart(7);
  const best = (Math.min(...times) / Math.min(...original.times)).toFixed(3);
  console.log(`${name.padEnd(16)} ${time} s CPU   ${median(ratios).toFixed(3)} × (${all}), best ${best} ×`);
}

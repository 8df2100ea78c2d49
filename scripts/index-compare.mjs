// npm run index:compare -- PROJECT [--env ENV] [--verbose]
// Compares the kinds that `escope index` finds with what the project's compiled modules say of themselves.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { compareKinds, LEAST, readLines, scoreOf } from "./compare-kinds.mjs";

const { values, positionals } = parseArgs({
  options: { env: { type: "string" }, verbose: { type: "boolean", default: false } },
  allowPositionals: true,
});
const [project = "."] = positionals;
const root = fileURLToPath(new URL("..", import.meta.url));
const { bin } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

function run(command, args) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    encoding: "utf8",
    maxBuffer: 1 << 30,
  });
  if (status !== 0) {
    process.stderr.write(`${command} ${args.join(" ")}\n${stderr ?? ""}${error?.message ?? ""}\n`);
    process.exit(2);
  }
  return stdout;
}

/** Of the applications that the index is about, those of dependencies left out. */
function beamFolders(applications) {
  const build = resolve(project, "_build");
  const envs = values.env === undefined ? ["dev", "prod"] : [values.env];
  const env = envs.find((each) => existsSync(join(build, each, "lib")));
  if (env === undefined) {
    process.stderr.write(`${build}: nothing is compiled there; run mix compile first\n`);
    process.exit(2);
  }
  const lib = join(build, env, "lib");
  return readdirSync(lib)
    .filter((name) => applications.has(name))
    .map((name) => join(lib, name, "ebin"));
}

function readBeams(folders) {
  return readLines(run("elixir", [join(root, "scripts/beams.exs"), ...folders]));
}

const index = JSON.parse(
  run(process.execPath, [join(root, bin.escope), "index", project, "--format", "json"]),
);
const applications = new Set([
  index.project,
  ...(existsSync(join(project, "apps")) ? readdirSync(join(project, "apps")) : []),
  basename(resolve(project)),
]);
const beams = readBeams(beamFolders(applications));
const { found, rows, unknown, uncompiled } = compareKinds(beams, index.modules);
process.stdout.write(`${index.project}: ${beams.size} modules compiled, ${found.size} in the index\n`);
process.stdout.write("kind".padEnd(16) + "compiled  found  wrong\n");
for (const { kind, compiled, found: hits, wrong, missed } of rows.filter(
  (row) => row.compiled + row.wrong.length > 0,
)) {
  process.stdout.write(
    `${kind.padEnd(16)}${String(compiled).padStart(8)}${String(hits).padStart(7)}${String(wrong.length).padStart(7)}\n`,
  );
  for (const name of missed)
    process.stdout.write(`  missed ${name}${found.has(name) ? "" : " (not in the index)"}\n`);
  for (const name of wrong) process.stdout.write(`  wrong  ${name}\n`);
}
process.stdout.write(
  `not in the index: ${unknown.length}; in the index and not compiled: ${uncompiled.length}\n`,
);
if (values.verbose) for (const name of [...unknown, ...uncompiled]) process.stdout.write(`  ${name}\n`);

const { compiled, hits, wrong, share } = scoreOf(rows);
process.stdout.write(`${hits} of ${compiled} kinds found (${(share * 100).toFixed(1)} %), ${wrong} wrong\n`);
process.exitCode = share >= LEAST && wrong === 0 ? 0 : 1;

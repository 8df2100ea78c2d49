// npm run index:compare -- PROJECT [--env ENV] [--verbose]
// Compares the kinds that `escope index` finds with what the project's compiled modules say of themselves.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values, positionals } = parseArgs({
  options: { env: { type: "string" }, verbose: { type: "boolean", default: false } },
  allowPositionals: true,
});
const [project = "."] = positionals;
const root = fileURLToPath(new URL("..", import.meta.url));
const { bin } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const LEAST = 0.99;

const isController = ({ behaviours, exports }) => behaviours.has("Plug") && exports.has("action/2");
const isServed = ({ behaviours, exports }) =>
  behaviours.has("Phoenix.Endpoint") || exports.has("__routes__/0");

/** What a beam file shows of each kind: a behaviour, or a function that its macros define. */
const SIGNS = {
  live_view: ({ behaviours, exports }) => exports.has("__live__/0") && behaviours.has("Phoenix.LiveView"),
  live_component: ({ behaviours, exports }) =>
    exports.has("__live__/0") && behaviours.has("Phoenix.LiveComponent"),
  gen_server: ({ behaviours }) => behaviours.has("GenServer") || behaviours.has(":gen_server"),
  gen_statem: ({ behaviours }) => behaviours.has(":gen_statem"),
  gen_stage: ({ behaviours }) => behaviours.has("GenStage"),
  supervisor: ({ behaviours }) =>
    ["Supervisor", "DynamicSupervisor", "ConsumerSupervisor", ":supervisor"].some((name) =>
      behaviours.has(name),
    ),
  application: ({ behaviours }) => behaviours.has("Application") || behaviours.has(":application"),
  channel: ({ behaviours }) => behaviours.has("Phoenix.Channel"),
  socket: ({ behaviours }) => behaviours.has("Phoenix.Socket"),
  presence: ({ behaviours }) => behaviours.has("Phoenix.Presence"),
  endpoint: ({ behaviours }) => behaviours.has("Phoenix.Endpoint"),
  router: ({ exports }) => exports.has("__routes__/0"),
  controller: isController,
  plug: (beam) => beam.behaviours.has("Plug") && !isController(beam) && !isServed(beam),
  oban_worker: ({ behaviours }) => behaviours.has("Oban.Worker"),
  broadway: ({ behaviours }) => behaviours.has("Broadway"),
  ecto_repo: ({ behaviours }) => behaviours.has("Ecto.Repo"),
  ecto_schema: ({ exports }) => exports.has("__schema__/2"),
  protocol: ({ exports }) => exports.has("__protocol__/1"),
  impl: ({ exports }) => exports.has("__impl__/1"),
  exception: ({ behaviours }) => behaviours.has("Exception"),
  mix_task: ({ behaviours }) => behaviours.has("Mix.Task") || behaviours.has("Mix.Task.Compiler"),
};

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
  const lines = run("elixir", [join(root, "scripts/beams.exs"), ...folders])
    .trim()
    .split("\n");
  return new Map(
    lines.map((line) => {
      const [name = "", behaviours = "", exports = ""] = line.split("|");
      return [name, { behaviours: new Set(behaviours.split(" ")), exports: new Set(exports.split(" ")) }];
    }),
  );
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
const found = new Map(
  index.modules.filter(({ compiled }) => compiled !== false).map((page) => [page.name, page]),
);
// `@derive P` makes a module, if P can be derived.
for (const { name, derives } of index.modules)
  for (const protocol of derives)
    if (beams.has(`${protocol}.${name}`)) found.set(`${protocol}.${name}`, { kinds: ["impl"] });

const rows = Object.entries(SIGNS).map(([kind, holds]) => {
  const compiled = [...beams].filter(([, beam]) => holds(beam)).map(([name]) => name);
  // What is not compiled has no beam to tell: it is counted apart.
  const own = [...found]
    .filter(([name, { kinds }]) => kinds.includes(kind) && beams.has(name))
    .map(([name]) => name);
  return {
    kind,
    compiled: compiled.length,
    found: compiled.filter((name) => own.includes(name)).length,
    missed: compiled.filter((name) => !own.includes(name)),
    wrong: own.filter((name) => !compiled.includes(name)),
  };
});

const unknown = [...beams.keys()].filter((name) => !found.has(name));
const uncompiled = [...found]
  .filter(([name, { computed }]) => !beams.has(name) && !computed)
  .map(([name]) => name);
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

const compiled = rows.reduce((sum, row) => sum + row.compiled, 0);
const hits = rows.reduce((sum, row) => sum + row.found, 0);
const wrong = rows.reduce((sum, row) => sum + row.wrong.length, 0);
const share = compiled === 0 ? 1 : hits / compiled;
process.stdout.write(`${hits} of ${compiled} kinds found (${(share * 100).toFixed(1)} %), ${wrong} wrong\n`);
process.exitCode = share >= LEAST && wrong === 0 ? 0 : 1;

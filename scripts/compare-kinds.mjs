// What the modules of a project are by the index, beside what their beam files say.

/** So much of what is compiled must be found. */
export const LEAST = 0.99;

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

/** What `beams.exs` prints: a module's name, its behaviours and its functions. */
export function readLines(text) {
  const lines = text.trim().split("\n");
  return new Map(
    lines.map((line) => {
      const [name = "", behaviours = "", exports = ""] = line.split("|");
      return [name, { behaviours: new Set(behaviours.split(" ")), exports: new Set(exports.split(" ")) }];
    }),
  );
}

/** `modules` as `escope index --format json` has them. */
export function compareKinds(beams, modules) {
  const found = new Map(
    modules.filter(({ compiled }) => compiled !== false).map((page) => [page.name, page]),
  );
  // `@derive P` makes a module, if P can be derived.
  for (const { name, derives } of modules)
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
  return { found, rows, unknown, uncompiled };
}

export function scoreOf(rows) {
  const sum = (of) => rows.reduce((total, row) => total + of(row), 0);
  const [compiled, hits] = [sum((row) => row.compiled), sum((row) => row.found)];
  return {
    compiled,
    hits,
    wrong: sum((row) => row.wrong.length),
    share: compiled === 0 ? 1 : hits / compiled,
  };
}

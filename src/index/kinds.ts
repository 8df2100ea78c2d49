import type { CallAbout, ModuleAbout, StatementAbout } from "../parser/index.ts";
import type { Subject } from "./subjects.ts";

export const KINDS = [
  "live_view",
  "live_component",
  "function_components",
  "channel",
  "socket",
  "presence",
  "controller",
  "html_view",
  "plug",
  "router",
  "endpoint",
  "gen_server",
  "gen_statem",
  "gen_stage",
  "broadway",
  "agent",
  "task",
  "supervisor",
  "application",
  "oban_worker",
  "ecto_repo",
  "ecto_schema",
  "telemetry_handler",
  "protocol",
  "impl",
  "exception",
  "behaviour",
  "mix_task",
  "plain",
] as const;

export type Kind = (typeof KINDS)[number];

/** Kinds whose modules have a process each, or many, that run their callbacks. */
const PROCESSES: readonly Kind[] = [
  "live_view",
  "gen_server",
  "gen_statem",
  "gen_stage",
  "channel",
  "broadway",
  "presence",
];

export function isProcess(kinds: readonly Kind[]): boolean {
  return PROCESSES.some((kind) => kinds.includes(kind));
}

export function isView(kind: Kind): boolean {
  return kind === "live_view" || kind === "live_component";
}

/** By what a module uses, or which behaviour it has. */
const BY_NAME: Readonly<Record<string, Kind>> = {
  "Phoenix.LiveView": "live_view",
  "Phoenix.LiveComponent": "live_component",
  "Phoenix.Channel": "channel",
  "Phoenix.Socket": "socket",
  "Phoenix.Presence": "presence",
  "Phoenix.Controller": "controller",
  "Phoenix.View": "html_view",
  Plug: "plug",
  "Plug.Builder": "plug",
  "Plug.ErrorHandler": "plug",
  "Phoenix.Router": "router",
  "Plug.Router": "router",
  "Phoenix.Endpoint": "endpoint",
  GenServer: "gen_server",
  ":gen_server": "gen_server",
  ":gen_statem": "gen_statem",
  GenStateMachine: "gen_statem",
  GenStage: "gen_stage",
  ConsumerSupervisor: "supervisor",
  Broadway: "broadway",
  Agent: "agent",
  Task: "task",
  Supervisor: "supervisor",
  DynamicSupervisor: "supervisor",
  ":supervisor": "supervisor",
  Application: "application",
  ":application": "application",
  "Oban.Worker": "oban_worker",
  "Oban.Pro.Worker": "oban_worker",
  "Oban.Pro.Workers.Batch": "oban_worker",
  "Ecto.Repo": "ecto_repo",
  "Ecto.Schema": "ecto_schema",
  "Mix.Task": "mix_task",
  "Mix.Task.Compiler": "mix_task",
};

/** A module is not what it only uses under its hood: an endpoint's plugs, a live view's server. */
const HIDES: Readonly<Partial<Record<Kind, readonly Kind[]>>> = {
  live_view: ["gen_server", "function_components"],
  live_component: ["function_components"],
  channel: ["gen_server"],
  controller: ["plug"],
  router: ["plug"],
  endpoint: ["plug", "supervisor"],
  broadway: ["supervisor"],
};

/** What a module is; several may hold, and `plain` stands alone. In the order of `KINDS`. */
export function kindsOf(subject: Subject, attached: ReadonlySet<string> = new Set()): Kind[] {
  const { about } = subject;
  const found = new Set<Kind>([...namedKinds(subject), ...sortKinds(about), ...bodyKinds(subject)]);
  if (attached.has(subject.name)) found.add("telemetry_handler");
  for (const kind of found) for (const hidden of HIDES[kind] ?? []) found.delete(hidden);
  return found.size === 0 ? ["plain"] : KINDS.filter((kind) => found.has(kind));
}

function namedKinds({ traits }: Subject): Kind[] {
  return [...traits.uses, ...traits.behaviours].flatMap((name) => BY_NAME[name] ?? []);
}

function sortKinds({ sort }: ModuleAbout): Kind[] {
  return sort === "module" ? [] : [sort];
}

function bodyKinds(subject: Subject): Kind[] {
  const { about, traits, byKey } = subject;
  const kinds: Kind[] = [];
  const has = (name: string): boolean => about.statements.some((statement) => statement.name === name);
  if (has("defexception")) kinds.push("exception");
  if (about.attributes.some(({ name }) => name === "callback" || name === "macrocallback"))
    kinds.push("behaviour");
  const embeds =
    has("embed_templates") || subject.functions.some(({ template }) => template?.use === "component");
  const renders = embeds || about.definitions.some(({ templates }) => templates.length > 0);
  if (renders || (traits.uses.has("Phoenix.Component") && about.statements.some(isComponentStatement)))
    kinds.push("function_components");
  if (/(?:HTML|View)$/.test(about.name) && (renders || traits.uses.has("Phoenix.Component")))
    kinds.push("html_view");
  const isPlug = byKey.has("init/1") && byKey.has("call/2");
  if (isPlug && traits.brought.concat(about.scope.brought).some(({ module }) => module === "Plug.Conn"))
    kinds.push("plug");
  if (traits.unfollowed.size > 0 && about.statements.some(isSchema)) kinds.push("ecto_schema");
  if (handlesTelemetry(subject)) kinds.push("telemetry_handler");
  return kinds;
}

const SCHEMA = /^(?:typed_)?(?:embedded_)?schema$/;
const FIELDS: ReadonlySet<string> = new Set(
  "field belongs_to has_one has_many many_to_many embeds_one embeds_many timestamps".split(" "),
);

/** `schema "users" do … field …`: Ecto's, by whatever was used that is not there to be followed. */
function isSchema({ name, inside }: StatementAbout): boolean {
  return SCHEMA.test(name) && inside.some((statement) => FIELDS.has(statement.name));
}

function isComponentStatement({ name }: StatementAbout): boolean {
  return name === "attr" || name === "slot";
}

/** The modules whose functions somebody attaches to telemetry's events. */
export function attachedToTelemetry(subjects: readonly Subject[]): ReadonlySet<string> {
  const found = subjects.flatMap(({ name, about }) =>
    about.definitions.flatMap(({ calls }) =>
      calls
        .filter(isAttach)
        .flatMap(({ args }) =>
          args.flatMap((each) => (each.type === "capture" ? [each.target.module ?? name] : [])),
        ),
    ),
  );
  return new Set(found);
}

function isAttach({ targets }: CallAbout): boolean {
  return targets.some(({ module, name }) => module === ":telemetry" && name.startsWith("attach"));
}

/** It attaches functions to telemetry's events, or is made to be attached. */
function handlesTelemetry({ about, byKey }: Subject): boolean {
  const attaches = about.definitions.some(({ calls }) => calls.some(isAttach));
  const isHandler =
    byKey.has("handle_event/4") &&
    about.definitions.some(({ name, parameters }) => {
      const [event] = parameters;
      return name === "handle_event" && event?.type === "list";
    });
  return attaches || isHandler;
}

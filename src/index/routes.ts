import type { StatementAbout, Value } from "../parser/index.ts";
import { mountHooks, type MountHook } from "./hooks.ts";
import { shapeOf } from "./shapes.ts";
import type { Subject } from "./subjects.ts";

/** A path of a router, and the module that serves it. */
export interface Route {
  readonly router: string;
  readonly file: string;
  readonly line: number;
  /** `live`, `get`, `forward`, `resources`, … */
  readonly verb: string;
  readonly path: string;
  readonly module: string;
  readonly action: string | undefined;
  readonly pipelines: readonly string[];
  readonly live_session: string | undefined;
  readonly on_mount: readonly MountHook[];
}

interface Place {
  readonly prefix: string;
  readonly alias: string;
  readonly pipelines: readonly string[];
  readonly session: string | undefined;
  readonly hooks: readonly MountHook[];
}

const TOP: Place = { prefix: "", alias: "", pipelines: [], session: undefined, hooks: [] };

const VERBS: ReadonlySet<string> = new Set(
  "live get post put patch delete options head connect trace match forward resources".split(" "),
);

export function routesOf({ name, file, about }: Subject): Route[] {
  return readStatements(about.statements, TOP, { router: name, file });
}

function readStatements(
  statements: readonly StatementAbout[],
  outer: Place,
  router: Pick<Route, "router" | "file">,
): Route[] {
  let place = outer;
  return statements.flatMap((statement) => {
    if (statement.name === "pipe_through")
      place = { ...place, pipelines: [...place.pipelines, ...namesIn(statement.args[0])] };
    return [
      ...readRoute(statement, place, router),
      ...readStatements(statement.inside, inside(statement, place), router),
    ];
  });
}

function inside({ name, args, line }: StatementAbout, place: Place): Place {
  if (name === "scope") return inScope(args, place);
  if (name !== "live_session") return place;
  const hooks = mountHooks(option(args, "on_mount"), "live_session", line);
  return { ...place, session: args[0] && shapeOf(args[0]), hooks };
}

/** `scope "/admin", ShopWeb.Admin, as: :admin do`. */
function inScope(args: readonly Value[], place: Place): Place {
  const path = args.find(({ type }) => type === "text") ?? option(args, "path");
  const alias = args.find(({ type }) => type === "module") ?? option(args, "alias");
  return { ...place, prefix: join(place.prefix, path), alias: aliased(place.alias, alias) };
}

function option(args: readonly Value[], name: string): Value | undefined {
  const options = args.find(({ type }) => type === "keywords");
  if (options?.type !== "keywords") return undefined;
  return options.pairs.find(({ key }) => key.type === "literal" && key.text === `:${name}`)?.value;
}

function readRoute(
  { name, args, line }: StatementAbout,
  place: Place,
  router: Pick<Route, "router" | "file">,
): Route[] {
  if (!VERBS.has(name)) return [];
  const [first, second, third] = name === "match" ? args.slice(1) : args;
  if (first?.type !== "text" || second?.type !== "module") return [];
  const isAliased = option(args, "alias")?.type !== "literal";
  return [
    {
      ...router,
      line,
      verb: name,
      path: join(place.prefix, first),
      module: isAliased ? aliased(place.alias, second) : second.name,
      action: third?.type === "literal" ? third.text : undefined,
      pipelines: place.pipelines,
      live_session: name === "live" ? place.session : undefined,
      on_mount: name === "live" ? place.hooks : [],
    },
  ];
}

function aliased(prefix: string, module: Value | undefined): string {
  if (module?.type !== "module") return prefix;
  return prefix === "" ? module.name : `${prefix}.${module.name}`;
}

function join(prefix: string, path: Value | undefined): string {
  const text =
    path?.type === "text" ? path.parts.map((part) => (typeof part === "string" ? part : "*")).join("") : "";
  const joined = `${prefix.replace(/\/$/, "")}/${text.replace(/^\//, "")}`;
  return joined === "/" ? joined : joined.replace(/\/$/, "");
}

function namesIn(value: Value | undefined): string[] {
  if (value?.type === "list") return value.items.flatMap(namesIn);
  return value === undefined ? [] : [shapeOf(value)];
}

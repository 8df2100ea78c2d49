import type { StatementAbout, Value } from "../parser/index.ts";
import { mountHooks, type MountHook } from "./hooks.ts";
import { shapeOf } from "./shapes.ts";
import type { Subject, Subjects } from "./subjects.ts";

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

/** The routes of a router, and of the macros of the project that it calls or uses. */
export function routesOf(subject: Subject, { byName }: Subjects): Route[] {
  const { name, about, traits } = subject;
  const used = [...traits.uses].flatMap((each) => byName.get(each) ?? []);
  const imported = traits.brought
    .concat(about.scope.brought)
    .flatMap(({ module }) => byName.get(module) ?? []);
  const macros = new RouteMacros([subject, ...used, ...imported]);
  const router: Router = { router: name, file: subject.file, macros, depth: 0 };
  return [
    ...used.flatMap((each) => macros.read("__using__", 1, each, TOP, router)),
    ...readStatements(about.statements, TOP, router),
  ];
}

interface Router extends Pick<Route, "router" | "file"> {
  readonly macros: RouteMacros;
  readonly depth: number;
}

/** Macros that call macros are followed as far as this. */
const DEPTH = 8;

/** The macros that a router can call by their names. */
class RouteMacros {
  readonly #owners: readonly Subject[];

  constructor(owners: readonly Subject[]) {
    this.#owners = owners;
  }

  /** The routes that a call of a macro puts in its place; none where it is no macro of the project. */
  called({ name, args }: StatementAbout, place: Place, router: Router): Route[] {
    const owner = this.#owners.find(({ byKey }) => byKey.has(`${name}/${args.length}`));
    return owner === undefined ? [] : this.read(name, args.length, owner, place, router);
  }

  read(name: string, arity: number, owner: Subject, place: Place, router: Router): Route[] {
    if (router.depth > DEPTH) return [];
    const clauses = owner.byKey.get(`${name}/${arity}`)?.definitions ?? [];
    const within = { ...router, file: owner.file, depth: router.depth + 1 };
    return clauses.flatMap(({ quoted }) => readStatements(quoted, place, within));
  }
}

function readStatements(statements: readonly StatementAbout[], outer: Place, router: Router): Route[] {
  let place = outer;
  return statements.flatMap((statement) => {
    const { name, args } = statement;
    if (name === "pipe_through") place = { ...place, pipelines: [...place.pipelines, ...namesIn(args[0])] };
    return [
      ...(VERBS.has(name)
        ? readRoute(statement, place, router)
        : router.macros.called(statement, place, router)),
      ...readStatements(statement.inside, inside(statement, place), router),
    ];
  });
}

function inside({ name, args, line }: StatementAbout, place: Place): Place {
  if (name === "scope") return inScope(args, place);
  if (name === "resources") return inResource(args, place);
  if (name !== "live_session") return place;
  const hooks = mountHooks(option(args, "on_mount"), "live_session", line);
  return { ...place, session: args[0] && shapeOf(args[0]), hooks };
}

/** `scope "/admin", ShopWeb.Admin, as: :admin do`. */
function inScope(args: readonly Value[], place: Place): Place {
  const path = args.find(({ type }) => type === "text") ?? option(args, "path");
  const alias = args.find(({ type }) => type === "module") ?? option(args, "alias");
  const isCut = alias?.type === "literal" && alias.text === "false";
  return { ...place, prefix: join(place.prefix, path), alias: isCut ? "" : aliased(place.alias, alias) };
}

/** Of `resources "/users", UserController do … end` what is inside belongs to one: `/users/:user_id/…`. */
function inResource(args: readonly Value[], place: Place): Place {
  const [path, controller] = args;
  const param = option(args, "param");
  const isSingle = option(args, "singleton");
  const name = controller?.type === "module" ? resourceName(controller.name) : "*";
  const id = param?.type === "text" ? shapeOf(param).slice(1, -1) : "id";
  const prefix = join(place.prefix, path);
  const isOne = isSingle?.type === "literal" && isSingle.text === "true";
  return { ...place, prefix: isOne ? prefix : `${prefix.replace(/\/$/, "")}/:${name}_${id}` };
}

/** `user_name` of `ShopWeb.UserNameController`. */
function resourceName(controller: string): string {
  const last = controller.slice(controller.lastIndexOf(".") + 1).replace(/Controller$/, "");
  return last.replaceAll(/([a-z\d])([A-Z])/g, "$1_$2").toLowerCase();
}

function option(args: readonly Value[], name: string): Value | undefined {
  const options = args.find(({ type }) => type === "keywords");
  if (options?.type !== "keywords") return undefined;
  return options.pairs.find(({ key }) => key.type === "literal" && key.text === `:${name}`)?.value;
}

function readRoute({ name, args, line }: StatementAbout, place: Place, { router, file }: Router): Route[] {
  const [first, second, third] = name === "match" ? args.slice(1) : args;
  if (first === undefined || second?.type !== "module") return [];
  const isAliased = option(args, "alias")?.type !== "literal";
  return [
    {
      router,
      file,
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
  const text = path === undefined ? "" : pathText(path);
  const joined = `${prefix.replace(/\/$/, "")}/${text.replace(/^\//, "")}`;
  return joined === "/" ? joined : joined.replace(/\/$/, "");
}

/** What is computed, as in a `for`, is shown as `*`. */
function pathText(path: Value): string {
  if (path.type !== "text") return "*";
  return path.parts.map((part) => (typeof part === "string" ? part : "*")).join("");
}

function namesIn(value: Value | undefined): string[] {
  if (value?.type === "list") return value.items.flatMap(namesIn);
  return value === undefined ? [] : [shapeOf(value)];
}

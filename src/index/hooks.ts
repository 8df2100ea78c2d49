import type { DefinitionAbout, StatementAbout, Value } from "../parser/index.ts";
import { functionNamed, nameOf, type CallTable } from "./calls.ts";
import { toHandler, withBodies, type Handler, type HandlerSort } from "./handlers.ts";
import { withRealNames } from "./real-names.ts";
import { shapeOf } from "./shapes.ts";
import type { FunctionOf, Subject, Subjects } from "./subjects.ts";

/** `on_mount Module` of a live view, or of the router's `live_session`. */
export interface MountHook {
  readonly where: "module" | "live_session";
  readonly line: number;
  readonly module: string;
  /** The first argument of the hook's `on_mount/4`. */
  readonly stage: string;
}

/** `attach_hook(socket, name, stage, function)`. */
export interface AttachedHook {
  readonly from: FunctionOf;
  readonly line: number;
  readonly name: string;
  readonly stage: string;
  /** The function that is captured; undefined for one that is written out. */
  readonly function: string | undefined;
  readonly handlers: readonly Handler[];
}

/** The hooks of a value as `on_mount` takes it: `Mod`, `{Mod, :stage}`, or a list of them. */
export function mountHooks(value: Value | undefined, where: MountHook["where"], line: number): MountHook[] {
  if (value?.type === "module") return [{ where, line, module: value.name, stage: ":default" }];
  if (value?.type === "list") return value.items.flatMap((item) => mountHooks(item, where, line));
  const [module, stage] = value?.type === "tuple" ? value.items : [];
  return module?.type === "module" && stage
    ? [{ where, line, module: module.name, stage: shapeOf(stage) }]
    : [];
}

/** Those that macros bring stand where the module uses them. */
export function moduleHooks({ about, traits }: Subject): MountHook[] {
  const own = about.statements
    .filter(({ name }) => name === "on_mount")
    .flatMap(({ args, line }: StatementAbout) => mountHooks(args[0], "module", line));
  const brought = traits.mounts.flatMap(({ value, line }) =>
    mountHooks(withRealNames(value, traits.aliases), "module", line),
  );
  return [...brought, ...own].toSorted((a, b) => a.line - b.line);
}

const STAGES: Readonly<Record<string, HandlerSort>> = {
  ":handle_info": "info",
  ":handle_event": "event",
  ":handle_params": "params",
  ":handle_async": "async",
};

export function attachedHooks(subjects: Subjects, calls: CallTable): AttachedHook[] {
  return calls.all.flatMap(({ target, named, about: { args }, from, line, clause }) => {
    const isHook = (target ?? named)?.name === "attach_hook" && args.length === 4;
    if (!isHook || clause === undefined || (target && nameOf(target) !== "Phoenix.LiveView.attach_hook/4"))
      return [];
    const [, name, stage, given] = args as [Value, Value, Value, Value];
    const captured =
      given.type === "capture" ? functionNamed(subjects, ownTarget(given.target, from)) : undefined;
    const sort = STAGES[shapeOf(stage)];
    const handlers = sort === undefined ? [] : hookHandlers(given, captured, { from, line, clause, sort });
    const id = captured?.id ?? (given.type === "capture" ? nameOf(given.target) : undefined);
    return [{ from, line, name: shapeOf(name), stage: shapeOf(stage), function: id, handlers }];
  });
}

function ownTarget(target: (Value & { type: "capture" })["target"], { owner }: FunctionOf): typeof target {
  return target.module === undefined ? { ...target, module: owner.name } : target;
}

interface HookPlace {
  readonly from: FunctionOf;
  readonly line: number;
  readonly clause: DefinitionAbout;
  readonly sort: HandlerSort;
}

function hookHandlers(
  given: Value,
  captured: FunctionOf | undefined,
  { from, line, clause, sort }: HookPlace,
): Handler[] {
  if (captured !== undefined)
    return withBodies(captured).map((each, at) => {
      const pattern = each.parameters[0] ?? { type: "any", text: "" };
      const taken = { pattern, guard: each.condition, total: false };
      return toHandler(captured, each, at + 1, each.line, sort, taken);
    });
  if (given.type !== "closure") return [];
  const ordinal = withBodies(from).indexOf(clause) + 1;
  return given.clauses.map((pattern) =>
    toHandler(from, clause, ordinal, line, sort, { pattern, guard: undefined, total: false }),
  );
}

import type { Value } from "../parser/index.ts";
import { nameOf, type Call, type CallTable } from "./calls.ts";
import type { Placed, ValueResolver, Where } from "./resolve-value.ts";
import { textOf } from "./sends.ts";
import { shapeOf } from "./shapes.ts";

/** A child as its supervisor lists it. */
export interface Child {
  /** The module that is started; undefined where only run time knows. */
  readonly module: string | undefined;
  /** The name it is given, where that is written out. */
  readonly name: string | undefined;
  /** As it is written. */
  readonly text: string;
  /** It is only there on a condition, or is started later. */
  readonly maybe: boolean;
}

/** A list of children that is given to a supervisor. */
export interface Supervision {
  /** The module whose function does so. */
  readonly supervisor: string;
  /** The supervisor's own name, where it has another one. */
  readonly name: string | undefined;
  readonly how: "start_link" | "init" | "start_child";
  readonly file: string;
  readonly line: number;
  readonly strategy: string | undefined;
  readonly children: readonly Child[];
}

const CALLS: Readonly<Record<string, readonly [how: Supervision["how"], children: number]>> = {
  "Supervisor.start_link/2": ["start_link", 0],
  "Supervisor.init/2": ["init", 0],
  "Supervisor.start_child/2": ["start_child", 1],
  "DynamicSupervisor.start_child/2": ["start_child", 1],
};

export function findSupervision(calls: CallTable, values: ValueResolver): Supervision[] {
  return calls.all.flatMap((call) => {
    const [how, position] = CALLS[call.target === undefined ? "" : nameOf(call.target)] ?? [];
    const listed = position === undefined ? undefined : call.about.args[position];
    // `Supervisor.start_link(Module, arg)` starts one that lists its children in `init/1`.
    if (how === undefined || listed === undefined || (how === "start_link" && listed.type === "module"))
      return [];
    return [readSupervision(call, how, listed, values)];
  });
}

function readSupervision(
  call: Call,
  how: Supervision["how"],
  listed: Value,
  values: ValueResolver,
): Supervision {
  const where: Where = { function: call.from, clause: call.clause };
  const options = call.about.args.find(({ type }) => type === "keywords");
  const { file, line } = call;
  const [first] = call.about.args;
  const name = how === "start_child" ? first && textOf(first) : optionText(options, "name");
  const children = childrenOf(listed, where, values, how === "start_child");
  return {
    supervisor: call.from.owner.name,
    name,
    how,
    file,
    line,
    strategy: optionText(options, "strategy"),
    children,
  };
}

function optionText(options: Value | undefined, name: string): string | undefined {
  if (options?.type !== "keywords") return undefined;
  const found = options.pairs.find(({ key }) => key.type === "literal" && key.text === `:${name}`)?.value;
  return found && textOf(found);
}

function childrenOf(value: Value, where: Where, values: ValueResolver, maybe: boolean, depth = 0): Child[] {
  if (depth > 5) return [unread(value, true)];
  const deeper = (each: Value, isMaybe: boolean): Child[] =>
    childrenOf(each, where, values, isMaybe, depth + 1);
  if (value.type === "list") return value.items.flatMap((item) => deeper(item, maybe));
  if (value.type === "keywords")
    return value.pairs.flatMap(({ key, value: given }) =>
      deeper({ type: "tuple", items: [key, given] }, maybe),
    );
  if (value.type === "branches") return value.values.flatMap((each) => deeper(each, true));
  if (value.type === "call" && ["++", "|"].includes(value.target.name))
    return value.args.flatMap((each) => deeper(each, maybe));
  if (value.type === "call" && value.target.name === "child_spec" && value.args[0])
    return deeper(value.args[0], maybe);
  if (value.type === "literal" && value.text === "nil") return [];
  const child = readChild(value, maybe);
  return child === undefined ? followed(value, where, values, maybe, depth) : [child];
}

/** A variable or a function of the project that gives children. */
function followed(value: Value, where: Where, values: ValueResolver, maybe: boolean, depth: number): Child[] {
  const found: Placed[] = values.resolve(value, where).filter((each) => each.value !== value);
  if (found.length === 0) return [unread(value, maybe)];
  const last = found.length > 1 && value.type === "variable" ? found.slice(-1) : found;
  return last.flatMap((each) =>
    childrenOf(each.value, each.where, values, maybe || (each.maybe && last.length > 1), depth + 1),
  );
}

function readChild(value: Value, maybe: boolean): Child | undefined {
  const text = textOf(value);
  if (value.type === "module") return { module: value.name, name: undefined, text, maybe };
  if (value.type === "map") return { module: startedModule(value), name: undefined, text, maybe };
  const [module, options] = value.type === "tuple" ? value.items : [];
  if (module?.type === "map") return readChild(module, maybe);
  if (value.type === "tuple" && module?.type === "literal" && module.text.startsWith(":"))
    return { module: module.text, name: undefined, text, maybe };
  if (value.type === "tuple" && module?.type === "module")
    return { module: module.name, name: optionText(options, "name"), text, maybe };
  return undefined;
}

/** `%{id: …, start: {Module, :start_link, args}}`. */
function startedModule({ pairs }: Value & { type: "map" }): string | undefined {
  const start = pairs.find(({ key }) => shapeOf(key) === ":start")?.value;
  const [module] = start?.type === "tuple" ? start.items : [];
  return module?.type === "module" ? module.name : undefined;
}

function unread(value: Value, maybe: boolean): Child {
  return { module: undefined, name: undefined, text: textOf(value), maybe };
}

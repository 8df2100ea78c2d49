import type { Pair, Value } from "../parser/index.ts";
import { nameOf, type Call, type CallTable } from "./calls.ts";
import type { ValueResolver, Where } from "./resolve-value.ts";
import { shapeOf } from "./shapes.ts";
import type { Subject, Subjects } from "./subjects.ts";

/** Names of processes, as they are written, and the modules whose processes have them. */
export class RegisteredNames {
  readonly #modules = new Map<string, Set<string>>();
  readonly #subjects: Subjects;

  constructor(subjects: Subjects, calls: CallTable, values: ValueResolver) {
    this.#subjects = subjects;
    for (const call of calls.all) this.#readCall(call, values);
    for (const subject of subjects.all)
      for (const each of subject.functions) this.#readSpecs(each.definitions.flatMap(valuesIn));
  }

  /** The modules whose processes are called so; undefined for what is no name. */
  modulesOf(name: Value): string[] | undefined {
    const key = nameKey(name);
    if (key === undefined) return undefined;
    const known = this.#modules.get(key);
    if (known !== undefined) return [...known];
    return name.type === "module" && this.#subjects.byName.has(name.name) ? [name.name] : undefined;
  }

  #readCall(call: Call, values: ValueResolver): void {
    const key = call.target && nameOf(call.target);
    const where: Where = { function: call.from, clause: call.clause };
    const { args } = call.about;
    if (key === "Process.register/2" && isSelf(args[0]))
      this.#add(args[1], call.from.owner.name, where, values);
    const starts = key !== undefined && /\.start(?:_link|_monitor)?\/[234]$/.test(key);
    if (!starts) return;
    const server = args.find((each) => each.type === "module");
    const isAgent = call.target?.module === "Agent" || call.target?.module === "Task";
    const owner = isAgent ? call.from.owner.name : server?.type === "module" ? server.name : undefined;
    if (owner === undefined) return;
    for (const option of args.flatMap(namesIn)) this.#add(option, owner, where, values);
  }

  #add(name: Value | undefined, owner: string, where: Where, values: ValueResolver): void {
    if (name === undefined) return;
    for (const each of values.resolve(name, where)) this.#put(values.settled(each.value, each.where), owner);
  }

  #put(name: Value, owner: string): void {
    const key = nameKey(name);
    if (key !== undefined) this.#modules.set(key, (this.#modules.get(key) ?? new Set()).add(owner));
  }

  /** `{Module, name: Name, …}`, wherever it stands. */
  #readSpecs(found: readonly Value[]): void {
    for (const value of found) {
      if (value.type !== "tuple" || value.items.length !== 2) continue;
      const [server, options] = value.items;
      if (server?.type !== "module" || options?.type !== "keywords") continue;
      for (const name of namesIn(options)) this.#put(name, server.name);
    }
  }
}

/** `name: X` among options, and `{:local, X}`. */
function namesIn(option: Value): Value[] {
  if (option.type === "keywords") return option.pairs.filter(isName).map(({ value }) => value);
  const [scope, name] = option.type === "tuple" ? option.items : [];
  return scope?.type === "literal" && scope.text === ":local" && name ? [name] : [];
}

function isName({ key }: Pair): boolean {
  return key.type === "literal" && key.text === ":name";
}

export function isSelf(value: Value | undefined): boolean {
  return value?.type === "call" && value.target.name === "self" && value.target.arity === 0;
}

/** What makes two names the same; of `{:via, Registry, {Names, id}}` what of it is fixed. */
function nameKey(name: Value): string | undefined {
  if (name.type === "module" || (name.type === "literal" && name.text.startsWith(":"))) return shapeOf(name);
  if (name.type !== "tuple") return undefined;
  const [first] = name.items;
  if (first?.type !== "literal") return first?.type === "module" ? shapeOf(first) : undefined;
  return [":via", ":global"].includes(first.text) ? shapeOf(name) : first.text;
}

/** Everything that stands in a clause and may hold a child's specification. */
function valuesIn(clause: Subject["about"]["definitions"][number]): Value[] {
  const roots = [
    ...clause.bindings.map(({ value }) => value),
    ...(clause.result ? [clause.result] : []),
    ...clause.calls.flatMap(({ args }) => args),
  ];
  return roots.flatMap((root) => within(root));
}

function within(value: Value): Value[] {
  if (value.type === "tuple") return [value];
  if (value.type === "list") return value.items.flatMap(within);
  if (value.type === "branches") return value.values.flatMap(within);
  return value.type === "call" ? value.args.flatMap(within) : [];
}

import type { AttributeAbout, DefinitionAbout, Value } from "../parser/index.ts";
import { groupBy, type Call, type CallTable } from "./calls.ts";
import type { FunctionOf, Subject } from "./subjects.ts";

/** Where a value stands: what its names mean there. */
export interface Where {
  readonly function: FunctionOf;
  readonly clause: DefinitionAbout | undefined;
  /** The calls whose arguments led here, the innermost first. */
  readonly through?: readonly Call[];
}

/** A value with its place: what was found for a parameter stands in the caller. */
export interface Placed {
  readonly value: Value;
  readonly where: Where;
  /** It is one of several, or only a default. */
  readonly maybe: boolean;
}

const DEPTH = 4;
const CALLERS = 24;

/** Follows names to what they stand for: attributes, variables, parameters, and functions that are one expression. */
export class ValueResolver {
  readonly #calls: CallTable;
  readonly #byText: Map<FunctionOf, Map<string, Call[]>> = new Map();

  constructor(calls: CallTable) {
    this.#calls = calls;
  }

  /** Everything that `value` may stand for; itself where no more can be told. */
  resolve(value: Value, where: Where, depth = 0): Placed[] {
    const itself: Placed = { value, where, maybe: false };
    if (depth > DEPTH) return [itself];
    const found = this.#step(value, where);
    if (found.length === 0) return [itself];
    return found.flatMap((each) => this.#onward(each, depth));
  }

  /** With the attributes and functions within a tuple resolved, as far as each is one thing. */
  settled(value: Value, where: Where): Value {
    if (value.type === "tuple")
      return { type: "tuple", items: value.items.map((item) => this.settled(item, where)) };
    if (value.type !== "attribute") return value;
    const [only, ...others] = this.resolve(value, where);
    return only !== undefined && others.length === 0 ? only.value : value;
  }

  #onward(each: Placed, depth: number): Placed[] {
    const further = this.resolve(each.value, each.where, depth + 1);
    return each.maybe ? further.map((one) => ({ ...one, maybe: true })) : further;
  }

  #step(value: Value, where: Where): Placed[] {
    switch (value.type) {
      case "attribute":
        return attributeValue(value.name, where);
      case "variable":
        return this.#variable(value.name, where);
      case "call":
        return this.#called(value, where);
      case "branches":
        return value.values.map((each) => ({ value: each, where, maybe: value.values.length > 1 }));
      default:
        return [];
    }
  }

  #variable(name: string, where: Where): Placed[] {
    const bound = where.clause?.bindings.filter((binding) => binding.name === name) ?? [];
    if (bound.some(({ value }) => value.type !== "any"))
      return bound.map(({ value }) => ({ value, where, maybe: bound.length > 1 }));
    if (bound.length > 0) return [];
    const position =
      where.clause?.parameters.findIndex((each) => each.type === "variable" && each.name === name) ?? -1;
    return position === -1 ? [] : this.#parameter(position, where);
  }

  /** What the callers give; where nobody calls, the default. */
  #parameter(position: number, where: Where): Placed[] {
    const callers = this.#calls.to(where.function).filter(({ from }) => from !== where.function);
    if (callers.length > CALLERS) return [];
    const open = callers.filter(isOpenCall);
    const given = callers
      .filter((call) => !open.includes(call))
      .flatMap((call) => argumentAt(call, position, where));
    const values = given.length > 0 ? given : defaultsAt(position, where);
    const isPrivate = where.clause?.kind === "defp";
    const maybe = values.length > 1 || !isPrivate || open.length > 0;
    return values.map(({ value, where: place }) => ({ value, where: place, maybe }));
  }

  /** A function of the project whose clauses are each one expression. */
  #called(value: Value & { type: "call" }, where: Where): Placed[] {
    const call = this.#callOf(value, where);
    const callee = call?.callee;
    if (callee === undefined) return configuredValue(value, where);
    if (callee.definitions.length !== 1) return [];
    const [clause] = callee.definitions;
    if (clause?.single !== true || clause.result === undefined) return [];
    return [{ value: clause.result, where: { ...where, function: callee, clause }, maybe: false }];
  }

  /** The call that a value is: found by its text, which within one function means one thing. */
  #callOf(value: Value & { type: "call" }, where: Where): Call | undefined {
    let table = this.#byText.get(where.function);
    if (table === undefined) {
      table = groupBy(this.#calls.from(where.function), ({ about }) => about.text);
      this.#byText.set(where.function, table);
    }
    return table.get(value.text)?.[0];
  }
}

/** Captured, delegated to or applied: what it is given does not stand in the call. */
function isOpenCall({ target, about }: Call): boolean {
  return target?.arity !== about.args.length;
}

function attributeValue(name: string, { function: { owner }, clause, through }: Where): Placed[] {
  const all = owner.about.attributes.filter((each) => each.name === name);
  const written = clause === undefined || isAccumulated(name, owner) ? all : standingAt(clause.line, all);
  const where: Where = { function: ownerless(owner), clause: undefined, through: through ?? [] };
  return written.map(({ value }) => ({ value, where, maybe: written.length > 1 }));
}

const CONFIGURED: ReadonlySet<string> = new Set(["compile_env", "get_env"]);

/** `Application.compile_env(app, key, default)`: the configuration may say another thing. */
function configuredValue({ target, args }: Value & { type: "call" }, where: Where): Placed[] {
  const fallback = args[2];
  const isConfigured = target.module === "Application" && CONFIGURED.has(target.name);
  return isConfigured && fallback !== undefined ? [{ value: fallback, where, maybe: true }] : [];
}

/** What it is set to last above a line: under a condition it may be what it was before. */
function standingAt(line: number, written: readonly AttributeAbout[]): readonly AttributeAbout[] {
  const above = written.filter((each) => each.line <= line);
  const last = above.findLastIndex(({ nested }) => nested !== true);
  return above.length === 0 ? written : above.slice(Math.max(last, 0));
}

/** It is the list of all that it is set to. */
function isAccumulated(name: string, { about }: Subject): boolean {
  const calls = about.code.flatMap((each) => each.calls);
  return calls.some(
    ({ targets, args }) =>
      targets[0]?.name === "register_attribute" && args[1]?.type === "literal" && args[1].text === `:${name}`,
  );
}

/** An attribute's value stands in its module, in no function. */
function ownerless(owner: Subject): FunctionOf {
  const none = { arity: undefined, defaults: 0, definitions: [], delegate: undefined, template: undefined };
  return { owner, id: owner.name, name: "", ...none };
}

/** Whether two values can meet: what callers gave belongs together only if it came by the same calls. */
export function canMeet(a: Where, b: Where): boolean {
  const [left, right] = [a.through ?? [], b.through ?? []];
  return left.every((call, at) => at >= right.length || call === right[at]);
}

function defaultsAt(position: number, { function: callee, through }: Where): Omit<Placed, "maybe">[] {
  return callee.definitions.flatMap((clause) =>
    clause.defaultValues
      .filter((each) => each.position === position)
      .map(({ value }) => ({ value, where: { function: callee, clause, through: through ?? [] } })),
  );
}

/** What a call gives for a parameter. Arguments fill the parameters with defaults from the left, as far as they reach. */
function argumentAt(call: Call, position: number, where: Where): Omit<Placed, "maybe">[] {
  const { args } = call.about;
  const { function: callee } = where;
  const through = [...(where.through ?? []), call];
  const optional = new Set(
    callee.definitions.flatMap(({ defaultValues }) => defaultValues.map((each) => each.position)),
  );
  let spare = args.length - ((callee.arity ?? 0) - optional.size);
  let at = 0;
  for (let parameter = 0; parameter < position; parameter += 1) {
    if (optional.has(parameter) && spare-- <= 0) continue;
    at += 1;
  }
  if (optional.has(position) && spare <= 0) return defaultsAt(position, { ...where, through });
  const value = args[at];
  return value === undefined ? [] : [{ value, where: { function: call.from, clause: call.clause, through } }];
}

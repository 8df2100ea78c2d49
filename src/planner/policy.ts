import { nearest } from "../nearest.ts";
import type { PolicyLimits, ProbeKind, ProbeMode, ProbePolicy, RuleCondition } from "../protocol/index.ts";
import type { Action, Rule } from "../rules/index.ts";
import { findConflicts, type Asking, type Conflict } from "./conflicts.ts";

/** What a probe is, as far as it decides on what can be asked of it. */
export interface Probed {
  readonly kind: ProbeKind;
  readonly mode: ProbeMode;
  /** The places of the arguments that have a name. */
  readonly names: ReadonlyMap<string, number>;
  /** Variables that are in it, of those that rules ask for. */
  readonly mentions: readonly string[];
}

/** What several rules ask of one probe, made one. */
export interface Merged {
  /** Undefined where it is what is done without a word. */
  readonly policy: ProbePolicy | undefined;
  readonly conflicts: readonly Conflict[];
}

/**
 * Joins what the rules ask: what one of them wants recorded is recorded, what one of them hides is hidden, and the
 * strictest limit and share hold. Each of `rules` must be able to do what it asks (`cannotServe`).
 */
export function mergeActions(rules: readonly Asking[], { names, mentions }: Probed): Merged {
  const actions = rules.map(({ action }) => action);
  const policy: ProbePolicy = {
    ...refused(actions),
    ...part("capture", captureOf(actions, names, mentions)),
    ...part("redact", redactOf(actions)),
    ...part("limit", limitOf(actions)),
    ...sampleOf(actions),
    ...conditionOf(rules, names),
    ...part("tag", union(actions.map(({ tags }) => tags))),
    ...markOf(actions),
  };
  const conflicts = rules.length < 2 ? [] : findConflicts(rules, names);
  return { policy: Object.keys(policy).length === 0 ? undefined : policy, conflicts };
}

/** Why a rule cannot do at this probe what it asks; undefined where it can. */
export function cannotServe({ id, action }: Rule, { kind, mode, names }: Probed): string | undefined {
  if (mode === "enter" && !action.enter && kind !== "expr")
    return `of a loop only entries are recorded, and the rule ${id} asks for none`;
  if (mode === "enter" && kind === "expr" && action.when?.names.includes("value") === true)
    return `of a loop's last call only the beginning is recorded, and the condition of the rule ${id} names its value`;
  const unknown = action.when?.names.find((name) => !names.has(name));
  if (unknown === undefined) return undefined;
  const meant = nearest(unknown, [...names.keys()]);
  const hint = meant === undefined ? "" : ` (did you mean ${meant}?)`;
  return `the condition of the rule ${id} names ${unknown}, which is no argument here${hint}`;
}

/** The places that a rule wants of the arguments; those that are not there are left out. */
export function placesOf({ args }: Action, names: ReadonlyMap<string, number>): boolean | number[] {
  if (typeof args === "boolean") return args;
  return args.flatMap((arg) => (typeof arg === "number" ? arg : (names.get(arg) ?? [])));
}

function part<K extends string, T extends object>(key: K, value: T): Partial<Record<K, T>> {
  return Object.keys(value).length === 0 ? {} : ({ [key]: value } as Record<K, T>);
}

function refused(actions: readonly Action[]): Pick<ProbePolicy, "enter" | "leave" | "raise"> {
  const keys = ["enter", "leave", "raise"] as const;
  const none = keys.filter((key) => actions.every((action) => !action[key]));
  return Object.fromEntries(none.map((key) => [key, false] as const));
}

function captureOf(
  actions: readonly Action[],
  names: ReadonlyMap<string, number>,
  mentions: readonly string[],
): NonNullable<ProbePolicy["capture"]> {
  const locals = union(actions.map((action) => action.locals)).filter((name) => mentions.includes(name));
  const wanted = actions.map((action) => placesOf(action, names));
  const places = union(wanted.map((one) => (typeof one === "boolean" ? [] : one))).toSorted((a, b) => a - b);
  return {
    ...(wanted.includes(true) ? {} : { args: places.length === 0 ? (false as const) : places }),
    ...(actions.some(({ result }) => result) ? {} : { result: false as const }),
    ...stateOf(actions),
    ...(actions.some(({ render }) => render) ? {} : { render: false as const }),
    ...(locals.length === 0 ? {} : { locals }),
  };
}

/** Whole states say all that changes say. */
function stateOf(actions: readonly Action[]): Pick<NonNullable<ProbePolicy["capture"]>, "state"> {
  const asked = new Set(actions.map(({ state }) => state));
  if (asked.has("full")) return { state: "full" };
  return asked.has("diff") ? {} : { state: false };
}

function redactOf(actions: readonly Action[]): NonNullable<ProbePolicy["redact"]> {
  const keys = ["keys", "paths", "patterns"] as const;
  const given = keys.map((key) => [key, union(actions.map(({ redact }) => redact[key]))] as const);
  return Object.fromEntries(given.filter(([, texts]) => texts.length > 0));
}

function limitOf(actions: readonly Action[]): PolicyLimits {
  const strictest: Record<string, number> = {};
  for (const { limit } of actions)
    for (const [key, value] of Object.entries(limit))
      strictest[key] = Math.min(value, strictest[key] ?? Number.POSITIVE_INFINITY);
  return strictest;
}

function sampleOf(actions: readonly Action[]): Pick<ProbePolicy, "sample"> {
  const least = Math.min(...actions.map(({ sample }) => sample ?? 1));
  return least < 1 ? { sample: least } : {};
}

/** One of the conditions must hold; a rule without one wants all calls, and others then say what of theirs an event bears. */
function conditionOf(
  rules: readonly Asking[],
  names: ReadonlyMap<string, number>,
): Pick<ProbePolicy, "when" | "names" | "any"> {
  const asking = rules.filter(({ action }) => action.when !== undefined);
  const isOpen = asking.length < rules.length;
  if (asking.length === 0 || (isOpen && !asking.some(({ action }) => isGiving(action)))) return {};
  const sources = new Set(asking.map(({ action }) => action.when?.source));
  return isOpen || sources.size > 1
    ? { any: rules.map((rule) => ofRule(rule, names)) }
    : askedOf(asking[0]?.action, names);
}

function isGiving({ tags, mark }: Action): boolean {
  return tags.length > 0 || mark !== undefined;
}

function ofRule({ id, action }: Asking, names: ReadonlyMap<string, number>): RuleCondition {
  return { rule: id, ...askedOf(action, names), ...part("tag", [...action.tags]), ...markOf([action]) };
}

function askedOf(
  action: Action | undefined,
  names: ReadonlyMap<string, number>,
): Pick<ProbePolicy, "when" | "names"> {
  if (action?.when === undefined) return {};
  const places = Object.fromEntries(action.when.names.map((name) => [name, names.get(name) as number]));
  return { when: action.when.source, ...part("names", places) };
}

function markOf(actions: readonly Action[]): Pick<ProbePolicy, "mark"> {
  const mark = actions.find((action) => action.mark !== undefined)?.mark;
  return mark === undefined ? {} : { mark };
}

function union<T>(lists: readonly (readonly T[])[]): T[] {
  return [...new Set(lists.flat())];
}

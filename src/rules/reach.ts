import { BEHAVIOURS, FRAMEWORKS } from "../parser/index.ts";
import { globs } from "./matchers/glob.ts";
import type { Condition, Match, Part, RuleSet } from "./types.ts";
import { oneOrMore, text, type Value } from "./yaml.ts";

/** A file, as far as its text tells. */
export interface Glance {
  readonly path: string;
  readonly text: string;
  /** The text without comments, and without what stands in texts. */
  readonly code: string;
  /** Whether a module in it may `use` one of these or have it as its behaviour. */
  readonly hasTraits: (names: readonly string[]) => boolean;
}

type Test = (file: Glance) => boolean;

const ALWAYS: Test = () => true;

/**
 * What the text of a file must hold for one of the rules to select anything in it. Undefined where rules ask for what only
 * the whole project tells. `callbacks`: those of a behaviour, undefined where they are not known.
 */
export function reachOf(
  { rules, exclude = [] }: RuleSet,
  callbacks: (behaviour: string) => readonly string[] | undefined,
): Test | undefined {
  if (asksForKinds({ rules, exclude }) || [...rules, ...exclude].some(asksForOwners)) return undefined;
  const tests = rules.map((rule) => both(siteTest(rule), testOf(rule.matches, callbacks)));
  return (file) => tests.some((test) => test(file));
}

/** The callbacks that escope knows of a behaviour, by name; undefined where a source may say otherwise. */
export function knownCallbacks(behaviour: string): { names: readonly string[]; isFinal: boolean } | undefined {
  const fixed = FRAMEWORKS.get(behaviour);
  const known = fixed ?? BEHAVIOURS.get(behaviour);
  return known && { names: known.map((key) => key.slice(0, key.lastIndexOf("/"))), isFinal: fixed !== undefined };
}

/**
 * Whether the rules select nothing but callbacks that escope knows, which return to who calls them: then nothing depends on
 * what else they may end in.
 */
export function selectsKnownCallbacks({ rules, exclude = [] }: RuleSet): boolean {
  return (
    rules.every(({ sort, matches }) => sort === "clause" && isOfKnown(matches)) &&
    ![...rules, ...exclude].some(({ matches }) => asksFor(matches, "recursive"))
  );
}

function isOfKnown({ parts }: Condition): boolean {
  if (parts?.how !== "all") return false;
  return parts.of.some(({ key, value, holds }) =>
    key === "callback_of"
      ? oneOrMore(value).every((one) => knownCallbacks(text(one)) !== undefined)
      : key === "function" && isOfKnown(holds),
  );
}

/** Whether rules ask what a module is, as `escope index` has it. */
export function asksForKinds({ rules, exclude = [] }: RuleSet): boolean {
  return [...rules, ...exclude].some(({ matches }) => asksFor(matches, "kind"));
}

function asksFor({ parts }: Condition, wanted: string): boolean {
  return parts?.of.some(({ key, holds }) => key === wanted || asksFor(holds, wanted)) ?? false;
}

/** Whose function a call is, its own file does not tell. */
function asksForOwners({ calls, context }: Match): boolean {
  return [...calls, ...context.calls].some(({ computed }) => computed === true);
}

/** What is looked for must be there by name, as in the search for it. */
function siteTest({ sort, calls, patterns }: Match): Test {
  if (sort === "clause") return ALWAYS;
  return ({ text: all }) =>
    calls.some(({ word }) => word === undefined || all.includes(word)) ||
    patterns.some(({ words }) => words.every((word) => all.includes(word)));
}

type Callbacks = Parameters<typeof reachOf>[1];

function testOf({ parts }: Condition, callbacks: Callbacks, around = ""): Test {
  if (parts === undefined || parts.how === "not") return ALWAYS;
  const tests = parts.of.map((part) => partTest(part, callbacks, around));
  if (parts.how === "any") return (file) => tests.some((test) => test(file));
  return (file) => tests.every((test) => test(file));
}

function partTest({ key, value, holds }: Part, callbacks: Callbacks, around: string): Test {
  switch (`${around}${key}`) {
    case "path": {
      const matches = globs(value);
      return ({ path }) => matches(path);
    }
    case "module.use":
    case "module.behaviour":
      return traitTest(value);
    case "module.defines":
      return anyWord(oneOrMore(value).map((one) => text(one).replace(/\/\d+$/, "")));
    case "function.name":
      return nameTest(value);
    case "function.callback_of":
      return both(callbackTest(value, callbacks), traitTest(value));
    case "module":
    case "function":
      return testOf(holds, callbacks, `${key}.`);
    case "":
    case "all":
    case "any":
    case "matches":
      return testOf(holds, callbacks);
    default:
      return ALWAYS;
  }
}

function traitTest(value: Value): Test {
  const names = oneOrMore(value).map(text);
  return ({ hasTraits }) => hasTraits(names);
}

function nameTest(value: Value): Test {
  const names = oneOrMore(value).map(text);
  return names.some((name) => name.includes("*")) ? ALWAYS : anyWord(names);
}

function callbackTest(value: Value, callbacks: Callbacks): Test {
  const names = oneOrMore(value).map((one) => callbacks(text(one)));
  const known = names.flatMap((some) => some ?? []);
  return names.includes(undefined) ? ALWAYS : anyDefinition(known);
}

/** A callback is a public function. */
function anyDefinition(names: readonly string[]): Test {
  const any = new RegExp(String.raw`\bdef[\s(]+(?:${[...new Set(names)].join("|")})\b`);
  return ({ code }) => any.test(code);
}

function anyWord(words: readonly string[]): Test {
  return ({ text: all }) => words.some((word) => all.includes(word));
}

function both(one: Test, other: Test): Test {
  return (file) => one(file) && other(file);
}

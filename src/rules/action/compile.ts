import { pointAt, ruleDoesNothing, ruleMeaningless, ruleWhen } from "../../errors.ts";
import { argumentsOf, readExpression, type Pattern } from "../../parser/index.ts";
import type { Sort } from "../types.ts";
import { entries, expected, flag, isList, isMapping, isText, number, offsetIn, oneOrMore, text, type Value } from "../yaml.ts";
import { DO } from "../schema/keys.ts";
import type { Keys } from "../schema/shape.ts";
import { checkRegex } from "../regex.ts";
import { DEFAULT_ACTION, type Action, type Limits, type Redaction, type RuntimeCondition, type StateCapture } from "./types.ts";

/** `do:` of a rule that selects things of this sort. Errors: RULE_DOES_NOTHING, RULE_MEANINGLESS, RULE_REGEX, RULE_WHEN. */
export function compileAction(value: Value, sort: Sort, patterns: readonly Pattern[] = []): Action {
  const most = sort === "expr" ? Math.max(0, ...patterns.map(argumentsOf)) : Number.POSITIVE_INFINITY;
  const written = flatten(value, DO.keys, "");
  const read = <T>(key: string, how: (value: Value) => T, otherwise: T): T => {
    const given = written.get(key);
    return given === undefined ? otherwise : how(given);
  };
  refuseMeaningless(written, sort, most);
  const action: Action = {
    enter: read("enter", flag, true),
    leave: read("leave", flag, true),
    raise: read("raise", flag, true),
    args: read("capture.args", (given) => readArgs(given, sort, most), true),
    result: read("capture.result", flag, true),
    state: read("capture.state", readState, DEFAULT_ACTION.state),
    render: read("capture.render", flag, true),
    locals: read("capture.locals", (given) => readLocals(given, sort), []),
    redact: read("redact", readRedaction, DEFAULT_ACTION.redact),
    limit: read("limit", readLimits, {}),
    sample: read("sample", number, undefined),
    when: read("when", readCondition, undefined),
    tags: read("tag", (given) => oneOrMore(given).map(text), []),
    mark: read("mark", text, undefined),
    written,
  };
  if (!action.enter && !action.leave && !action.raise) throw ruleDoesNothing(pointAt(value.source, value.span));
  return action;
}

/** Its keys by their paths: `capture.args`. */
function flatten(value: Value, keys: Keys, prefix: string): Map<string, Value> {
  const found = new Map<string, Value>();
  for (const [key, given] of entries(value, Object.keys(keys))) {
    const takes = keys[key]?.takes;
    if (key === "capture" && takes?.is === "map")
      for (const [inner, one] of flatten(given, takes.keys, "capture.")) found.set(inner, one);
    else found.set(prefix + key, given);
  }
  return found;
}

/** Whether an expression has a beginning and an end, or a value alone, Elixir decides. */
const OF_CLAUSES_AND_CALLS = ["enter", "leave", "raise"];

/** `most`: how many arguments an expression can have. */
function refuseMeaningless(written: ReadonlyMap<string, Value>, sort: Sort, most: number): void {
  if (sort !== "expr") return;
  for (const key of most > 0 ? OF_CLAUSES_AND_CALLS : [...OF_CLAUSES_AND_CALLS, "capture.args"]) {
    const value = written.get(key);
    if (value === undefined) continue;
    const instead = "Take it out: of an expression its value is recorded, which capture: { result: false } leaves out.";
    throw ruleMeaningless(pointAt(value.source, value.span), key, "an expression", instead);
  }
}

function readArgs(value: Value, sort: Sort, most: number): Action["args"] {
  if (!isList(value) && !isText(value) && typeof scalarOf(value) === "boolean") return flag(value);
  return oneOrMore(value).map((item) => {
    if (!isText(item)) return place(item, most);
    if (sort === "clause") return text(item);
    const instead = "Write the argument's place, counted from 0; in a pipe, what is piped comes first.";
    throw ruleMeaningless(pointAt(item.source, item.span), `the name ${text(item)}`, sort === "expr" ? "an expression" : "a call", instead);
  });
}

function place(value: Value, most: number): number {
  const at = number(value);
  if (at < most) return at;
  const instead = `Places are counted from 0: the last one is ${most - 1}.`;
  throw ruleMeaningless(pointAt(value.source, value.span), `the place ${at}`, "what the pattern finds", instead);
}

function readState(value: Value): StateCapture {
  const given = scalarOf(value);
  if (given === false || given === "diff" || given === "full") return given;
  if (given === true) return "diff";
  throw expected(value, "diff, full, or false");
}

const VARIABLE = /^[\p{Ll}_][\p{L}\p{N}_]*[?!]?$/u;

function readLocals(value: Value, sort: Sort): string[] {
  const of = sort === "call" ? "a call" : "an expression";
  const instead = "Write it in a rule that selects functions: a variable is one of a clause's body.";
  if (sort !== "clause") throw ruleMeaningless(pointAt(value.source, value.span), "capture.locals", of, instead);
  return oneOrMore(value).map((name) => {
    if (VARIABLE.test(text(name))) return text(name);
    throw expected(name, "the name of a variable");
  });
}

function scalarOf({ node }: Value): unknown {
  return (node as { value?: unknown } | null)?.value;
}

function readRedaction(value: Value): Redaction {
  const keys = isMapping(value) ? entries(value, ["keys", "paths", "patterns"]) : new Map([["keys", value]]);
  const texts = (key: string): string[] => {
    const given = keys.get(key);
    return given === undefined ? [] : oneOrMore(given).map(text);
  };
  const patterns = keys.get("patterns");
  if (patterns !== undefined) oneOrMore(patterns).forEach(checkRegex);
  return { keys: texts("keys"), paths: texts("paths"), patterns: texts("patterns") };
}

function readLimits(value: Value): Limits {
  return Object.fromEntries([...entries(value, LIMIT_KEYS)].map(([key, given]) => [key, number(given)]));
}

const LIMIT_KEYS = ["depth", "items", "bytes", "total", "per_second"] as const;

function readCondition(value: Value): RuntimeCondition {
  const source = text(value).trim();
  const read = readExpression(source);
  if ("names" in read) return { source, ...read, names: read.names.filter((name) => name !== "args") };
  const start = offsetIn(value, source, read.offset);
  throw ruleWhen(pointAt(value.source, { start, end: start }), read.problem);
}

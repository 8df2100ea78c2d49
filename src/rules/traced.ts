import { pointAt, ruleMeaningless, ruleTrace } from "../errors.ts";
import { compileAction } from "./action/compile.ts";
import { DEFAULT_ACTION, type Action } from "./action/types.ts";
import { TRACED } from "./schema/keys.ts";
import { entries, isMapping, number, oneOrMore, text, type Value } from "./yaml.ts";

/** Functions of modules that are not rewritten. `*` in names stands for any text, `**` in a module's for any number of segments. */
export interface TraceTarget {
  /** Without `Elixir.`; Erlang modules with their colon. */
  readonly module: string;
  readonly function: string;
  readonly arity: number | undefined;
  /** Only its callbacks, in modules that have it. */
  readonly callbackOf: string | undefined;
}

/** A rule whose functions are traced by the VM: `trace:` in place of `match:`. */
export interface TraceRule {
  readonly id: string;
  /** The rule file, as the user named it. */
  readonly file: string;
  readonly targets: readonly TraceTarget[];
  readonly action: Action;
  readonly written: Value;
}

const TARGET = /^(?<module>:[\p{L}_][\p{L}\p{N}_@]*|[\p{Lu}*][\p{L}\p{N}_.*]*)\.(?<name>[\p{Ll}_*][\p{L}\p{N}_*]*[?!]?)(?:\/(?<arity>\d+))?$/u;

const MODULE = /^(?::[\p{L}_][\p{L}\p{N}_@*]*|[\p{Lu}*][\p{L}\p{N}_.*]*)$/u;

/** `trace:` of a rule. Error: RULE_TRACE. */
export function compileTargets(value: Value): TraceTarget[] {
  return oneOrMore(value).flatMap((one) => (isMapping(one) ? compileMap(one) : [compileName(one)]));
}

function compileName(value: Value): TraceTarget {
  const { module, name, arity } = TARGET.exec(text(value).replace(/^Elixir\./, ""))?.groups ?? {};
  if (module === undefined || name === undefined || isAnything(module)) throw wrong(value);
  return { module, function: name, arity: arity === undefined ? undefined : Number(arity), callbackOf: undefined };
}

function compileMap(value: Value): TraceTarget[] {
  const keys = entries(value, Object.keys(TRACED.keys));
  const [modules, names, arity, callbackOf] = ["module", "name", "arity", "callback_of"].map((key) => keys.get(key));
  if (modules === undefined) throw wrong(value);
  return oneOrMore(modules).flatMap((one) => {
    const module = text(one).replace(/^Elixir\./, "");
    if (!MODULE.test(module) || isAnything(module)) throw wrong(one);
    return (names === undefined ? ["*"] : oneOrMore(names).map(text)).map((name) => ({
      module,
      function: name,
      arity: arity === undefined ? undefined : number(arity),
      callbackOf: callbackOf === undefined ? undefined : text(callbackOf),
    }));
  });
}

/** Every function of the VM would be traced. */
function isAnything(module: string): boolean {
  return !/[\p{L}]/u.test(module);
}

function wrong(value: Value): Error {
  return ruleTrace(pointAt(value.source, value.span), "this names no functions of a module");
}

/** What is known of probes alone: states and templates are read where code was rewritten. */
const OF_PROBES = ["enter", "capture.state", "capture.render", "capture.locals"];

/** `do:` of such a rule. */
export function compileTraceAction(value: Value | undefined): Action {
  if (value === undefined) return DEFAULT_ACTION;
  const action = compileAction(value, "call");
  for (const key of OF_PROBES) refuse(key, action);
  const [name] = action.when?.names ?? [];
  if (name !== undefined) refuse("when", action, "Write what it asks with args: Enum.at(args, 0) > 100.");
  return action;
}

function refuse(key: string, { written }: Action, instead = "Take it out: it needs a probe in the function's source."): void {
  const value = written.get(key);
  if (value === undefined) return;
  throw ruleMeaningless(pointAt(value.source, value.span), key, "a function without a probe", instead);
}

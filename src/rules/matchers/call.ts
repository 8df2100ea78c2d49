import { pointAt, ruleCall } from "../../errors.ts";
import { answers, type CallQuery } from "../../parser/index.ts";
import type { Condition } from "../types.ts";
import { isMapping, oneOrMore, text, type Value } from "../yaml.ts";
import { compileCallee } from "./callee.ts";
import { moduleGlob, nameGlob, stoppable } from "./glob.ts";
import { onClauses, type Selection } from "./selection.ts";

/** `Mod.fun/arity`: module and arity may be missing. */
const CALL = /^(?:(?<module>[A-Z*{][^/\s]*|:[^/\s]+)\.)?(?<name>[\p{Ll}_*][\p{L}\p{N}_*]*[?!]?)(?:\/(?<arity>\d+))?$/u;

/** What one entry of `call` looks for, and which of what is found it means. */
export interface Asked {
  readonly calls: readonly CallQuery[];
  readonly holds: Condition;
}

/** `call: GenServer.call/2`: calls of the function, whichever way they name it. */
export function compileCall(value: Value): Selection {
  const asked = oneOrMore(value).map((one) => (isMapping(one) ? compileCallee(one) : compileNamed(one)));
  const [only] = asked;
  const holds: Condition = asked.length === 1 && only ? only.holds : (candidate) => asked.some((one) => one.holds(candidate));
  return { ...onClauses(holds), sort: "call", calls: asked.flatMap(({ calls }) => calls) };
}

function compileNamed(value: Value): Asked {
  const query = readQuery(value);
  return { calls: [query], holds: ({ calls = [] }) => calls.some((call) => answers(query, call)) };
}

function readQuery(value: Value): CallQuery {
  const { module, name, arity } = CALL.exec(text(value))?.groups ?? {};
  if (name === undefined) throw ruleCall(pointAt(value.source, value.span), text(value));
  return {
    module: module === undefined ? undefined : stoppable(value, moduleGlob(module.replace(/^Elixir\./, ""))),
    name: nameGlob(name),
    arity: arity === undefined ? undefined : Number(arity),
    word: name.includes("*") ? undefined : name,
  };
}

import { pointAt, ruleCall } from "../../errors.ts";
import { answers, type CallQuery } from "../../parser/index.ts";
import { oneOrMore, text, type Value } from "../yaml.ts";
import { moduleGlob, nameGlob, stoppable } from "./glob.ts";
import { onClauses, type Selection } from "./selection.ts";

/** `Mod.fun/arity`: module and arity may be missing. */
const CALL = /^(?:(?<module>[A-Z*{][^/\s]*|:[^/\s]+)\.)?(?<name>[\p{Ll}_*][\p{L}\p{N}_*]*[?!]?)(?:\/(?<arity>\d+))?$/u;

/** `call: GenServer.call/2`: calls of the function, whichever way they name it. */
export function compileCall(value: Value): Selection {
  const calls = oneOrMore(value).map(compileOne);
  return {
    ...onClauses((candidate) => candidate.calls?.some((call) => calls.some((query) => answers(query, call))) ?? false),
    sort: "call",
    calls,
  };
}

function compileOne(value: Value): CallQuery {
  const { module, name, arity } = CALL.exec(text(value))?.groups ?? {};
  if (name === undefined) throw ruleCall(pointAt(value.source, value.span), text(value));
  return {
    module: module === undefined ? undefined : stoppable(value, moduleGlob(module.replace(/^Elixir\./, ""))),
    name: nameGlob(name),
    arity: arity === undefined ? undefined : Number(arity),
    word: name.includes("*") ? undefined : name,
  };
}

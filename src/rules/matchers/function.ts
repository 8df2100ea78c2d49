import { arities, callbacksOf } from "../../parser/index.ts";
import type { Condition } from "../types.ts";
import { choice, count, oneOrMore, text, type Value } from "../yaml.ts";
import { nameGlobs } from "./glob.ts";
import { compileKeyed, type KeyTable } from "./keyed.ts";

const KEYS: KeyTable = {
  name: (value) => {
    const matches = nameGlobs(value);
    return ({ clause }) => matches(clause.name);
  },
  arity: (value) => {
    const wanted = new Set(oneOrMore(value).map(count));
    return ({ clause }) => arities(clause).some((arity) => wanted.has(arity));
  },
  visibility: (value) => {
    const wanted = choice(value, ["public", "private"]) === "public" ? "def" : "defp";
    return ({ clause }) => clause.kind === wanted;
  },
  callback_of: (value) => {
    const behaviours = oneOrMore(value).map(text);
    return (candidate) => behaviours.some((behaviour) => isCallback(candidate, behaviour));
  },
};

/** `function: { name, arity, visibility, callback_of }`: all that are given must hold. */
export function compileFunction(value: Value): Condition {
  return compileKeyed(value, KEYS);
}

/** A callback is public, and its module has the behaviour. `def init(arg, opts \\ [])` serves `init/1` too. */
export const isCallback = ({ clause, traits, index }: Parameters<Condition>[0], behaviour: string): boolean =>
  clause.kind === "def" &&
  traits.behaviours.has(behaviour) &&
  arities(clause).some((arity) => callbacksOf(index, behaviour).includes(`${clause.name}/${arity}`));

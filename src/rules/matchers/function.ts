import { arities, behaviourNames, callbacksOf, isMacro, type ClauseInfo, type ModuleInfo } from "../../parser/index.ts";
import type { Condition } from "../types.ts";
import { flag, oneOrMore, text, type Value } from "../yaml.ts";
import { attributes } from "./attribute.ts";
import { nameGlobs } from "./glob.ts";
import { compileKeyed, type KeyTable } from "./keyed.ts";
import { ranges } from "./range.ts";

const KEYS: KeyTable = {
  name: (value) => {
    const matches = nameGlobs(value);
    return ({ clause }) => matches(clause.name);
  },
  arity: (value) => {
    const wanted = ranges(value);
    return ({ clause }) => arities(clause).some(wanted);
  },
  kind: (value) => {
    const kinds = new Set<string>(oneOrMore(value).map(text));
    const holds: Condition = ({ clause }) => kinds.has(isMacro(clause) ? "macro" : "function");
    return Object.assign(holds, { namesKind: true as const });
  },
  visibility: (value) => {
    const wanted = new Set<string>(oneOrMore(value).map(text));
    return ({ clause }) => wanted.has(clause.kind.endsWith("p") ? "private" : "public");
  },
  callback_of: (value) => {
    const behaviours = oneOrMore(value).flatMap((one) => behaviourNames(text(one)));
    return (candidate) => behaviours.some((behaviour) => isCallback(candidate, behaviour));
  },
  guards: (value) => {
    const wanted = flag(value);
    return ({ clause }) => clause.guarded === wanted;
  },
  clauses: (value) => {
    const wanted = ranges(value);
    return ({ clause, module }) => wanted(clausesOf(module, clause).length);
  },
  attribute: (value) => {
    const matches = attributes(value);
    return ({ clause, module }) => matches(clausesOf(module, clause).flatMap((one) => one.attributes));
  },
  recursive: (value) => {
    const wanted = flag(value);
    return ({ clause, module, known }) => {
      const isRecursive = clausesOf(module, clause).some((one) => one.callsItself || known?.isRecursive(one) === true);
      return isRecursive === wanted;
    };
  },
};

/** `function: { name, arity, … }`: all that are given must hold. */
export function compileFunction(value: Value): Condition {
  return compileKeyed(value, KEYS);
}

/** Callbacks are known by Elixir's name. */
const ownerOf = (behaviour: string): string => behaviourNames(behaviour).at(-1) ?? behaviour;

/** A callback is public, and its module has the behaviour. `def init(arg, opts \\ [])` serves `init/1` too. */
export const isCallback = ({ clause, traits, index }: Parameters<Condition>[0], behaviour: string): boolean =>
  clause.kind === "def" &&
  traits.behaviours.has(behaviour) &&
  arities(clause).some((arity) => callbacksOf(index, ownerOf(behaviour)).includes(`${clause.name}/${arity}`));

const FUNCTIONS = new WeakMap<ModuleInfo, ReadonlyMap<string, readonly ClauseInfo[]>>();

/** All clauses of the clause's function. */
function clausesOf(module: ModuleInfo, { name, arity }: ClauseInfo): readonly ClauseInfo[] {
  const functions = FUNCTIONS.get(module) ?? groupClauses(module);
  FUNCTIONS.set(module, functions);
  return functions.get(`${name}/${arity}`) ?? [];
}

function groupClauses({ clauses }: ModuleInfo): Map<string, ClauseInfo[]> {
  const functions = new Map<string, ClauseInfo[]>();
  for (const clause of clauses) {
    const key = `${clause.name}/${clause.arity}`;
    const group = functions.get(key);
    if (group === undefined) functions.set(key, [clause]);
    else group.push(clause);
  }
  return functions;
}

import { arities, behaviourNames, BEHAVIOURS, callbacksOf, FRAMEWORKS, traitsOf, type ModuleIndex,
  type ModuleInfo, type Traits } from "../../parser/index.ts";
import { nearest } from "../../nearest.ts";
import type { Candidate } from "../types.ts";
import { enumerate } from "./words.ts";

/** `function.callback_of` */
export function nearCallback(wanted: readonly string[], candidate: Candidate): string {
  const { clause, traits, index } = candidate;
  const own = wanted.flatMap(behaviourNames).toReversed().find((behaviour) => traits.behaviours.has(behaviour));
  if (own === undefined) return nearBehaviour(wanted, candidate);
  const callbacks = callbacksOf(index, own);
  const names = arities(clause).map((arity) => `${clause.name}/${arity}`);
  if (callbacks.length === 0) return `the module has ${own}, whose callbacks are not known`;
  if (names.some((name) => callbacks.includes(name))) return `it is a callback of ${own} by its name, but private`;
  const other = callbacks.find((callback) => callback.startsWith(`${clause.name}/`)) ?? nearest(names[0] ?? "", callbacks);
  const meant = other === undefined ? `they are ${enumerate(callbacks)}` : `nearest: ${other}`;
  return `the module has ${own}, but ${names[0] ?? clause.name} is no callback of it; ${meant}`;
}

/** `module.behaviour` */
export function nearBehaviour(wanted: readonly string[], candidate: Candidate): string {
  const known = [...FRAMEWORKS.keys(), ...BEHAVIOURS.keys()];
  return notIn(wanted, candidate, { of: "behaviours", known, lacks: (name) => `the module does not have the behaviour ${name}`, isIn: "it is in" });
}

/** `module.use` */
export function nearUse(wanted: readonly string[], candidate: Candidate): string {
  return notIn(wanted, candidate, { of: "uses", known: [], lacks: (name) => `the module does not use ${name}`, isIn: "the use is in" });
}

interface Trait {
  readonly of: "behaviours" | "uses";
  readonly known: readonly string[];
  /** How to say that a module has it not, and that others do. */
  readonly lacks: (name: string) => string;
  readonly isIn: string;
}

function notIn(wanted: readonly string[], { index, traits, module }: Candidate, { of, known, lacks, isIn }: Trait): string {
  const own = [...traits[of]];
  const owners = modulesWith(index, (other) => wanted.some((name) => other[of].has(name)), module.file);
  const other = wanted.map((one) => nearest(one, [...own, ...known])).find((one) => one !== undefined && !wanted.includes(one));
  const meant = other === undefined ? "" : `; did you mean ${other}?`;
  const name = wanted.length === 1 ? (wanted[0] ?? "") : "any of them";
  const elsewhere = owners.length === 0 ? `nor does any other module of the project${meant}` : `${isIn} ${enumerate(owners, 3)}`;
  return `${lacks(name)}${ownText(own)}; ${elsewhere}${unfollowedText(traits)}`;
}

function ownText(own: readonly string[]): string {
  return own.length === 0 ? "" : ` (but ${enumerate(own)})`;
}

/** Those of the same file first. */
function modulesWith(index: ModuleIndex, test: (traits: Traits) => boolean, file: string): string[] {
  const found = [...traitsIn(index)].flatMap(([module, traits]) => (test(traits) ? [module] : []));
  return found.toSorted((a, b) => Number(b.file === file) - Number(a.file === file)).map(({ name }) => name);
}

const TRAITS = new WeakMap<ModuleIndex, ReadonlyMap<ModuleInfo, Traits>>();

/** Read once for all questions: every rule may ask about every module. */
function traitsIn(index: ModuleIndex): ReadonlyMap<ModuleInfo, Traits> {
  const known =
    TRAITS.get(index) ?? new Map([...index.modules.values()].map((module) => [module, traitsOf(index, module)]));
  TRAITS.set(index, known);
  return known;
}

/** What may hide it. */
function unfollowedText({ unfollowed }: Traits): string {
  return unfollowed.size === 0 ? "" : ` (not followed: ${enumerate([...unfollowed.keys()])})`;
}

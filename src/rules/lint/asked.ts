import { nearest } from "../../nearest.ts";
import type { Action } from "../action/types.ts";
import { isText, oneOrMore, scalar, type Value } from "../yaml.ts";
import { takeApart, type Conjunction } from "./conjunction.ts";
import { argumentsIn } from "./definitions.ts";
import type { Lint, Report } from "./finding.ts";
import { textsIn } from "./values.ts";

/** Arguments that `do` asks for and nothing that the match selects can have, as far as the match tells. */
export function findAskedDoubts(written: Value, { when, written: asks }: Action, report: Report): Lint[] {
  const [args, condition] = [asks.get("capture.args"), asks.get("when")];
  if (args === undefined && condition === undefined) return [];
  const match = takeApart(written);
  const names = namesOf(match);
  const unnamed = (name: string, value: Value): Lint[] => (names === undefined || names.includes(name) ? [] : [noArgument(name, names, value, report)]);
  const asked = args === undefined ? [] : oneOrMore(args).flatMap((arg) => (isText(arg) ? unnamed(String(scalar(arg)), arg) : noPlace(arg, match, report)));
  const named = condition === undefined ? [] : (when?.names ?? []).flatMap((name) => unnamed(name, condition));
  return [...asked, ...named];
}

function noArgument(name: string, names: readonly string[], value: Value, report: Report): Lint {
  const meant = nearest(name, names);
  const hint = meant !== undefined ? `Did you mean ${meant}?` : names.length === 0 ? "Take it out." : `There are ${names.join(", ")}.`;
  return report(value, `no argument of the pattern is called ${name}`, hint);
}

/** Of definitions whose arguments all patterns name. */
function namesOf({ atoms, any }: Conjunction): string[] | undefined {
  const patterns = atoms.filter(({ key }) => key === "pattern").flatMap(({ value }) => textsIn(value));
  const names = patterns.map(({ text }) => argumentsIn(text));
  if (patterns.length === 0 || any.length > 0 || names.includes(undefined)) return undefined;
  return names.flatMap((some) => some ?? []);
}

/** `args: [3]` of a call with fewer. */
function noPlace(value: Value, { atoms, any }: Conjunction, report: Report): Lint[] {
  const place = Number(scalar(value));
  const calls = atoms.filter(({ key }) => key === "call").flatMap((atom) => textsIn(atom.value));
  const arities = calls.map(({ text }) => Number(/\/(\d+)$/.exec(text)?.[1]));
  if (calls.length === 0 || any.length > 0 || !arities.every((arity) => arity <= place)) return [];
  const most = Math.max(...arities);
  const hint = most === 0 ? "They have none." : `Places are counted from 0: the last one is ${most - 1}.`;
  return [report(value, `none of the calls has an argument at place ${place}`, hint)];
}

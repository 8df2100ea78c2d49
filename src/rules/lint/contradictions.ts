import { BEHAVIOURS, FRAMEWORKS } from "../../parser/index.ts";
import { isKernelAlone } from "./calls.ts";
import { enumerate, valueText } from "../explain/words.ts";
import { nameGlobs } from "../matchers/glob.ts";
import { ranges } from "../matchers/range.ts";
import { joined, type Atom, type Conjunction } from "./conjunction.ts";
import { impliedBy } from "./coverage.ts";
import type { Lint, Report } from "./finding.ts";
import { impossibleDefinitions } from "./definitions.ts";
import { impossibleWhere } from "./forms.ts";
import { meet, numbers, RANGES, textsIn } from "./values.ts";

/** What one thing has only one of: two conditions on it that share nothing exclude each other. */
const SINGLE: ReadonlySet<string> = new Set(
  "path app dep module.name function.name function.kind function.visibility function.guards function.recursive".split(" "),
);

/** Conditions that can never hold together, those of `any` with what stands around them. */
export function findContradictions(match: Conjunction, report: Report): Lint[] {
  const own = among(match.atoms, report);
  if (own.length > 0) return own;
  const elsewhere = match.others.flatMap((other) => findContradictions(other, report));
  const entries = match.any.flatMap((alternatives) =>
    alternatives.flatMap((entry) => findContradictions(joined([{ ...match, any: [], others: [] }, entry]), report)),
  );
  return [...refusals(match, report), ...elsewhere, ...unique(entries)];
}

/** What is wrong with the outer conditions is found once for each entry. */
function unique(lints: readonly Lint[]): Lint[] {
  return [...new Map(lints.map((lint) => [`${lint.line}:${lint.column} ${lint.says}`, lint])).values()];
}

function among(atoms: readonly Atom[], report: Report): Lint[] {
  const clashes = atoms.flatMap((later, at) =>
    atoms.slice(0, at).flatMap((earlier) => {
      if (earlier.key !== later.key || !excludes(earlier, later)) return [];
      const says = `${later.key}: ${valueText(later.value)} can never hold with ${earlier.key}: ${valueText(earlier.value)}`;
      return [report(later.value, says, "Write them as one list, or below any, where one is to hold.")];
    }),
  );
  const wheres = atoms.filter(({ key }) => key === "where").flatMap(({ value }) => impossibleWhere(value, report));
  const heads = atoms.flatMap((atom) => impossibleDefinitions(atom, atoms, report));
  return [...clashes, ...heads, ...wheres, ...atoms.flatMap((atom) => impossibleCallback(atom, atoms, report))];
}

function excludes(a: Atom, b: Atom): boolean {
  if (RANGES.has(a.key)) return !numbers(a.value).some(ranges(b.value));
  if (a.key === "module.kind") return isPlainAlone(a) !== isPlainAlone(b) && !(hasPlain(a) && hasPlain(b));
  if (a.key === "call") return !textsIn(a.value).some((one) => textsIn(b.value).some((other) => mayBeOne(one.text, other.text)));
  if (!SINGLE.has(a.key)) return false;
  return !textsIn(a.value).some((one) => textsIn(b.value).some((other) => meet(a.key, one.text, other.text)));
}

/** What is plain is nothing else. */
function hasPlain({ value }: Atom): boolean {
  return textsIn(value).some(({ text }) => text === "plain");
}

function isPlainAlone({ value }: Atom): boolean {
  return textsIn(value).every(({ text }) => text === "plain");
}

const CALL = /(?:^|\.)(?<name>[^./]+)(?:\/(?<arity>\d+))?$/;

/** Whether one call could be both; where it is `apply`, it is also one of what is applied. */
function mayBeOne(a: string, b: string): boolean {
  // By what is known of its module, it may be any.
  if (a.startsWith("{ ") || b.startsWith("{ ")) return true;
  const [one, other] = [CALL.exec(a)?.groups, CALL.exec(b)?.groups];
  const names = [one?.["name"] ?? "*", other?.["name"] ?? "*"];
  if (names.some((name) => name.includes("*") || name === "apply")) return true;
  if (names[0] !== names[1]) return false;
  const [arity, also] = [one?.["arity"], other?.["arity"]];
  return arity === undefined || also === undefined || arity === also;
}

/** `callback_of` with a name, a number of parameters or a visibility that no callback of the behaviour has. */
function impossibleCallback({ key, value }: Atom, atoms: readonly Atom[], report: Report): Lint[] {
  if (key !== "function.callback_of") return [];
  const callbacks = textsIn(value).map(({ text }) => FRAMEWORKS.get(text) ?? BEHAVIOURS.get(text));
  if (callbacks.includes(undefined)) return [];
  const all = callbacks.flatMap((some) => some ?? []);
  const others = atoms.filter((atom) => atom.key.startsWith("function."));
  if (others.some((atom) => atom.key === "function.visibility" && valueText(atom.value) === "private"))
    return [report(value, "callbacks are public, and the rule wants private functions", "Leave out visibility, or callback_of.")];
  if (others.some((atom) => atom.key === "function.kind" && textsIn(atom.value).every(({ text }) => text === "macro")))
    return [report(value, "callbacks are functions, and the rule wants macros", "Leave out kind, or callback_of.")];
  const left = all.filter((callback) => others.every((atom) => allows(atom, callback)));
  if (left.length > 0) return [];
  const says = `no callback of ${valueText(value)} has this name and number of parameters`;
  return [report(value, says, `There are ${enumerate(all, 10)}.`)];
}

function allows({ key, value }: Atom, callback: string): boolean {
  const slash = callback.lastIndexOf("/");
  if (key === "function.name") return nameGlobs(value)(callback.slice(0, slash));
  return key === "function.arity" ? ranges(value)(Number(callback.slice(slash + 1))) : true;
}

/** A `not` that takes away all that the conditions beside it leave. */
function refusals({ atoms, not }: Conjunction, report: Report): Lint[] {
  return not.flatMap(({ value, inner }) => {
    const isWhole = inner.any.length === 0 && inner.not.length === 0 && inner.atoms.length > 0;
    if (isWhole && isKernelAlone(callsIn(atoms), callsIn(inner.atoms)))
      return [report(value, "this not leaves only calls of what modules define or import under that name themselves", "If such are meant, name their module: Shop.Bus.send/2.")];
    if (!isWhole || !inner.atoms.every((atom) => impliedBy(atom, atoms))) return [];
    return [report(value, "this not takes away everything that the other conditions select", "Take it out, or narrow it.")];
  });
}

function callsIn(atoms: readonly Atom[]): string[] {
  return atoms.filter(({ key }) => key === "call").flatMap(({ value }) => textsIn(value).map(({ text }) => text));
}

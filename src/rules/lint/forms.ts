import { oneOrMore, pairs, type Value } from "../yaml.ts";
import { moduleGlob, nameGlob } from "../matchers/glob.ts";
import { textsOf, valueText } from "../explain/words.ts";
import type { Lint, Report } from "./finding.ts";

const CALL = /^(?:(?<module>.+)\.)?(?<name>[^./]+)(?:\/(?<arity>\d+))?$/;

/** Whether every call that `inner` names is one that `outer` names. */
export function coversCall(outer: string, inner: string): boolean {
  const [wide, narrow] = [CALL.exec(outer)?.groups, CALL.exec(inner)?.groups];
  if (wide === undefined || narrow === undefined || outer.startsWith("{ ") || inner.startsWith("{ ")) return false;
  if (wide["arity"] !== undefined && wide["arity"] !== narrow["arity"]) return false;
  return coversName(wide["name"] ?? "", narrow["name"] ?? "") && coversModule(wide["module"], narrow["module"]);
}

function coversName(outer: string, inner: string): boolean {
  return outer === inner || (!inner.includes("*") && nameGlob(outer)(inner));
}

/** Without a module it is a call that names none, or Kernel. */
function coversModule(outer: string | undefined, inner: string | undefined): boolean {
  if (outer === inner) return true;
  if (inner === undefined) return false;
  if (outer === undefined) return inner === "Kernel";
  return !/[*?{[]/.test(inner) && moduleGlob(outer)(inner);
}

/** A pattern with its metavariables counted: `foo($X)` and `foo($Y)` are one. */
export function plainForm(pattern: string): string {
  const names: string[] = [];
  return pattern.replaceAll(/\s+/g, " ").trim().replaceAll(/\$+\w+/g, (name) => {
    if (name.endsWith("$_")) return name;
    if (!names.includes(name)) names.push(name);
    return `${/^\$+/.exec(name)?.[0] ?? "$"}${names.indexOf(name)}`;
  });
}

/** `where` that asks of one metavariable what excludes itself. */
export function impossibleWhere(value: Value, report: Report): Lint[] {
  return pairs(value).flatMap(([name, constraint]) => {
    const keys = new Map(pairs(constraint).map(([key, inner]) => [key, inner]));
    const not = keys.get("not");
    if (not === undefined) return [];
    const refused = pairs(not);
    const isTaken = refused.length > 0 && refused.every(([key, inner]) => isWithin(key, keys.get(key), inner));
    if (!isTaken) return [];
    const says = `no code is what where asks of ${name}: ${valueText(constraint)}`;
    return [report(constraint, says, "Take the not out, or narrow it.")];
  });
}

/** Whether all that the first allows is among the second. */
function isWithin(key: string, allowed: Value | undefined, refused: Value): boolean {
  if (allowed === undefined) return false;
  if (key !== "kind") return valueText(allowed) === valueText(refused);
  const kinds = textsOf(refused);
  return oneOrMore(allowed).every((one) => kinds.includes(valueText(one)));
}

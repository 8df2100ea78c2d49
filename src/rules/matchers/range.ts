import { pointAt, ruleNumber, ruleRange } from "../../errors.ts";
import { count, entries, expected, isMapping, isText, oneOrMore, text, type Value } from "../yaml.ts";

/** Whether a number is among those that are asked for. */
export type Range = (number: number) => boolean;

const COMPARED = /^(?<operator>>=|<=|>|<|=)?\s*(?<number>\d+)$/;
const BOUNDED = /^(?<from>\d+)\s*\.\.\s*(?<to>\d+)$/;

/** A number, `">=2"`, `"1..3"`, `{ min, max }`, or a list of these: one must hold. Error: RULE_RANGE where it is empty. */
export function ranges(value: Value): Range {
  const all = oneOrMore(value).map(range);
  return (number) => all.some((holds) => holds(number));
}

function range(value: Value): Range {
  if (isMapping(value)) {
    const [least, most] = boundsOf(value);
    if (least > most) throw ruleRange(pointAt(value.source, value.span), `from ${least} to ${most}`, "up from min to max");
    return (number) => least <= number && number <= most;
  }
  if (!isText(value)) return isNumber(value);
  return compared(value) ?? bounded(value);
}

function isNumber(value: Value): Range {
  const wanted = count(value);
  return (number) => number === wanted;
}

function boundsOf(value: Value): [least: number, most: number] {
  const keys = entries(value, ["min", "max"]);
  if (keys.size === 0) throw expected(value, "min, max or both");
  const [min, max] = [keys.get("min"), keys.get("max")];
  return [min === undefined ? 0 : count(min), max === undefined ? Number.POSITIVE_INFINITY : count(max)];
}

const COMPARISONS: Readonly<Record<string, (number: number, wanted: number) => boolean>> = {
  ">=": (number, wanted) => number >= wanted,
  "<=": (number, wanted) => number <= wanted,
  ">": (number, wanted) => number > wanted,
  "<": (number, wanted) => number < wanted,
  "=": (number, wanted) => number === wanted,
};

function compared(value: Value): Range | undefined {
  const { operator = "=", number: digits } = COMPARED.exec(text(value).trim())?.groups ?? {};
  const compare = COMPARISONS[operator];
  if (digits === undefined || compare === undefined) return undefined;
  const wanted = Number(digits);
  if (operator === "<" && wanted === 0)
    throw ruleRange(pointAt(value.source, value.span), text(value), "of which something is less than it");
  return (number) => compare(number, wanted);
}

function bounded(value: Value): Range {
  const { from, to } = BOUNDED.exec(text(value).trim())?.groups ?? {};
  if (from === undefined || to === undefined) throw ruleNumber(pointAt(value.source, value.span), 'a whole number, or a range such as ">=2" or "1..3"');
  if (Number(from) > Number(to)) throw ruleRange(pointAt(value.source, value.span), text(value), "up from the first to the second");
  return (number) => Number(from) <= number && number <= Number(to);
}

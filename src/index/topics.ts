import type { Value } from "../parser/index.ts";
import { canMeet, type ValueResolver, type Where } from "./resolve-value.ts";

/** The topics that `value` may be, by what is certain of each: `cart:*`. Undefined where nothing is. */
export function topicsOf(
  value: Value,
  where: Where,
  values: ValueResolver,
  beside: Where = where,
): (string | undefined)[] {
  const found = values.resolve(value, where).filter((each) => canMeet(each.where, beside));
  return [...new Set(found.map((each) => globOf(each.value, each.where, values)))];
}

function globOf(value: Value, where: Where, values: ValueResolver): string | undefined {
  if (value.type === "module" || value.type === "literal")
    return value.type === "module" ? value.name : value.text;
  if (value.type !== "text") return undefined;
  const parts = value.parts.map((part) => (typeof part === "string" ? part : partGlob(part, where, values)));
  const glob = parts.join("").replaceAll(/\*+/g, "*");
  return glob === "*" ? undefined : glob;
}

/** What is interpolated, where it is always the same. */
function partGlob(part: Value, where: Where, values: ValueResolver): string {
  const found = part.type === "attribute" || part.type === "call" ? values.resolve(part, where) : [];
  const [only] = found;
  return found.length === 1 && only?.value.type === "text"
    ? (globOf(only.value, only.where, values) ?? "*")
    : "*";
}

/** Whether one topic may be both. */
export function topicsMeet(a: string, b: string): boolean {
  const [left = "", right = ""] = [a, b].map((glob) => glob.split("*")[0]);
  if (!a.includes("*") && !b.includes("*")) return a === b;
  if (!a.includes("*")) return a.startsWith(right);
  if (!b.includes("*")) return b.startsWith(left);
  return left.startsWith(right) || right.startsWith(left);
}

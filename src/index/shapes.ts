import type { Pair, Value } from "../parser/index.ts";

/** A message or a pattern by its literal parts: `{:add, _, _}`. */
export function shapeOf(value: Value, depth = 0): string {
  if (depth > 4) return "_";
  const inner = (part: Value): string => shapeOf(part, depth + 1);
  switch (value.type) {
    case "literal":
      return value.text;
    case "module":
      return value.name;
    case "text":
      return textShape(value.parts);
    case "tuple":
      return `{${value.items.map(inner).join(", ")}}`;
    case "list":
      return `[${value.items.map(inner).join(", ")}${value.open ? " | _" : ""}]`;
    case "keywords":
      return `[${value.pairs.map((pair) => pairShape(pair, inner)).join(", ")}]`;
    case "map":
      return `%${value.struct ?? ""}{${value.pairs.map((pair) => pairShape(pair, inner)).join(", ")}}`;
    case "branches":
      return value.values.map(inner).join(" | ");
    default:
      return "_";
  }
}

function textShape(parts: readonly (string | Value)[]): string {
  if (parts.every((part) => typeof part === "string")) return `"${parts.join("")}"`;
  const [first] = parts;
  return typeof first === "string" ? `"${first}" <> _` : "_";
}

function pairShape({ key, value }: Pair, inner: (part: Value) => string): string {
  if (key.type === "literal" && key.text.startsWith(":")) return `${key.text.slice(1)}: ${inner(value)}`;
  return `${inner(key)} => ${inner(value)}`;
}

/** Whether a message of this shape may be taken by the pattern. What is not known of either fits. */
export function fits(pattern: Value, message: Value): boolean {
  if (isOpen(pattern) || isOpen(message)) return true;
  if (pattern.type === "branches") return pattern.values.some((value) => fits(value, message));
  if (message.type === "branches") return message.values.some((value) => fits(pattern, value));
  if (pattern.type === "text" || message.type === "text") return textFits(pattern, message);
  if (pattern.type === "literal" || message.type === "literal") return sameLiteral(pattern, message);
  if (pattern.type === "module" || message.type === "module") return shapeOf(pattern) === shapeOf(message);
  if (pattern.type === "tuple" || message.type === "tuple") return tupleFits(pattern, message);
  if (pattern.type === "map" || message.type === "map") return mapFits(pattern, message);
  return true;
}

/** Whether a message of this shape is certain to be taken by the pattern, its guard aside. */
export function isSure(pattern: Value, message: Value): boolean {
  if (pattern.type === "variable") return true;
  if (isOpen(pattern) || isOpen(message)) return false;
  if (message.type === "branches") return message.values.every((value) => isSure(pattern, value));
  if (pattern.type === "branches") return pattern.values.some((value) => isSure(value, message));
  if (pattern.type === "tuple" && message.type === "tuple") return allSure(pattern.items, message.items);
  if (pattern.type === "list" && message.type === "list")
    return !pattern.open && !message.open && allSure(pattern.items, message.items);
  if (pattern.type === "map" && message.type === "map") return isSureMap(pattern, message);
  if (pattern.type === "text" && message.type === "text")
    return isFixed(pattern.parts) && isFixed(message.parts) && textFits(pattern, message);
  return (
    pattern.type === message.type && ["literal", "module"].includes(pattern.type) && fits(pattern, message)
  );
}

function allSure(patterns: readonly Value[], messages: readonly Value[]): boolean {
  return (
    patterns.length === messages.length && patterns.every((each, at) => isSure(each, messages[at] as Value))
  );
}

function isSureMap(pattern: Value & { type: "map" }, message: Value & { type: "map" }): boolean {
  if (pattern.struct !== undefined && pattern.struct !== message.struct) return false;
  return pattern.pairs.every(({ key, value }) => {
    const given = message.pairs.find((pair) => shapeOf(pair.key) === shapeOf(key));
    return given !== undefined && isSure(value, given.value);
  });
}

/** How many literal parts a pattern and a message that fits it have in common. */
export function affinity(pattern: Value, message: Value): number {
  if (pattern.type === "branches")
    return Math.max(0, ...pattern.values.map((value) => affinity(value, message)));
  if (message.type === "branches")
    return Math.max(0, ...message.values.map((value) => affinity(pattern, value)));
  if (isOpen(pattern) || isOpen(message) || pattern.type !== message.type) return 0;
  if (pattern.type === "tuple" && message.type === "tuple")
    return pattern.items.reduce((sum, item, at) => sum + affinity(item, message.items[at] as Value), 0);
  if (pattern.type === "map" && message.type === "map") {
    const struct = pattern.struct !== undefined && pattern.struct === message.struct ? 1 : 0;
    const shared = pattern.pairs.filter(({ key }) =>
      message.pairs.some((pair) => shapeOf(pair.key) === shapeOf(key)),
    );
    return struct + shared.length;
  }
  return ["literal", "module", "text"].includes(pattern.type) && fits(pattern, message) ? 1 : 0;
}

/** Nothing of it is known. */
export function isOpen({ type }: Value): boolean {
  return ["variable", "attribute", "call", "any"].includes(type);
}

function sameLiteral(pattern: Value, message: Value): boolean {
  return pattern.type === message.type && shapeOf(pattern) === shapeOf(message);
}

function tupleFits(pattern: Value, message: Value): boolean {
  if (pattern.type !== "tuple" || message.type !== "tuple") return false;
  const { items } = message;
  return (
    pattern.items.length === items.length && pattern.items.every((item, at) => fits(item, items[at] as Value))
  );
}

function textFits(pattern: Value, message: Value): boolean {
  if (pattern.type !== "text" || message.type !== "text") return false;
  return globsMeet(pattern.parts, message.parts);
}

/** Compares what both are sure to begin with; a whole text must be the same to its end. */
function globsMeet(a: readonly (string | Value)[], b: readonly (string | Value)[]): boolean {
  const [left, right] = [fixedStart(a), fixedStart(b)];
  if (isFixed(a) && isFixed(b)) return left === right;
  if (isFixed(a)) return left.startsWith(right);
  if (isFixed(b)) return right.startsWith(left);
  return left.startsWith(right) || right.startsWith(left);
}

function isFixed(parts: readonly (string | Value)[]): boolean {
  return parts.every((part) => typeof part === "string");
}

function fixedStart(parts: readonly (string | Value)[]): string {
  const end = parts.findIndex((part) => typeof part !== "string");
  return (end === -1 ? parts : parts.slice(0, end)).join("");
}

/** Each key of the pattern must be in the message, as far as its keys are known; a struct's name must be the same. */
function mapFits(pattern: Value, message: Value): boolean {
  if (pattern.type !== "map" || message.type !== "map") return false;
  if (pattern.struct !== undefined && pattern.struct !== "_" && message.struct !== pattern.struct)
    return false;
  return pattern.pairs.every(({ key, value }) => {
    const given = message.pairs.find((pair) => shapeOf(pair.key) === shapeOf(key));
    // A struct's other fields have their defaults.
    return given === undefined ? message.struct !== undefined : fits(value, given.value);
  });
}

import { isMap, isScalar, isSeq } from "yaml";
import { pointAt, ruleRange } from "../../errors.ts";
import { entries, expected, list, pairs, text, type Value } from "../yaml.ts";
import type { MapShape, Shape } from "./shape.ts";

/** Holds a value of a rule file against what may stand there. Errors: RULE_TYPE, RULE_RANGE, RULE_UNKNOWN_KEY. */
export function checkShape(value: Value, shape: Shape): void {
  switch (shape.is) {
    case "text":
      return void text(value);
    case "scalar":
    case "flag":
      if (!fits(value, shape)) throw expected(value, shape.is === "flag" ? "true or false" : "a text");
      return undefined;
    case "count":
    case "number":
      return checkNumber(value, shape);
    case "choice":
      if (!shape.of.includes(text(value))) throw expected(value, `one of ${shape.of.join(", ")}`);
      return undefined;
    case "some":
      return isSeq(value.node) ? checkList(value, shape.of, 1) : checkShape(value, shape.of);
    case "list":
      return checkList(value, shape.of, shape.least);
    case "either":
      return checkEither(value, shape);
    case "map":
      return checkMap(value, shape);
    case "named":
      if (!isMap(value.node)) throw expected(value, shape.called);
      for (const [, inner] of pairs(value)) checkShape(inner, shape.of);
      return undefined;
    case "ref":
      return checkShape(value, shape.to());
  }
}

function checkNumber(value: Value, shape: Extract<Shape, { is: "count" | "number" }>): void {
  const written = scalarOf(value);
  const whole = shape.is === "count";
  if (typeof written !== "number" || (whole && !Number.isInteger(written)) || (whole && written < 0))
    throw expected(value, whole ? "a whole number" : "a number");
  const most = shape.is === "number" ? shape.most : Number.MAX_SAFE_INTEGER;
  if (written >= shape.least && written <= most) return;
  const bounds = shape.is === "number" ? `from ${shape.least} to ${most}` : `${shape.least} or more`;
  throw ruleRange(pointAt(value.source, value.span), String(written), bounds);
}

function checkList(value: Value, of: Shape, least: number): void {
  const items = list(value);
  if (items.length < least) throw expected(value, "a list of at least one");
  for (const item of items) checkShape(item, of);
}

function checkEither(value: Value, { of, called }: Extract<Shape, { is: "either" }>): void {
  const shape = of.find((one) => fits(value, one));
  if (shape === undefined) throw expected(value, called);
  checkShape(value, shape);
}

function checkMap(value: Value, { keys, called, needs }: MapShape): void {
  const found = entries(value, Object.keys(keys));
  if (needs?.some((key) => !found.has(key))) throw expected(value, `${called} with ${needs.join(" and ")}`);
  for (const [key, inner] of found) {
    const known = keys[key];
    if (known !== undefined) checkShape(inner, known.takes);
  }
}

/** Whether the value is of the sort of YAML value that the shape takes. */
function fits(value: Value, shape: Shape): boolean {
  const written = scalarOf(value);
  switch (shape.is) {
    case "text":
    case "choice":
      return typeof written === "string";
    case "scalar":
      return ["string", "number", "boolean"].includes(typeof written);
    case "flag":
      return typeof written === "boolean";
    case "count":
    case "number":
      return typeof written === "number";
    case "list":
      return isSeq(value.node);
    case "some":
      return isSeq(value.node) || fits(value, shape.of);
    case "either":
      return shape.of.some((one) => fits(value, one));
    case "map":
    case "named":
      return isMap(value.node);
    case "ref":
      return fits(value, shape.to());
  }
}

function scalarOf({ node }: Value): unknown {
  return isScalar(node) ? node.value : undefined;
}

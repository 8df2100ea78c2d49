import { isMap, isScalar, isSeq } from "yaml";
import { pointAt, ruleAnchor, ruleChoice, ruleEmptyList, ruleIncomplete, ruleNumber, ruleRange, ruleSyntax } from "../../errors.ts";
import { nearest } from "../../nearest.ts";
import { choice, entries, expected, isText, list, pairs, text, type Value } from "../yaml.ts";
import type { MapShape, Shape } from "./shape.ts";

/** Anchors within anchors stand for more than anybody has written. */
const MOST_VALUES = 100_000;

/** A match in a match in a match: nobody reads further. */
const MOST_DEPTH = 200;

/**
 * Holds a rule file against what may stand in it. Errors: RULE_TYPE, RULE_RANGE, RULE_CHOICE, RULE_EMPTY_LIST,
 * RULE_INCOMPLETE, RULE_UNKNOWN_KEY, RULE_ANCHOR.
 */
export function checkShape(document: Value, shape: Shape): void {
  new Check().value(document, shape);
}

class Check {
  /** Those that were met before: only an alias leads to one again. */
  #values = 0;
  readonly #seen = new Set<object>();
  #depth = 0;

  value(value: Value, shape: Shape): void {
    this.#depth += 1;
    if (this.#depth > MOST_DEPTH)
      throw ruleSyntax(pointAt(value.source, value.span), `it is nested deeper than ${MOST_DEPTH} values`);
    this.#judge(value, shape);
    this.#depth -= 1;
  }

  #judge(value: Value, shape: Shape): void {
    if (value.node !== null && this.#seen.has(value.node)) this.#values += 1;
    else if (value.node !== null) this.#seen.add(value.node);
    if (this.#values > MOST_VALUES)
      throw ruleAnchor(pointAt(value.source, value.span), `its anchors stand for more than ${MOST_VALUES} values`);
    switch (shape.is) {
      case "some":
        return isSeq(value.node) ? this.#list(value, shape.of, 1) : this.value(value, shape.of);
      case "list":
        return this.#list(value, shape.of, shape.least);
      case "either":
        return this.#either(value, shape);
      case "map":
        return this.#map(value, shape);
      case "named":
        if (!isMap(value.node)) throw expected(value, shape.called);
        return pairs(value).forEach(([, inner]) => this.value(inner, shape.of));
      case "ref":
        return this.value(value, shape.to());
      default:
        return checkScalar(value, shape);
    }
  }

  #list(value: Value, of: Shape, least: number): void {
    const items = list(value);
    if (items.length < least) throw ruleEmptyList(pointAt(value.source, value.span));
    for (const item of items) this.value(item, of);
  }

  #either(value: Value, { of, called }: Extract<Shape, { is: "either" }>): void {
    const shape = of.find((one) => fits(value, one));
    if (shape === undefined) throw expected(value, called);
    const written = scalarOf(value);
    const isOther = shape.is === "choice" && typeof written === "string" && !shape.of.includes(written);
    if (isOther && of.some(({ is }) => is === "flag")) throw ruleChoice(pointAt(value.source, value.span), [...shape.of, "false"], nearest(String(written), shape.of));
    this.value(value, shape);
  }

  #map(value: Value, { keys, called, needs, needsOne }: MapShape): void {
    const found = entries(value, Object.keys(keys));
    const given = needsOne?.of.filter((key) => found.has(key)).length ?? 1;
    if (needsOne !== undefined && (given === 0 || (needsOne.exactly && given > 1))) {
      const one = needsOne.exactly ? `either ${needsOne.of.join(" or ")}` : needsOne.of.join(" or ");
      throw ruleIncomplete(pointAt(value.source, value.span), `${called} with ${one}`);
    }
    if (needs?.some((key) => !found.has(key)))
      throw ruleIncomplete(pointAt(value.source, value.span), `${called} with ${needs.join(" and ")}`);
    for (const [key, inner] of found) {
      const known = keys[key];
      if (known !== undefined) this.value(inner, known.takes);
    }
  }
}

type Scalar = Extract<Shape, { is: "text" | "scalar" | "flag" | "count" | "number" | "choice" }>;

function checkScalar(value: Value, shape: Scalar): void {
  if (shape.is === "text" && !(shape.empty === true && isText(value))) text(value);
  else if (shape.is === "choice") choice(value, shape.of);
  else if (shape.is === "count" || shape.is === "number") checkNumber(value, shape);
  else if (!fits(value, shape)) throw expected(value, shape.is === "flag" ? "true or false" : "a text");
}

function checkNumber(value: Value, shape: Extract<Shape, { is: "count" | "number" }>): void {
  const written = scalarOf(value);
  const whole = shape.is === "count";
  if (typeof written !== "number" || (whole && !Number.isInteger(written)) || (whole && written < 0))
    throw ruleNumber(pointAt(value.source, value.span), whole ? "a whole number" : "a number", typeof written === "number" && written < 0);
  const most = shape.is === "number" ? shape.most : Number.MAX_SAFE_INTEGER;
  if (written >= shape.least && written <= most) return;
  const bounds = shape.is === "number" ? `from ${shape.least} to ${most}` : `${shape.least} or more`;
  throw ruleRange(pointAt(value.source, value.span), String(written), bounds);
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

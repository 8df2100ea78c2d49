import type { Value } from "../about/value.ts";
import { CALLS, truthOfCall } from "./functions.ts";
import { atom, oneOf, truthOf, UNKNOWN, type Bindings, type World } from "./values.ts";

const PLAIN: ReadonlySet<Value["type"]> = new Set(["literal", "module", "closure", "capture", "text"]);

/** What an expression gives while the project compiles, as far as its text tells; `UNKNOWN` where it does not. */
export function evaluate(value: Value, bound: Bindings, world: World): Value {
  const inner = (part: Value): Value => evaluate(part, bound, world);
  switch (value.type) {
    case "variable":
      return bound.get(value.name) ?? UNKNOWN;
    case "tuple":
      return { ...value, items: value.items.map(inner) };
    case "list":
      return { ...value, items: value.items.map(inner) };
    case "keywords":
      return { ...value, pairs: value.pairs.map(({ key, value: given }) => ({ key, value: inner(given) })) };
    case "branches":
      return oneOf(value.values.map(inner));
    case "call":
      return evaluateCall(value, inner, world);
    default:
      return PLAIN.has(value.type) ? value : UNKNOWN;
  }
}

function evaluateCall(value: Value & { type: "call" }, inner: (part: Value) => Value, world: World): Value {
  const { module, name, arity } = value.target;
  const key = `${module === undefined || module === "Kernel" ? "" : `${module}.`}${name}/${arity}`;
  if (key === "&&/2" || key === "and/2" || key === "||/2" || key === "or/2") return joined(key, value, inner);
  const args = value.args.map(inner);
  const known = CALLS[key]?.(args, world);
  if (known !== undefined) return known;
  const truth = truthOfCall(key, args, world);
  return truth === undefined ? UNKNOWN : atom(String(truth));
}

/** The right side counts only where the left one lets it. */
function joined(key: string, { args }: Value & { type: "call" }, inner: (part: Value) => Value): Value {
  const left = inner(args[0] ?? UNKNOWN);
  const isTrue = truthOf(left);
  const stops = key === "||/2" || key === "or/2";
  if (isTrue === stops) return left;
  const right = inner(args[1] ?? UNKNOWN);
  if (isTrue !== undefined) return right;
  return truthOf(right) === stops ? right : UNKNOWN;
}

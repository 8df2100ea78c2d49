import type { Node } from "./node.ts";
import { attribute, localCallName } from "./syntax.ts";

/** By an attribute's name all that it is set to. */
type Values = ReadonlyMap<string, readonly Node[]>;

/** A module is read once, however often its attributes are. */
const KNOWN = new WeakMap<Node, Values | undefined>();

/** What the module around `node` sets its attributes to; undefined where it may be anything. */
export function valuesAround(node: Node): Values | undefined {
  const module = moduleAround(node);
  if (module === undefined) return undefined;
  if (!KNOWN.has(module)) KNOWN.set(module, readValues(module));
  return KNOWN.get(module);
}

function moduleAround(node: Node): Node | undefined {
  for (let outer = node.parent; outer !== null; outer = outer.parent) {
    const name = localCallName(outer);
    if (name === "defmodule" || name === "defimpl") return outer;
    if (name === "quote") return undefined;
  }
  return undefined;
}

function readValues(module: Node): Values | undefined {
  // Set by a function, it may be anything.
  if (/\b(?:put|register)_attribute\b/.test(module.text)) return undefined;
  const values = new Map<string, Node[]>();
  for (const one of module.descendantsOfType("unary_operator")) {
    const set = attribute(one);
    if (set?.value === undefined) continue;
    values.set(set.name, [...(values.get(set.name) ?? []), set.value]);
  }
  return values;
}

import type { Node } from "./node.ts";
import { readDefinition } from "./head.ts";

/** `name/arity` of every function that one definition makes, with defaults several; none where the name is computed. */
export function definedKeys(node: Node): string[] {
  const read = readDefinition(node);
  if (read?.arity === undefined || read.computed) return [];
  const { name, arity, defaults } = read;
  return Array.from({ length: defaults + 1 }, (_, omitted) => `${name}/${arity - omitted}`);
}

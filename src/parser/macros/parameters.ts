import type { Node } from "../node.ts";
import type { DefaultAbout } from "../about/about.ts";
import { readValue } from "../about/value.ts";
import { readDefinition } from "../head.ts";
import type { Scope } from "../names.ts";
import { callArguments, isBinary, typeOf } from "../syntax.ts";
import type { Parameter } from "./facts.ts";

/** The parameters of a definition, as they are written. */
export function parametersOf(definition: Node): readonly Node[] {
  const guarded = callArguments(definition)[0];
  const head = guarded && isBinary(guarded, "when") ? guarded.childForFieldName("left") : guarded;
  return head && typeOf(head) === "call" ? callArguments(head) : [];
}

export function readParameters(definition: Node, nodes: readonly Node[], scope: Scope): Parameter[] {
  const names = readDefinition(definition)?.parameters ?? [];
  return nodes.map((node, at) => ({ pattern: readValue(node, scope), names: names[at] ?? [] }));
}

export function readDefault(node: Node, position: number, scope: Scope): DefaultAbout[] {
  if (!isBinary(node, "\\\\")) return [];
  return [{ position, value: readValue(node.childForFieldName("right"), scope) }];
}

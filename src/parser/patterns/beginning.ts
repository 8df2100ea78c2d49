import type { Node } from "../node.ts";
import { localCallName, operatorOf, typeOf } from "../syntax.ts";
import { nodeTypesOf, type Pattern } from "./compile.ts";

/** The function that a pattern is a call of, or its operator; undefined where it leaves that open. */
function beginningOf({ root }: Pattern): string | undefined {
  if (root.type === "operator") return root.label;
  if (root.type !== "call") return undefined;
  const [callee] = root.parts;
  const name = callee?.type === "remote" ? callee.parts.at(-1) : callee;
  return name?.type === "name" ? name.label : undefined;
}

/** The same of code; undefined where it has no name of its own. */
function beginningAt(node: Node): string | undefined {
  if (typeOf(node) === "call") return localCallName(node) ?? remoteName(node);
  if (typeOf(node) !== "binary_operator") return undefined;
  const operator = operatorOf(node)?.replaceAll(/\s+/g, " ");
  if (operator !== "|>") return operator;
  // A pipe is a call of what it ends in.
  const step = node.childForFieldName("right");
  return step === null ? undefined : typeOf(step) === "identifier" ? step.text : beginningAt(step);
}

function remoteName(call: Node): string | undefined {
  const target = call.childForFieldName("target");
  const name = target && typeOf(target) === "dot" ? target.childForFieldName("right") : null;
  return name !== null && typeOf(name) === "identifier" ? name.text : undefined;
}

interface Group {
  /** Those that leave open what they begin with. */
  readonly open: Pattern[];
  readonly all: Pattern[];
  readonly named: Map<string, Pattern[]>;
}

/** Of many patterns, those that may be found at a node: each node is held against few. */
export function patternsByNode(patterns: readonly Pattern[]): (node: Node) => readonly Pattern[] {
  const groups = new Map<string, Group>();
  for (const pattern of patterns)
    for (const type of nodeTypesOf(pattern)) take(pattern, groupAt(groups, type));
  return (node) => {
    const group = groups.get(typeOf(node));
    if (group === undefined) return NONE;
    if (group.named.size === 0) return group.open;
    const beginning = beginningAt(node);
    return beginning === undefined ? group.all : (group.named.get(beginning) ?? group.open);
  };
}

const NONE: readonly Pattern[] = [];

function groupAt(groups: Map<string, Group>, type: string): Group {
  const group = groups.get(type) ?? { open: [], all: [], named: new Map() };
  groups.set(type, group);
  return group;
}

/** Each list keeps the order in which the patterns came. */
function take(pattern: Pattern, { open, all, named }: Group): void {
  const beginning = beginningOf(pattern);
  if (beginning !== undefined && !named.has(beginning)) named.set(beginning, [...open]);
  all.push(pattern);
  if (beginning === undefined) for (const list of [open, ...named.values()]) list.push(pattern);
  else named.get(beginning)?.push(pattern);
}

import type { Node } from "../node.ts";
import { brief, firstParameter, readValue, type Value } from "../about/value.ts";
import type { Scope } from "../names.ts";
import {
  callArguments,
  codeChildren,
  doBlock,
  isBinary,
  keywordPairs,
  localCallName,
  typeOf,
} from "../syntax.ts";
import { matches } from "./choose.ts";
import { evaluate } from "./evaluate.ts";
import type { Branch, Condition } from "./facts.ts";
import { UNKNOWN, type World } from "./values.ts";

/** Code that runs once for each element of a list. */
export interface Loop {
  readonly always: readonly Node[];
  /** A generator each, and its filters. */
  readonly conditions: readonly Condition[];
  readonly nodes: readonly Node[];
}

const WALKS: ReadonlySet<string> = new Set(["Enum.each", "Enum.flat_map", "Enum.map"]);

/** `for x <- list do … end`, `Enum.map(list, fn x -> … end)`; undefined for everything else. */
export function readLoop(node: Node, scope: Scope): Loop | undefined {
  if (isBinary(node, "|>")) {
    const right = node.childForFieldName("right");
    return right === null ? undefined : readWalk(right, node.childForFieldName("left"), scope);
  }
  if (typeOf(node) !== "call") return undefined;
  return localCallName(node) === "for" ? readFor(node, scope) : readWalk(node, null, scope);
}

function readFor(node: Node, scope: Scope): Loop {
  const steps = callArguments(node).filter((each) => typeOf(each) !== "keywords");
  const block = doBlock(node);
  const inline = keywordPairs(callArguments(node).at(-1)).get("do");
  return {
    always: steps.flatMap((step) => (isBinary(step, "<-") ? (step.childForFieldName("right") ?? []) : step)),
    conditions: steps.map((step) => readStep(step, scope)),
    nodes: block === undefined ? (inline === undefined ? [] : [inline]) : codeChildren(block),
  };
}

function readStep(step: Node, scope: Scope): Condition {
  if (isBinary(step, "<-")) {
    const [left, right] = [step.childForFieldName("left"), step.childForFieldName("right")];
    return toRound(step, left, right, scope);
  }
  const branch: Branch = { pattern: undefined, guard: readValue(step, scope), raises: false };
  const other: Branch = { ...branch, guard: undefined };
  return { subject: undefined, branches: [branch, other], taken: 0, ...placeOf(step) };
}

function readWalk(call: Node, piped: Node | null, scope: Scope): Loop | undefined {
  if (!WALKS.has(call.childForFieldName("target")?.text ?? "")) return undefined;
  const [list, given, ...others] = [...(piped === null ? [] : [piped]), ...callArguments(call)];
  const clauses = given && typeOf(given) === "anonymous_function" ? codeChildren(given) : [];
  const [clause] = clauses;
  if (list === undefined || clause === undefined || clauses.length > 1 || others.length > 0) return undefined;
  const body = clause.childForFieldName("right");
  return {
    always: [list],
    conditions: [toRound(call, firstParameter(clause), list, scope)],
    nodes: body === null ? [] : typeOf(body) === "body" ? codeChildren(body) : [body],
  };
}

function toRound(
  node: Node,
  pattern: Node | null | undefined,
  list: Node | null | undefined,
  scope: Scope,
): Condition {
  const branch: Branch = { pattern: readValue(pattern, scope), guard: undefined, raises: false };
  return { subject: readValue(list, scope), branches: [branch], taken: 0, each: true, ...placeOf(node) };
}

function placeOf(node: Node): Pick<Condition, "line" | "text"> {
  return { line: node.startPosition.row + 1, text: brief(node.text, 60) };
}

/** More rounds are taken for one of which nothing is known. */
const ROUNDS = 64;

/** What is bound in each round of a loop: in one, and nothing known, where the list is not. */
export function roundsOf(
  { subject, branches }: Condition,
  bound: ReadonlyMap<string, Value>,
  world: World,
): Map<string, Value>[] {
  const pattern = branches[0]?.pattern ?? UNKNOWN;
  const items = itemsOf(evaluate(subject ?? UNKNOWN, bound, world));
  return (items ?? [UNKNOWN]).flatMap((item) => {
    const inside = new Map(bound);
    return matches(pattern, item, inside) === false ? [] : [inside];
  });
}

function itemsOf(value: Value): readonly Value[] | undefined {
  const items =
    value.type === "keywords"
      ? value.pairs.map((pair): Value => ({ type: "tuple", items: [pair.key, pair.value] }))
      : value.type === "list" && !value.open
        ? value.items
        : undefined;
  return items !== undefined && items.length <= ROUNDS ? items : undefined;
}

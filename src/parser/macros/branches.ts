import type { Node } from "../node.ts";
import { brief, firstParameter, guardOf, readValue, type Value } from "../about/value.ts";
import type { Scope } from "../names.ts";
import {
  callArguments,
  codeChildren,
  doBlock,
  isBinary,
  keywordPairs,
  localCallName,
  operatorOf,
  typeOf,
} from "../syntax.ts";
import type { Branch, Condition } from "./facts.ts";

/** Code that runs under a condition, and code that runs anyway. */
export interface Branching {
  readonly always: readonly Node[];
  readonly branches: readonly { readonly condition: Condition; readonly nodes: readonly Node[] }[];
}

type Reader = (node: Node, scope: Scope, piped: Node | undefined) => Branching;

const READERS: Readonly<Record<string, Reader>> = {
  if: (node, scope) => readIf(node, scope, false),
  unless: (node, scope) => readIf(node, scope, true),
  case: readCase,
  cond: readCond,
  with: readWith,
};

const OPERATORS: Readonly<Record<string, number>> = { "&&": 0, and: 0, "||": 1, or: 1 };

/** What `node` makes depend on a condition; undefined where it is no branching. */
export function readBranching(node: Node, scope: Scope): Branching | undefined {
  const type = typeOf(node);
  if (type === "call") return READERS[localCallName(node) ?? ""]?.(node, scope, undefined);
  if (type !== "binary_operator") return undefined;
  const operator = operatorOf(node) ?? "";
  const [left, right] = [node.childForFieldName("left"), node.childForFieldName("right")];
  if (left === null || right === null) return undefined;
  const taken = OPERATORS[operator];
  if (taken !== undefined) return readOperator(node, left, right, taken, scope);
  const isPiped = operator === "|>" && localCallName(right) === "case";
  return isPiped ? readCase(right, scope, left) : undefined;
}

function guarded(guard: Value | undefined, nodes: readonly Node[] = []): Branch {
  return { pattern: undefined, guard, raises: raises(nodes) };
}

const STOPS: ReadonlySet<string> = new Set([
  "raise",
  "reraise",
  "throw",
  "exit",
  "Mix.raise",
  "Kernel.raise",
]);

function raises(nodes: readonly Node[]): boolean {
  const last = nodes.at(-1);
  if (last !== undefined && typeOf(last) === "block") return raises(codeChildren(last));
  return (
    last !== undefined && typeOf(last) === "call" && STOPS.has(last.childForFieldName("target")?.text ?? "")
  );
}

function toBranching(
  node: Node,
  always: readonly Node[],
  subject: Value | undefined,
  parts: readonly (readonly [Branch, readonly Node[]])[],
): Branching {
  const branches = parts.map(([branch]) => branch);
  const about = { subject, branches, line: node.startPosition.row + 1, text: headText(node) };
  return {
    always,
    branches: parts.map(([, nodes], taken) => ({ condition: { ...about, taken }, nodes })),
  };
}

function headText(node: Node): string {
  const { text } = node;
  return brief(text.split(/\bdo\b|\n/)[0] ?? text, 60);
}

interface Sections {
  readonly main: readonly Node[];
  readonly other: readonly Node[] | undefined;
}

/** `do` and `else`, as a block or as keywords. */
function sectionsOf(node: Node): Sections {
  const block = doBlock(node);
  if (block === undefined) {
    const pairs = keywordPairs(callArguments(node).at(-1));
    const [main, other] = [pairs.get("do"), pairs.get("else")];
    return { main: main === undefined ? [] : [main], other: other && [other] };
  }
  const children = codeChildren(block);
  const other = children.find((child) => typeOf(child) === "else_block");
  return {
    main: children.filter((child) => !typeOf(child).endsWith("_block")),
    other: other && codeChildren(other),
  };
}

function readIf(node: Node, scope: Scope, isNegated: boolean): Branching {
  const [test] = callArguments(node);
  const { main, other = [] } = sectionsOf(node);
  const guard = readValue(test, scope);
  const parts = [
    [guarded(guard, isNegated ? other : main), isNegated ? other : main],
    [guarded(undefined, isNegated ? main : other), isNegated ? main : other],
  ] as const;
  return toBranching(node, test === undefined ? [] : [test], undefined, parts);
}

function readOperator(node: Node, left: Node, right: Node, taken: number, scope: Scope): Branching {
  const guard = readValue(left, scope);
  const parts = [taken === 0 ? [right] : [], taken === 1 ? [right] : []] as const;
  return toBranching(node, [left], undefined, [
    [guarded(guard, parts[0]), parts[0]],
    [guarded(undefined, parts[1]), parts[1]],
  ]);
}

function readCase(node: Node, scope: Scope, piped: Node | undefined): Branching {
  const subject = piped ?? callArguments(node)[0];
  const { main } = sectionsOf(node);
  const parts = main.map((clause): readonly [Branch, readonly Node[]] => {
    const nodes = bodyOf(clause);
    const pattern = firstParameter(clause);
    const guard = guardOf(clause);
    const branch: Branch = {
      pattern: pattern && readValue(pattern, scope),
      guard: guard && readValue(guard, scope),
      raises: raises(nodes),
    };
    return [branch, nodes];
  });
  return toBranching(node, subject === undefined ? [] : [subject], readValue(subject, scope), parts);
}

function bodyOf(clause: Node): readonly Node[] {
  const right = clause.childForFieldName("right");
  if (right === null) return [];
  return typeOf(right) === "body" ? codeChildren(right) : [right];
}

function readCond(node: Node, scope: Scope): Branching {
  const { main } = sectionsOf(node);
  const parts = main.map((clause): readonly [Branch, readonly Node[]] => {
    const nodes = bodyOf(clause);
    return [guarded(readValue(firstParameter(clause), scope), nodes), nodes];
  });
  return toBranching(node, [], undefined, parts);
}

/** All of its `<-` must match; which clause of its `else` is taken is not told. */
function readWith(node: Node, scope: Scope): Branching {
  const { main, other = [] } = sectionsOf(node);
  const steps = callArguments(node).filter((each) => isBinary(each, "<-"));
  const [step] = steps;
  const isOne = steps.length === 1;
  const pattern = isOne ? readValue(step?.childForFieldName("left"), scope) : undefined;
  const subject = isOne ? readValue(step?.childForFieldName("right"), scope) : undefined;
  const guard: Value | undefined = steps.length > 1 ? { type: "any", text: "" } : undefined;
  const always = callArguments(node).filter((each) => typeOf(each) !== "keywords");
  return toBranching(node, always, subject, [
    [{ pattern, guard, raises: raises(main) }, main],
    [guarded(undefined, other), other],
  ]);
}

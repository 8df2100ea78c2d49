import type { Node } from "../node.ts";
import { readDefinition } from "../head.ts";
import type { Scope } from "../names.ts";
import { unlessTooDeep } from "../nesting.ts";
import {
  argumentsNode,
  callArguments,
  codeChildren,
  doBlock,
  isBinary,
  keywordPairs,
  typeOf,
} from "../syntax.ts";
import type { Binding, DefaultAbout, DefinitionAbout } from "./about.ts";
import { readBody, type Body } from "./body.ts";
import { readQuotedBlock } from "./statement.ts";
import { readTemplate } from "./template.ts";
import { brief, readValue, type Value } from "./value.ts";

/** What stood before a definition and is about it. */
export interface Before {
  readonly doc: boolean;
  readonly impl: string | undefined;
}

/** Reads one `def …`; undefined where it has no head. */
export function readDefinitionAbout(
  call: Node,
  kind: string,
  scope: Scope,
  before: Before,
): DefinitionAbout | undefined {
  const read = readDefinition(call);
  const first = callArguments(call)[0];
  if (read === undefined || first === undefined) return undefined;
  const { head, guard } = splitGuard(first);
  const parameters = parametersOf(head);
  const statements = bodyOf(call);
  return {
    at: call.startIndex,
    line: call.startPosition.row + 1,
    kind,
    name: read.name,
    arity: read.arity,
    defaults: read.defaults,
    hasBody: read.hasBody,
    head: brief(head.text, 160),
    guard: guard && brief(guard.text, 160),
    condition: guard && readValue(guard, scope),
    parameters: parameters.map((parameter) => readValue(parameter, scope)),
    allowed: guard === undefined ? [] : readAllowed(guard, scope),
    defaultValues: parameters.flatMap((parameter, position) => readDefault(parameter, position, scope)),
    ...before,
    ...readCode(call, [...defaultsOf(parameters), ...statements.all], scope),
    ...(unlessTooDeep(() => readEnd(kind, statements, scope)) ?? {
      ...NO_END,
      cut: [call.startPosition.row + 1],
    }),
  };
}

/** What stands in `nodes`; of what is nested too deeply, only where `around` is. */
export function readCode(around: Node, nodes: readonly Node[], scope: Scope): Body {
  const read = unlessTooDeep(() => readBody(nodes, scope, 0, readTemplate));
  if (read !== undefined) return read;
  const cut = [around.startPosition.row + 1];
  return { calls: [], bindings: [], returned: [], receives: [], templates: [], cut };
}

type End = Pick<DefinitionAbout, "result" | "single" | "quoted">;

const NO_END: End = { result: undefined, single: false, quoted: [] };

function readEnd(kind: string, { main, all }: Statements, scope: Scope): End {
  return {
    result: resultOf(main, scope),
    single: all.length === 1,
    quoted: kind.startsWith("defmacro") ? main.flatMap((each) => readQuotedBlock(each, scope)) : [],
  };
}

function splitGuard(node: Node): { head: Node; guard: Node | undefined } {
  if (!isBinary(node, "when")) return { head: unwrap(node), guard: undefined };
  const left = node.childForFieldName("left");
  return { head: unwrap(left ?? node), guard: node.childForFieldName("right") ?? undefined };
}

function unwrap(node: Node): Node {
  const inner = typeOf(node) === "block" ? codeChildren(node) : [];
  return inner.length === 1 && inner[0] !== undefined ? inner[0] : node;
}

function parametersOf(head: Node): readonly Node[] {
  if (typeOf(head) === "call") return argumentsNode(head) === undefined ? [] : callArguments(head);
  const fields = { binary_operator: ["left", "right"], unary_operator: ["operand"] }[typeOf(head)] ?? [];
  return fields.flatMap((field) => head.childForFieldName(field) ?? []);
}

/** What a default calls is called by the function. */
function defaultsOf(parameters: readonly Node[]): Node[] {
  return parameters.flatMap((each) =>
    isBinary(each, "\\\\") ? (each.childForFieldName("right") ?? []) : [],
  );
}

function readDefault(parameter: Node, position: number, scope: Scope): DefaultAbout[] {
  if (!isBinary(parameter, "\\\\")) return [];
  return [{ position, value: readValue(parameter.childForFieldName("right"), scope) }];
}

/** `name in [:a, :b]`, also as one side of `and`. */
function readAllowed(guard: Node, scope: Scope): Binding[] {
  const [left, right] = [guard.childForFieldName("left"), guard.childForFieldName("right")];
  if (left === null || right === null) return [];
  if (isBinary(guard, "and")) return [...readAllowed(left, scope), ...readAllowed(right, scope)];
  const isList = isBinary(guard, "in") && typeOf(left) === "identifier" && typeOf(right) === "list";
  const value = isList ? readValue(right, scope) : undefined;
  return value?.type === "list" && !value.open
    ? [{ name: left.text, value: { type: "branches", values: value.items } }]
    : [];
}

interface Statements {
  /** Those of the body itself, without `rescue` and the like. */
  readonly main: readonly Node[];
  readonly all: readonly Node[];
}

function bodyOf(call: Node): Statements {
  const pairs = keywordPairs(callArguments(call)[1]);
  const inline = pairs.get("do");
  const block = doBlock(call);
  if (block === undefined) {
    const main = inline === undefined ? [] : typeOf(inline) === "block" ? codeChildren(inline) : [inline];
    return { main, all: [...main, ...[...pairs.values()].filter((value) => value !== inline)] };
  }
  const all = codeChildren(block);
  return { main: all.filter((child) => !typeOf(child).endsWith("_block")), all };
}

function resultOf(statements: readonly Node[], scope: Scope): Value | undefined {
  const last = statements.at(-1);
  return last === undefined ? undefined : readValue(last, scope);
}

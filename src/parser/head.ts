import type { Node } from "./node.ts";
import type { ProbeForm } from "./facts.ts";
import {
  argumentsNode,
  atomName,
  callArguments,
  codeChildren,
  doBlock,
  isBinary,
  keywordPairs,
  localCallName,
  operatorOf,
  typeOf,
} from "./syntax.ts";
import { tagOf } from "./tags.ts";

/** What the text of one `def …` says, before it is known where it stands. */
export interface Definition {
  readonly name: string;
  readonly arity: number | undefined;
  readonly defaults: number;
  /** The names of the whole value of each parameter, without leading underscores: both of `%{} = x` and `x \\ 1` are `x`. */
  readonly parameters: readonly (readonly string[])[];
  /** What each parameter takes at a glance. */
  readonly tags: readonly string[];
  /** It has a `when`. */
  readonly guarded: boolean;
  readonly hasBody: boolean;
  readonly form: ProbeForm;
  /** `unquote` decides on the name or the number of parameters. */
  readonly computed: boolean;
  readonly obstacle: string | undefined;
}

interface Head {
  readonly name: string;
  readonly parameters: readonly Node[] | undefined;
  readonly computed: boolean;
}

/** Reads a `def`, `defp`, `defmacro` or `defmacrop` call; undefined where it has no head at all (`&def/1`). */
export function readDefinition(call: Node): Definition | undefined {
  const args = callArguments(call);
  const first = args[0];
  if (first === undefined) return undefined;
  const block = doBlock(call);
  const head = readHead(withoutGuards(unwrapParentheses(first)));
  const parameters = head?.parameters;
  return {
    name: head?.name ?? oneLine(first.text),
    arity: parameters?.some(isSplice) ? undefined : parameters?.length,
    defaults: parameters?.filter((parameter) => isBinary(parameter, "\\\\")).length ?? 0,
    parameters: parameters?.map(namesOf) ?? [],
    tags: parameters?.map(tagOf) ?? [],
    guarded: isBinary(unwrapParentheses(first), "when"),
    hasBody: block !== undefined || args.length > 1,
    form: block !== undefined && hasPlainHead(call, first) ? "prefix" : "wrap",
    computed: head === undefined || head.computed || (parameters?.some(isSplice) ?? false),
    obstacle: findObstacle(head, args, block !== undefined),
  };
}

/** How the parameters of a `def …` are written. */
export function parameterTexts(call: Node): string[] {
  const first = callArguments(call)[0];
  const head = first && readHead(withoutGuards(unwrapParentheses(first)));
  return head?.parameters?.map(({ text }) => text) ?? [];
}

function findObstacle(head: Head | undefined, args: readonly Node[], hasBlock: boolean): string | undefined {
  if (head === undefined) return "its head is in a form that escope does not know";
  if (head.parameters?.some((parameter) => isBinary(parameter, "when")))
    return "its guard stands inside a head without parentheses";
  if (hasBlock ? args.length > 1 : args.length > 2) return "it has more arguments than a definition takes";
  if (args.length === 2 && !keywordPairs(args[1]).has("do")) return "its body is not written out";
  return undefined;
}

/** `def name(…) [when …] do`: the one shape in which a prefix alone cannot change what anything binds to. */
function hasPlainHead(call: Node, first: Node): boolean {
  if (argumentsNode(call)?.child(0)?.type === "(") return false;
  const head = withoutGuards(first);
  return typeOf(head) === "call" && argumentsNode(head)?.child(0)?.type === "(";
}

function withoutGuards(node: Node): Node {
  return isBinary(node, "when") ? unwrapParentheses(node.childForFieldName("left") ?? node) : node;
}

function unwrapParentheses(node: Node): Node {
  const inner = typeOf(node) === "block" ? codeChildren(node) : [];
  return inner.length === 1 && inner[0] !== undefined ? inner[0] : node;
}

function readHead(node: Node): Head | undefined {
  switch (typeOf(node)) {
    case "identifier":
    case "operator_identifier":
      return { name: node.text, parameters: [], computed: false };
    case "call":
      return readCallHead(node);
    case "unary_operator":
      return readOperatorHead(node, ["operand"]);
    case "binary_operator":
      return readBinaryHead(node);
    default:
      return undefined;
  }
}

function readCallHead(node: Node): Head | undefined {
  const name = localCallName(node);
  if (name === "unquote") return { name: oneLine(node.text), parameters: undefined, computed: true };
  const target = node.childForFieldName("target");
  if (name === undefined && (target === null || localCallName(target) !== "unquote")) return undefined;
  // `def unquote(:name)(…)` only writes a name that could not stand there.
  const written = name ?? (target ? atomName(callArguments(target)[0]) : undefined);
  return {
    name: written ?? oneLine(target?.text ?? ""),
    parameters: callArguments(node),
    computed: written === undefined,
  };
}

/** `a..b//c` is one operator of three operands. */
function readBinaryHead(node: Node): Head | undefined {
  const left = node.childForFieldName("left");
  if (operatorOf(node) === "//" && left !== null && isBinary(left, "..")) {
    const range = readOperatorHead(left, ["left", "right"]);
    const step = node.childForFieldName("right");
    return range && step
      ? { name: "..//", parameters: [...(range.parameters ?? []), step], computed: false }
      : undefined;
  }
  return readOperatorHead(node, ["left", "right"]);
}

function readOperatorHead(node: Node, fields: readonly string[]): Head | undefined {
  const parameters = fields.flatMap((field) => node.childForFieldName(field) ?? []);
  const name = operatorOf(node);
  return name === undefined ? undefined : { name, parameters, computed: false };
}

function namesOf(parameter: Node): string[] {
  if (typeOf(parameter) === "identifier") {
    const name = parameter.text.replace(/^_+/, "");
    return name === "" || name === "_MODULE__" ? [] : [name];
  }
  const sides = isBinary(parameter, "=") ? ["left", "right"] : isBinary(parameter, "\\\\") ? ["left"] : [];
  return sides.flatMap((side) => {
    const child = parameter.childForFieldName(side);
    return child ? namesOf(child) : [];
  });
}

function isSplice(node: Node): boolean {
  return localCallName(node) === "unquote_splicing";
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ");
}

import type { Node } from "../node.ts";
import { callArguments, codeChildren, doBlock, keywordPairs, localCallName, typeOf } from "../syntax.ts";
import { parametersOf } from "./parameters.ts";

/**
 * Whether a macro gives the block that it is given on as it is, once, and does nothing else with it: `do: block`, or a `quote`
 * in which `unquote(block)` is a statement. Then what is rewritten in the block is rewritten in the module, and nowhere else.
 */
export function handsBlockOn(macro: Node): boolean {
  const name = blockName(parametersOf(macro));
  const [body, ...more] = bodyOf(macro);
  if (name === undefined || body === undefined || more.length > 0) return false;
  if (isName(body, name)) return true;
  if (localCallName(body) !== "quote" || hasOptions(body)) return false;
  return bodyOf(body).filter((each) => unquotes(each, name)).length === 1 && timesNamed(body, name) === 1;
}

/** `do: name` as the last parameter's one pair. */
function blockName(parameters: readonly Node[]): string | undefined {
  const pairs = keywordPairs(parameters.at(-1));
  const bound = pairs.size === 1 ? pairs.get("do") : undefined;
  return bound !== undefined && typeOf(bound) === "identifier" ? bound.text : undefined;
}

/** The statements of a `do` block, or what stands behind `do:`. */
function bodyOf(call: Node): readonly Node[] {
  const block = doBlock(call);
  if (block !== undefined) return codeChildren(block);
  const inline = keywordPairs(callArguments(call).at(-1)).get("do");
  if (inline === undefined) return [];
  return typeOf(inline) === "block" ? codeChildren(inline) : [inline];
}

/** `bind_quoted` and `unquote: false` take `unquote` its meaning. */
function hasOptions(quote: Node): boolean {
  const given = callArguments(quote);
  return doBlock(quote) === undefined
    ? keywordPairs(given.at(-1)).size !== 1 || given.length > 1
    : given.length > 0;
}

function unquotes(node: Node, name: string): boolean {
  const [given] = localCallName(node) === "unquote" ? callArguments(node) : [];
  return given !== undefined && isName(given, name);
}

function isName(node: Node, name: string): boolean {
  return typeOf(node) === "identifier" && node.text === name;
}

function timesNamed(node: Node, name: string): number {
  return node.descendantsOfType("identifier").filter((each) => each?.text === name).length;
}

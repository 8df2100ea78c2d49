import type { Node } from "./node.ts";
import { withAliases, type Scope } from "./names.ts";
import { codeChildren, isBinary, typeOf } from "./syntax.ts";
import { readFunctionTails } from "./tail-calls.ts";
import type { ClosureInfo } from "./tails.ts";

/** `fn`, and `&` but for `&1` and `&name/1`, `&Module.name/1`, a function that has a name already. */
const BEGINNING = /\bfn\b|&(?!&)\s*(?!\d|[^\s()[\]{},"']+\/\d)/g;

/** Functions of Enum that look at what a function returns, which they were given in this place: no call of it is their last. */
const ENUM =
  /\bEnum\.(?:map|each|filter|reject|find|find_index|any\?|all\?|flat_map|sort_by|group_by|map_join|split_with|count|uniq_by|dedup_by|frequencies_by|take_while|drop_while|chunk_by)\((?:[^()\n]*,\s*)?$/;

/**
 * The functions that are written out in `node`, whose text is `text`, and end in a call: whoever gets hold of one may call it.
 */
export function readClosures(node: Node, text: string, outer: Scope): ClosureInfo[] {
  const closures: ClosureInfo[] = [];
  let scope: Scope | undefined;
  for (const { index: at } of text.matchAll(BEGINNING)) {
    if (ENUM.test(text.slice(Math.max(0, at - 100), at))) continue;
    const place = node.startIndex + at;
    const closure = node.namedDescendantForIndex(place, place);
    // Of a comment, or a string.
    if (closure?.startIndex !== place) continue;
    scope ??= /\balias\b/.test(text) ? aliasedAnywhere(node, outer) : outer;
    const tails = readFunctionTails(closure, scope);
    if (tails === undefined || tails.calls.length + tails.open.length === 0) continue;
    closures.push({ arity: arityOf(closure), line: closure.startPosition.row + 1, tails });
  }
  return closures;
}

/** An alias inside of the definition: which of its functions stand below it matters little. */
function aliasedAnywhere(node: Node, scope: Scope): Scope {
  return node.descendantsOfType("call").reduce((inner, call) => withAliases(call, inner), scope);
}

function arityOf(closure: Node): number {
  return typeOf(closure) === "anonymous_function" ? parameters(closure) : placeholders(closure.text);
}

function parameters(fn: Node): number {
  const clause = codeChildren(fn)[0];
  const left = clause?.type === "stab_clause" ? clause.childForFieldName("left") : null;
  const list = left && isBinary(left, "when") ? left.childForFieldName("left") : left;
  return list ? codeChildren(list).length : 0;
}

function placeholders(capture: string): number {
  return Math.max(0, ...[...capture.matchAll(/&(\d+)/g)].map(([, number]) => Number(number)));
}

import type { Node } from "./node.ts";
import { readClosures } from "./closures.ts";
import { readDefinition } from "./head.ts";
import { moduleName, type Scope } from "./names.ts";
import { callArguments, doBlock, keywordPairs, localCallName, typeOf } from "./syntax.ts";
import { readTails } from "./tail-calls.ts";
import type { DelegationInfo, InjectedInfo, MadeInfo } from "./tails.ts";

/** What is defined in the code that a macro, or a function that helps one, quotes. */
export function readInjected(definition: Node, text: string, scope: Scope): InjectedInfo[] {
  if (!/\bquote\b/.test(text) || !/\bdefp?\b/.test(text.slice(4))) return [];
  const start = definition.startIndex;
  return definition.descendantsOfType("call").flatMap((call): InjectedInfo[] => {
    const kind = localCallName(call);
    const isDefinition = kind === "def" || kind === "defp";
    const read = isDefinition && call.startIndex > start ? readDefinition(call) : undefined;
    if (read === undefined || !read.hasBody) return [];
    const own = text.slice(call.startIndex - start, call.endIndex - start);
    const { name, arity, defaults, computed } = read;
    const line = call.startPosition.row + 1;
    const inner = { ...scope, module: undefined };
    return [
      {
        name,
        arity,
        defaults,
        computed,
        line,
        tails: readTails(call, own, inner),
        closures: readClosures(call, own, inner),
      },
    ];
  });
}

/** What never makes functions. */
const PLAIN: ReadonlySet<string> = new Set(
  "def defp defmacro defmacrop defmodule defimpl defprotocol defstruct defexception defguard defguardp defdelegate defoverridable alias import require quote raise if unless case cond for with".split(
    " ",
  ),
);

/** A statement in a module's body that may be a macro which makes functions. */
export function readMade(statement: Node, word: string, source: string, scope: Scope): MadeInfo | undefined {
  if (PLAIN.has(word) || typeOf(statement) !== "call") return undefined;
  const local = localCallName(statement);
  const target = local === undefined ? statement.childForFieldName("target") : null;
  const name = local ?? (target?.type === "dot" ? target.childForFieldName("right")?.text : undefined);
  if (name === undefined || PLAIN.has(name)) return undefined;
  const block = doBlock(statement);
  const header = source.slice(statement.startIndex, block?.startIndex ?? statement.endIndex);
  const macro = name === "use" ? "__using__" : name;
  const line = statement.startPosition.row + 1;
  if (block === undefined && !header.includes("do:"))
    return { macro, header, line, tails: { calls: [], open: [] }, closures: [] };
  const text = source.slice(statement.startIndex, statement.endIndex);
  const tails = readTails(statement, text, scope);
  return { macro, header, line, tails, closures: readClosures(statement, text, scope) };
}

/** `defdelegate name(…), to: module, as: as`. */
export function readDelegation(call: Node, scope: Scope): DelegationInfo | undefined {
  const head = readDefinition(call);
  if (head?.arity === undefined) return undefined;
  const { name, arity, defaults } = head;
  const options = keywordPairs(callArguments(call)[1]);
  const module = moduleName(options.get("to"), scope);
  const as = options.get("as")?.text.replace(/^:/, "") ?? name;
  const target = { name: as, arity };
  const tails =
    module === undefined
      ? { calls: [], open: [{ kind: "name" as const, module, ...target }] }
      : { calls: [{ module, ...target }], open: [] };
  return { name, arity, defaults, line: call.startPosition.row + 1, tails };
}

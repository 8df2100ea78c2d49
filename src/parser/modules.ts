import type { Node } from "./node.ts";
import { moduleName, type Scope } from "./names.ts";
import { callArguments, codeChildren, doBlock, keywordPairs } from "./syntax.ts";

/** What the head of a `defmodule` or `defimpl` says. */
export interface NamedModule {
  readonly name: string;
  /** The name is computed, or stands for several modules. */
  readonly template: boolean;
  /** The protocol of a `defimpl`. */
  readonly protocol: string | undefined;
  /** A nested `defmodule A.B` makes `A` mean `Outer.A` for what follows. */
  readonly alias: readonly [string, string] | undefined;
}

export function readModule(node: Node, directive: "defmodule" | "defimpl", scope: Scope): NamedModule {
  return directive === "defimpl" ? implementation(node, scope) : definedModule(node, scope);
}

function definedModule(node: Node, scope: Scope): NamedModule {
  const written = callArguments(node)[0];
  if (written?.type === "alias" && scope.module !== undefined && !written.text.startsWith("Elixir.")) {
    const segments = oneWord(written.text).split(".");
    const name = [scope.module, ...segments].join(".");
    const alias = [segments[0] ?? "", `${scope.module}.${segments[0]}`] as const;
    return { name, template: false, protocol: undefined, alias };
  }
  const known = moduleName(written, scope);
  const name = known ?? oneLine(written?.text ?? "");
  return { name, template: known === undefined, protocol: undefined, alias: undefined };
}

function implementation(node: Node, scope: Scope): NamedModule {
  const [written, options] = callArguments(node);
  const protocol = moduleName(written, scope);
  const target = keywordPairs(options).get("for");
  const targets = target?.type === "list" ? codeChildren(target) : [target];
  const names = targets.map((part) => (part === undefined ? scope.module : moduleName(part, scope)));
  const subject = names.length === 1 ? names[0] : `{${names.join(", ")}}`;
  const known = protocol !== undefined && names.every((name) => name !== undefined);
  return {
    name: known ? `${protocol}.${subject}` : oneLine(`${written?.text ?? ""} for ${target?.text ?? ""}`),
    template: !known || names.length > 1,
    protocol,
    alias: undefined,
  };
}

/** Where the first statement of a module's body may be inserted; undefined where there is no such place. */
export function bodyStart(node: Node, text: string): number | undefined {
  const block = doBlock(node);
  const inline = keywordPairs(callArguments(node).at(-1)).get("do");
  if (block === undefined) return inline?.type === "block" ? inline.startIndex + 1 : undefined;
  const start = block.child(0)?.endIndex;
  return start === undefined ? undefined : start + leadingSemicolon(text, start);
}

/** `do;` and `do # why` with a `;` below: a statement goes in behind the `;`, for two of them are a syntax error. */
function leadingSemicolon(text: string, from: number): number {
  const blank = /(?:\s|#.*)*;/y;
  blank.lastIndex = from;
  return blank.exec(text)?.[0].length ?? 0;
}

function oneWord(text: string): string {
  return text.replaceAll(/\s/g, "");
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ");
}

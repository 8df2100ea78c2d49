import type { Node } from "../node.ts";
import { sharedParser } from "../grammar.ts";
import { withTree } from "../tree.ts";
import type { Where } from "./constraint.ts";
import type { Form } from "./match.ts";
import { readSingle, type PatternFault } from "./single.ts";
import { TermReader } from "./reader.ts";
import { MARK, type Term } from "./term.ts";

/** An Elixir snippet with metavariables, read once. */
export interface Pattern extends Form {
  /** Tells it from others of the same text, whose metavariables have other conditions. */
  readonly key: string;
  /** What a file must hold for it to be in there. */
  readonly words: readonly string[];
  /** The longest of the words that stand within the code itself. */
  readonly word: string | undefined;
}

const METAVARIABLE = /\$(?:\$\$)?[A-Z_][A-Z0-9_]*(?!\w)/g;

/** What a whole pattern may be: what has a value of its own, and is more than a name. */
const ROOTS: ReadonlySet<string> = new Set(
  "call pipe operator prefix list tuple map anonymous_function access bitstring string sigil definition".split(
    " ",
  ),
);

/** No expressions, but parts of one. */
const PARTIAL: ReadonlySet<string> = new Set(["<-", "::", "|", "\\\\", "when", "@", "^", "->"]);

/** Where any number of things can stand. */
const SEQUENCES: ReadonlySet<string> = new Set(
  "call section arguments list tuple map bitstring statements head anonymous_function".split(" "),
);

/**
 * Reads a pattern; `isPart` where it need not be something that is selected. The grammar must have been loaded
 * (`elixirParser`).
 */
export function compilePattern(text: string, isPart = false): Pattern | PatternFault {
  if (text.includes(MARK)) return { problem: `it holds the letter ${MARK}`, offset: text.indexOf(MARK) };
  const encoded = withClauses(text).replaceAll(METAVARIABLE, (name) => name.replaceAll("$", MARK));
  const found = withTree(sharedParser(), { path: "pattern", text: encoded }, (tree) =>
    readSingle(
      tree,
      (offset) => faultIn(text, offset),
      (statement) => readPattern(statement, text, isPart),
    ),
  );
  return "problem" in found ? { ...found, offset: Math.min(found.offset, text.length) } : found;
}

/** `$$$NAME` on a line of its own, as far in as the clauses beside it, stands for clauses: the grammar wants them to look like some. */
function withClauses(text: string): string {
  const clauses = new Set([...text.matchAll(/^([ \t]*)\S.*->/gm)].map(([, indent]) => indent));
  return text.replaceAll(/^([ \t]*)(\$\$\$[A-Z_][A-Z0-9_]*)[ \t]*$/gm, (line, indent: string, name: string) =>
    clauses.has(indent) ? `${indent}${name} -> ${MARK}` : line,
  );
}

function readPattern(statement: Node, text: string, isPart: boolean): Pattern | PatternFault {
  const root = frozen(new TermReader(true).read(statement));
  const shared = new Set(metavariablesIn(root).filter((name, at, all) => all.indexOf(name) !== at));
  return (
    (isPart ? undefined : rootFault(root, statement)) ??
    strayMany(root) ?? { text, key: text, where: new Map(), root, shared, ...wordsOf(root) }
  );
}

/** Whether it speaks of clauses: `def f($X)`. */
export function isDefinition({ root }: Pattern): boolean {
  return root.type === "definition";
}

function faultIn(text: string, offset: number): string {
  const written = /^\S*?(\$+\w*)/.exec(text.slice(offset))?.[1];
  if (/^\s*\$\$\$[A-Z_]/.test(text.slice(offset)) && /\w:\s/.test(text.slice(0, offset)))
    return "what stands for the rest goes before keywords: f($X, $$$REST, key: $Y)";
  if (written === undefined || written.search(METAVARIABLE) === 0) return "this does not parse as Elixir";
  return `${written} is no metavariable: these are $NAME and $$$NAME, in capitals, and $_`;
}

function rootFault({ type, label }: Term, { startIndex: offset }: Node): PatternFault | undefined {
  if (ROOTS.has(type) && !PARTIAL.has(label)) return undefined;
  return { problem: "it must be a call, an operator's expression, a function or a container", offset };
}

/** `$$$X` where one thing must stand. */
function strayMany(term: Term): PatternFault | undefined {
  for (const [at, part] of term.parts.entries()) {
    const fits = SEQUENCES.has(term.type) && !(["call", "head"].includes(term.type) && at === 0);
    if (part.type === "many" && !fits)
      return { problem: `$$$${part.label} stands where only one thing can`, offset: part.at };
    const inside = strayMany(part);
    if (inside !== undefined) return inside;
  }
  return undefined;
}

/** The nodes of a pattern's tree are gone when it is used: all parts are read before. */
function frozen(term: Term): Term {
  void term.text;
  void term.at;
  term.parts.forEach(frozen);
  if (term.meant !== term) frozen(term.meant);
  return term;
}

function wordsOf(root: Term): Pick<Pattern, "words" | "word"> {
  const own: string[] = [];
  const modules: string[] = [];
  const visit = (term: Term): void => {
    const { type, label, parts } = term;
    if (type === "name" || type === "atom") own.push(label);
    if (type === "sigil" && term.meant === term) own.push(`~${label}`);
    if (type === "alias" && label !== "__MODULE__") modules.push(label.slice(label.lastIndexOf(".") + 1));
    parts.forEach(visit);
  };
  visit(root);
  const longest = own.toSorted((a, b) => b.length - a.length)[0];
  return { words: [...own, ...modules], word: longest };
}

/** The kind of node that `pattern` can be found at. */
export function nodeTypesOf({ root }: Pattern): readonly string[] {
  const types: Readonly<Record<string, readonly string[]>> = {
    call: ["call", "binary_operator"],
    pipe: ["binary_operator"],
    operator: ["binary_operator"],
    // `a not in b` is `not(a in b)`.
    prefix: root.label === "not" ? ["unary_operator", "binary_operator"] : ["unary_operator"],
    access: ["access_call"],
  };
  return types[root.type] ?? [root.type];
}

export function isPattern(result: Pattern | PatternFault): result is Pattern {
  return "root" in result;
}

/** The names of its metavariables that can be asked about. */
export function metavariablesOf({ root }: Pattern): string[] {
  return [...new Set(metavariablesIn(root))];
}

function metavariablesIn({ type, label, parts }: Term): string[] {
  const own = (type === "one" || type === "many") && !label.startsWith("_") ? [label] : [];
  return [...own, ...parts.flatMap(metavariablesIn)];
}

/** The text of the pattern that has this key. */
export function textOfKey(key: string): string {
  return key.split(KEY_END, 1)[0] as string;
}

const KEY_END = "\0";

/** The same pattern with conditions; `id` tells them from others. */
export function constrained(pattern: Pattern, where: Where, id: string): Pattern {
  return where.size === 0 ? pattern : { ...pattern, where, key: `${pattern.text}${KEY_END}${id}` };
}

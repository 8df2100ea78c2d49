import type { Node } from "web-tree-sitter";
import { sharedParser } from "../grammar.ts";
import { typeOf } from "../syntax.ts";
import { withTree } from "../tree.ts";
import type { Where } from "./constraint.ts";
import { readSingle, type PatternFault } from "./single.ts";
import { MARK, TermReader, type Term } from "./term.ts";

/** An Elixir snippet with metavariables, read once. */
export interface Pattern {
  readonly text: string;
  /** Tells it from others of the same text, whose metavariables have other conditions. */
  readonly key: string;
  /** What must hold for the code of its metavariables, by name. */
  readonly where: Where;
  readonly root: Term;
  /** What a file must hold for it to be in there. */
  readonly words: readonly string[];
  /** The longest of the words that stand within the code itself. */
  readonly word: string | undefined;
}

const METAVARIABLE = /\$(?:\$\$)?[A-Z_][A-Z0-9_]*(?!\w)/g;

/** What a whole pattern may be: what has a value of its own, and is more than a name. */
const ROOTS: ReadonlySet<string> = new Set(
  "call pipe operator prefix list tuple map anonymous_function access bitstring string sigil".split(" "),
);

/** No expressions, but parts of one. */
const PARTIAL: ReadonlySet<string> = new Set(["<-", "::", "|", "\\\\", "when", "@", "^", "->"]);

/** Where any number of things can stand. */
const SEQUENCES: ReadonlySet<string> = new Set(
  "call section arguments list tuple map bitstring statements".split(" "),
);

/** Reads a pattern. The grammar must have been loaded (`elixirParser`). */
export function compilePattern(text: string): Pattern | PatternFault {
  if (text.includes(MARK)) return { problem: `it holds the letter ${MARK}`, offset: text.indexOf(MARK) };
  const encoded = text.replaceAll(METAVARIABLE, (name) => name.replaceAll("$", MARK));
  return withTree(sharedParser(), { path: "pattern", text: encoded }, (tree) =>
    readSingle(
      tree,
      (offset) => faultIn(text, offset),
      (statement) => readPattern(statement, text),
    ),
  );
}

function readPattern(statement: Node, text: string): Pattern | PatternFault {
  const root = frozen(new TermReader(true).read(statement));
  return (
    rootFault(root, statement) ??
    strayMany(root) ?? { text, key: text, where: new Map(), root, ...wordsOf(root) }
  );
}

function faultIn(text: string, offset: number): string {
  const written = /^\S*?(\$+\w*)/.exec(text.slice(offset))?.[1];
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
    const fits = SEQUENCES.has(term.type) && !(term.type === "call" && at === 0);
    if (part.type === "many" && !fits)
      return { problem: `$$$${part.label} stands where only one thing can`, offset: part.at };
    const inside = strayMany(part);
    if (inside !== undefined) return inside;
  }
  return undefined;
}

/** The nodes of a pattern's tree are gone when it is used: all parts are read before. */
function frozen(term: Term): Term {
  term.parts.forEach(frozen);
  return term;
}

function wordsOf(root: Term): Pick<Pattern, "words" | "word"> {
  const own: string[] = [];
  const modules: string[] = [];
  const visit = ({ type, label, parts }: Term): void => {
    if (type === "name" || type === "atom") own.push(label);
    if (type === "sigil") own.push(`~${label}`);
    if (type === "alias") modules.push(label.slice(label.lastIndexOf(".") + 1));
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
    prefix: ["unary_operator"],
    access: ["access_call"],
  };
  return types[root.type] ?? [root.type];
}

export function isPattern(result: Pattern | PatternFault): result is Pattern {
  return "root" in result;
}

/** Whether `node` may be where a pattern is found. */
export function isFoundAt(pattern: Pattern, node: Node): boolean {
  return nodeTypesOf(pattern).includes(typeOf(node));
}

/** The names of its metavariables that can be asked about. */
export function metavariablesOf({ root }: Pattern): string[] {
  const names = new Set<string>();
  const visit = ({ type, label, parts }: Term): void => {
    if ((type === "one" || type === "many") && !label.startsWith("_")) names.add(label);
    parts.forEach(visit);
  };
  visit(root);
  return [...names];
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

import { isAlias, isMap, isScalar, isSeq, parseDocument, type Alias, type Document, type Node as YamlNode } from "yaml";
import { type EscopeError, pointAt, ruleAnchor, ruleChoice, ruleDuplicateKey, ruleEmptyList, ruleNumber, ruleSyntax, ruleType, ruleUnknownKey } from "../errors.ts";
import { positionAt, type SourceFile, type Span } from "../source.ts";
import { nearest } from "../nearest.ts";

/** A YAML value that knows where it stands, so that every complaint about it can point there. */
export interface Value {
  readonly source: SourceFile;
  readonly document: Document.Parsed;
  readonly node: YamlNode | null;
  readonly span: Span;
}

/** Parses a rule file. Errors: RULE_SYNTAX for text that is no YAML (tabs, duplicate keys, unknown anchors, …). */
export function parseYaml(source: SourceFile): Value {
  const document: Document.Parsed = parseDocument(source.text, { prettyErrors: false });
  const [problem] = document.errors;
  if (problem) {
    const [start, end] = problem.pos;
    if (problem.code === "DUPLICATE_KEY") throw ruleDuplicateKey(pointAt(source, { start, end }));
    const isDeep = problem.message.includes("call stack");
    const message = problem.code === "MULTIPLE_DOCS" ? "it holds several documents" : isDeep ? "it is nested too deep" : problem.message;
    throw ruleSyntax(pointAt(source, { start, end }), message);
  }
  return valueOf({ source, document }, document.contents, { start: 0, end: 0 });
}

function valueOf(file: Pick<Value, "source" | "document">, written: unknown, fallback: Span): Value {
  const { source, document } = file;
  const node = isAlias(written) ? resolve(file, written) : ((written ?? null) as YamlNode | null);
  const range = node?.range;
  return { source, document, node, span: range ? { start: range[0], end: range[1] } : fallback };
}

function resolve({ source, document }: Pick<Value, "source" | "document">, alias: Alias): YamlNode {
  const target = alias.resolve(document);
  const [start, end] = alias.range ?? [0, 0];
  const [from, to] = target?.range ?? [end, end];
  const place = pointAt(source, { start, end });
  if (target === undefined) throw ruleAnchor(place, `there is no anchor &${alias.source} above`);
  if (from <= start && end <= to) throw ruleAnchor(place, "this alias stands inside of what it names");
  return target;
}

/** The entries of a map whose keys must be among `known`; the nearest known one is named for any other. */
export function entries(value: Value, known: readonly string[]): Map<string, Value> {
  if (!isMap(value.node)) throw expected(value, `a map with the keys ${known.join(", ")}`);
  const found = new Map<string, Value>();
  for (const pair of value.node.items) {
    const key = valueOf(value, pair.key, value.span);
    const name = isScalar(key.node) ? String(key.node.value) : "";
    if (!known.includes(name)) throw ruleUnknownKey(pointAt(value.source, key.span), name, known, nearest(name, known));
    found.set(name, valueOf(value, pair.value, key.span));
  }
  return found;
}

/** The entries of a map with names of the user's own, by name; each with the place of its name. */
export function pairs(value: Value): [name: string, value: Value, key: Value][] {
  if (!isMap(value.node)) throw expected(value, "a map");
  return value.node.items.map((pair) => {
    const key = valueOf(value, pair.key, value.span);
    const name = isScalar(key.node) ? String(key.node.value) : "";
    return [name, valueOf(value, pair.value, key.span), key];
  });
}

/** What a map holds under `key`, whichever keys it may have. */
export function member(map: Value, key: string): Value | undefined {
  if (!isMap(map.node)) return undefined;
  const pair = map.node.items.find((item) => isScalar(item.key) && item.key.value === key);
  return pair && valueOf(map, pair.value, map.span);
}

export function list(value: Value): Value[] {
  if (!isSeq(value.node)) throw expected(value, "a list");
  return value.node.items.map((item) => valueOf(value, item, value.span));
}

/** One value, or a list of them that is not empty. */
export function oneOrMore(value: Value): Value[] {
  return isSeq(value.node) ? some(value) : [value];
}

/** A list that is not empty: "any of nothing" would match nothing, without a word. */
export function some(value: Value): Value[] {
  const items = list(value);
  if (items.length === 0) throw ruleEmptyList(pointAt(value.source, value.span));
  return items;
}

export function text(value: Value): string {
  const written = isScalar(value.node) ? value.node.value : undefined;
  if (typeof written !== "string" || written === "") throw expected(value, "a text");
  return written;
}

export function count(value: Value): number {
  const written = isScalar(value.node) ? value.node.value : undefined;
  if (typeof written !== "number" || !Number.isInteger(written) || written < 0) throw ruleNumber(pointAt(value.source, value.span), "a whole number");
  return written;
}

export function flag(value: Value): boolean {
  const written = isScalar(value.node) ? value.node.value : undefined;
  if (typeof written !== "boolean") throw expected(value, "true or false");
  return written;
}

export function number(value: Value): number {
  const written = isScalar(value.node) ? value.node.value : undefined;
  if (typeof written !== "number") throw ruleNumber(pointAt(value.source, value.span), "a number");
  return written;
}

/** A text, or what else stands alone, as it is written: `false`, `3`. */
export function scalar(value: Value): string {
  if (!isScalar(value.node) || value.node.value === null) throw expected(value, "a text");
  return String(value.node.value);
}

export function isList(value: Value): boolean {
  return isSeq(value.node);
}

export function isMapping(value: Value): boolean {
  return isMap(value.node);
}

export function isText(value: Value): boolean {
  return isScalar(value.node) && typeof value.node.value === "string";
}

export function choice<T extends string>(value: Value, choices: readonly T[]): T {
  const chosen = choices.find((name) => name === text(value));
  if (chosen === undefined) throw ruleChoice(pointAt(value.source, value.span), choices, nearest(text(value), choices));
  return chosen;
}

/** Where in the file the character at `offset` of a text stands: YAML folds, indents and quotes what it holds. */
export function offsetIn({ source, span, node }: Value, written: string, offset: number): number {
  const isQuoted = isScalar(node) && (node.type === "QUOTE_DOUBLE" || node.type === "QUOTE_SINGLE");
  const lines = written.slice(0, offset).split("\n");
  let from = span.start + (isQuoted ? 1 : 0);
  for (const [at, line] of written.split("\n").entries()) {
    const found = source.text.indexOf(line, from);
    if (found === -1 || found > span.end) return span.start;
    if (at === lines.length - 1) return found + (lines.at(-1)?.length ?? 0);
    from = found + line.length;
  }
  return span.start;
}

/** The file that a value stands in, and its line. */
export function placeOf({ source, span }: Value): { file: string; line: number } {
  return { file: source.path, line: positionAt(source.text, span.start).line };
}

/** The error that `value` is not what it must be. */
export function expected(value: Value, what: string): EscopeError {
  return ruleType(pointAt(value.source, value.span), what, foundText(value));
}

const LONGEST = 40;

function foundText({ node }: Value): string {
  if (isMap(node)) return "a map";
  if (isSeq(node)) return "a list";
  const written = isScalar(node) ? node.value : null;
  if (written === null) return "nothing";
  if (written === "") return "an empty text";
  if (typeof written !== "string") return String(written);
  const line = written.replaceAll(/\s+/g, " ");
  return `the text ${line.length <= LONGEST ? line : `${line.slice(0, LONGEST - 1)}…`}`;
}

import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node as YamlNode } from "yaml";
import { pointAt, ruleSyntax, ruleType, ruleUnknownKey, type EscopeError } from "../errors.ts";
import type { SourceFile, Span } from "../source.ts";
import { nearest } from "../nearest.ts";

/** A YAML value that knows where it stands, so that every complaint about it can point there. */
export interface Value {
  readonly source: SourceFile;
  readonly node: YamlNode | null;
  readonly span: Span;
}

/** Parses a rule file. Errors: RULE_SYNTAX for text that is no YAML (tabs, duplicate keys, unknown anchors, …). */
export function parseYaml(source: SourceFile): Value {
  const document: Document.Parsed = parseDocument(source.text, { lineCounter: new LineCounter(), prettyErrors: false });
  const [problem] = document.errors;
  if (problem) throw ruleSyntax(pointAt(source, { start: problem.pos[0], end: problem.pos[1] }), problem.message);
  return valueOf(source, document.contents, { start: 0, end: 0 });
}

function valueOf(source: SourceFile, node: unknown, fallback: Span): Value {
  const yaml = (node ?? null) as YamlNode | null;
  const range = yaml?.range;
  return { source, node: yaml, span: range ? { start: range[0], end: range[1] } : fallback };
}

/** The entries of a map whose keys must be among `known`; the nearest known one is named for any other. */
export function entries(value: Value, known: readonly string[]): Map<string, Value> {
  if (!isMap(value.node)) throw expected(value, `a map with the keys ${known.join(", ")}`);
  const found = new Map<string, Value>();
  for (const pair of value.node.items) {
    const key = valueOf(value.source, pair.key, value.span);
    const name = isScalar(key.node) ? String(key.node.value) : "";
    if (!known.includes(name)) throw ruleUnknownKey(pointAt(value.source, key.span), name, known, nearest(name, known));
    found.set(name, valueOf(value.source, pair.value, key.span));
  }
  return found;
}

export function list(value: Value): Value[] {
  if (!isSeq(value.node)) throw expected(value, "a list");
  return value.node.items.map((item) => valueOf(value.source, item, value.span));
}

/** One value, or a list of them. */
export function oneOrMore(value: Value): Value[] {
  return isSeq(value.node) ? list(value) : [value];
}

export function text(value: Value): string {
  const scalar = isScalar(value.node) ? value.node.value : undefined;
  if (typeof scalar !== "string" || scalar === "") throw expected(value, "a text");
  return scalar;
}

export function count(value: Value): number {
  const scalar = isScalar(value.node) ? value.node.value : undefined;
  if (typeof scalar !== "number" || !Number.isInteger(scalar) || scalar < 0) throw expected(value, "a whole number");
  return scalar;
}

export function choice<T extends string>(value: Value, choices: readonly T[]): T {
  const chosen = choices.find((name) => name === text(value));
  if (chosen === undefined) throw expected(value, `one of ${choices.join(", ")}`);
  return chosen;
}

/** The error that `value` is not what it must be. */
export function expected(value: Value, what: string): EscopeError {
  return ruleType(pointAt(value.source, value.span), what);
}

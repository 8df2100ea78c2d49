import { isScalar } from "yaml";
import { positionAt } from "../source.ts";
import type { Rule } from "./types.ts";
import { choice, entries, expected, isText, list, member, scalar, text, type Value } from "./yaml.ts";

/** A test that stands in a rule file, or in the file of tests beside it. */
export interface RuleTest {
  readonly rule: Rule;
  readonly name: string | undefined;
  /** Where it stands. */
  readonly line: number;
  /** The source, or where it is read from: a file or a folder, relative to the file of tests. */
  readonly given: { readonly path: string; readonly text: string } | { readonly file: Value };
  readonly matches: Expectations | undefined;
  readonly noMatch: Expectations | undefined;
  readonly expect: { readonly text: string; readonly value: Value } | undefined;
  readonly written: Value;
}

export interface Expectations {
  readonly value: Value;
  readonly entries: readonly Expectation[];
}

/** `Mod.fun/arity`, `Mod.fun/arity#clause`, a line, or `path:line`. */
export interface Expectation {
  readonly value: Value;
  readonly text: string;
  readonly function?: string | undefined;
  readonly clause?: number | undefined;
  readonly path?: string | undefined;
  readonly line?: number | undefined;
}

export const TEST_KEYS = ["name", "source", "path", "file", "matches", "no_match", "expect"] as const;

const DEFAULT_PATH = "lib/example.ex";

/** The tests that stand in the rule. Errors: RULE_TYPE, RULE_UNKNOWN_KEY. */
export function inlineTests(rule: Rule): RuleTest[] {
  const tests = member(rule.written, "tests");
  return tests === undefined ? [] : list(tests).map((test) => readTest(test, () => rule));
}

/** The tests of a file `NAME.test.yml`: each names its rule. */
export function fileTests(document: Value, rules: readonly Rule[]): RuleTest[] {
  const tests = entries(document, ["tests"]).get("tests");
  if (tests === undefined) throw expected(document, "a map with the key tests");
  const ids = rules.map(({ id }) => id);
  const chosen = (value: Value): Rule => {
    const id = choice(value, ids);
    return rules.find((rule) => rule.id === id) as Rule;
  };
  return list(tests).map((test) => {
    const rule = entries(test, ["rule", ...TEST_KEYS]).get("rule");
    if (rule === undefined) throw expected(test, "a test with the key rule");
    return readTest(test, () => chosen(rule));
  });
}

function readTest(value: Value, ruleOf: () => Rule): RuleTest {
  const keys = entries(value, ["rule", ...TEST_KEYS]);
  const [name, matches, noMatch, expect] = ["name", "matches", "no_match", "expect"].map((key) => keys.get(key));
  return {
    rule: ruleOf(),
    name: name && text(name),
    line: positionAt(value.source.text, value.span.start).line,
    given: readGiven(value, keys),
    matches: matches && readExpectations(matches),
    noMatch: noMatch && readExpectations(noMatch),
    expect: expect && { text: isText(expect) ? scalar(expect) : text(expect), value: expect },
    written: value,
  };
}

function readGiven(value: Value, keys: ReadonlyMap<string, Value>): RuleTest["given"] {
  const [source, file, path] = [keys.get("source"), keys.get("file"), keys.get("path")];
  if ((source === undefined) === (file === undefined)) throw expected(value, "a test with either source or file");
  if (source === undefined) return { file: file as Value };
  return { path: path === undefined ? DEFAULT_PATH : text(path), text: text(source) };
}

function readExpectations(value: Value): Expectations {
  return { value, entries: list(value).map(readExpectation) };
}

const FUNCTION = /^(?<function>.+\/(?:\d+|\?))(?:#(?<clause>\d+))?$/su;
const PLACE = /^(?<path>.+):(?<line>\d+)$/su;

function readExpectation(value: Value): Expectation {
  const line = isScalar(value.node) ? value.node.value : undefined;
  if (typeof line === "number" && Number.isInteger(line) && line > 0) return { value, text: String(line), line };
  const written = text(value);
  const named = FUNCTION.exec(written)?.groups;
  if (named) return { value, text: written, function: named["function"], clause: number(named["clause"]) };
  const place = PLACE.exec(written)?.groups;
  if (place) return { value, text: written, path: place["path"], line: number(place["line"]) };
  throw expected(value, "Module.function/arity, Module.function/arity#clause, a line, or path:line");
}

function number(digits: string | undefined): number | undefined {
  return digits === undefined ? undefined : Number(digits);
}

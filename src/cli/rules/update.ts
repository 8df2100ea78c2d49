import { writeFileSync } from "node:fs";
import { isMap, isScalar, isSeq } from "yaml";
import { isPassed, type Verdict } from "../../rule-tests.ts";
import type { Expectation, Expectations, RuleTest, Value } from "../../rules/index.ts";

/** A file that was written anew. */
interface Updated {
  readonly file: string;
  readonly tests: number;
  readonly before: string;
  readonly after: string;
}

/** A stretch of a file and what comes in its place. */
interface Change {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * Writes what is into what `matches` and `expect` say of tests that failed. Everything else in their files stays byte by
 * byte; a `no_match` is a promise and stays, too.
 */
export function updateTests(verdicts: readonly Verdict[]): Updated[] {
  const failed = verdicts.filter((verdict) => !isPassed(verdict));
  const files = new Map<string, Change[][]>();
  const texts = new Map<string, string>();
  for (const verdict of failed) {
    const { path, text } = verdict.test.written.source;
    const changes = changesFor(verdict);
    if (changes.length === 0 || path.startsWith("builtin:")) continue;
    texts.set(path, text);
    files.set(path, [...(files.get(path) ?? []), changes]);
  }
  return [...files].map(([file, changes]) => {
    const before = texts.get(file) ?? "";
    const after = applyChanges(before, changes.flat());
    writeFileSync(file, after);
    return { file, tests: changes.length, before, after };
  });
}

function applyChanges(text: string, changes: readonly Change[]): string {
  return changes
    .toSorted((a, b) => b.start - a.start)
    .reduce((result, { start, end, text: by }) => result.slice(0, start) + by + result.slice(end), text);
}

function changesFor({ test, selected, missing, surplus: all, refused, text }: Verdict): Change[] {
  const surplus = all.filter((name) => !refused.some(({ entry }) => isNamed(entry, name)));
  if (test.matches === undefined && test.noMatch === undefined && test.expect === undefined)
    return addedMatches(test, selected);
  const stale = new Set(missing.map(({ entry }) => entry.value.node));
  const changed = stale.size + surplus.length > 0;
  return [
    ...(test.matches !== undefined && changed ? listChanges(test.matches, stale, surplus) : []),
    ...(test.expect !== undefined && text !== undefined ? [textChange(test.expect.value, text)] : []),
  ];
}

/** Whether `no_match` speaks of what the rule selects: both cannot be written. */
function isNamed({ function: whole, clause, path, line }: Expectation, name: string): boolean {
  if (whole !== undefined) return clause === undefined ? name.replace(/#\d+$/, "") === whole : name === `${whole}#${clause}`;
  return name === String(line) || name === `${path}:${line}`;
}

function listChanges({ value, entries }: Expectations, stale: ReadonlySet<unknown>, added: readonly string[]): Change[] {
  const { node, source } = value;
  if (!isSeq(node)) return [];
  const kept = entries.filter((entry) => !stale.has(entry.value.node));
  const isPlain = node.flow === true && !source.text.slice(value.span.start, value.span.end).includes("#");
  if (isPlain || kept.length === 0) return [{ ...value.span, text: rendered([...kept.map(({ value: one }) => writtenText(one)), ...added.map(quoted)], value) }];
  return entries.flatMap((entry) => {
    const isFlow = node.flow === true;
    if (stale.has(entry.value.node)) return [{ ...(isFlow ? itemSpan : lineSpan)(entry.value), text: "" }];
    return entry === kept.at(-1) && added.length > 0 ? [addition(entry.value, added, isFlow)] : [];
  });
}

/** In place of all entries: what held the list goes on behind it. */
function rendered(items: readonly string[], { source, span }: Value): string {
  const end = source.text.slice(span.start, span.end).endsWith("\n") ? "\n" : "";
  return `[${items.join(", ")}]${end}`;
}

/** An entry of `[…]` and the comma behind it. */
function itemSpan({ source, span }: Value): Omit<Change, "text"> {
  const comma = /^\s*,[ \t]*/.exec(source.text.slice(span.end))?.[0].length ?? 0;
  return { start: span.start, end: span.end + comma };
}

/** An entry's whole line, with the comment behind it. */
function lineSpan({ source, span }: Value): Omit<Change, "text"> {
  const newline = source.text.indexOf("\n", span.end);
  return { start: source.text.lastIndexOf("\n", span.start) + 1, end: newline === -1 ? source.text.length : newline + 1 };
}

function addition(last: Value, added: readonly string[], isFlow: boolean): Change {
  const { source, span } = last;
  if (isFlow) return { start: span.end, end: span.end, text: added.map((name) => `, ${quoted(name)}`).join("") };
  const { start, end } = lineSpan(last);
  const dash = source.text.slice(start, span.start);
  const lines = added.map((name) => `${dash}${quoted(name)}\n`).join("");
  const gap = source.text[end - 1] === "\n" ? "" : "\n";
  return { start: end, end, text: gap + lines };
}

function textChange({ source, span }: Value, text: string): Change {
  const line = source.text.lastIndexOf("\n", span.start) + 1;
  const column = /^[ \t-]*/.exec(source.text.slice(line))?.[0].length ?? 0;
  const indent = " ".repeat(column + 2);
  const body = text.trimEnd().split("\n").map((each) => (each === "" ? "" : indent + each)).join("\n");
  const isBlock = source.text.slice(span.start, span.end).endsWith("\n");
  return { ...span, text: `|${/^\s/.test(text) ? "2" : ""}\n${body}${isBlock ? "\n" : ""}` };
}

/** A test that says nothing yet says `matches` first. */
function addedMatches({ written }: RuleTest, selected: readonly string[]): Change[] {
  const [first] = isMap(written.node) ? written.node.items : [];
  const start = isScalar(first?.key) ? first.key.range?.[0] : undefined;
  if (start === undefined) return [];
  const { text } = written.source;
  const indent = " ".repeat(start - text.lastIndexOf("\n", start - 1) - 1);
  return [{ start, end: start, text: `matches: [${selected.map(quoted).join(", ")}]\n${indent}` }];
}

function writtenText({ source, span }: Value): string {
  return source.text.slice(span.start, span.end);
}

/** A name as an entry of a list of YAML. */
function quoted(name: string): string {
  return /[[\]{},"']|: |\s|^[^\p{L}\d_]/u.test(name) ? JSON.stringify(name) : name;
}

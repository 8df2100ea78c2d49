import { expect } from "vitest";
import { applyEdits, editsFor, type Edit } from "../../src/emit/index.ts";
import { buildIndex } from "../../src/parser/index.ts";
import type { Rule } from "../../src/rules/index.ts";
import type { SourceFile, Span } from "../../src/source.ts";
import { EVERYTHING, factsFor, faultsOf, planOf, probe } from "./core.ts";

/** What must hold for every text that escope reads, whatever stands in it (STYLE, "Tests"). */
export function expectInvariants(source: SourceFile, rules: readonly Rule[] = EVERYTHING): void {
  const facts = factsFor(source, rules);
  const plan = planOf(buildIndex([facts]), rules);
  const edits = editsFor(plan.probes, facts.namesEscope ? "Elixir.Escope" : "Escope");
  const text = applyEdits(source.text, edits);
  expect(applyEdits(source.text, []), "an empty plan changes nothing").toBe(source.text);
  for (const edit of edits) expect(edit.text, "no edit holds a newline").not.toMatch(/[\r\n]/);
  const inserted = insertedSpans(edits);
  for (const { span, edit } of inserted)
    expect(text.slice(span.start, span.end), "edits are pure insertions").toBe(edit.text);
  const spans = inserted.map(({ span }) => span);
  expect(linesWithout(text, spans), "every line, less its insertions, is the original's").toEqual(
    source.text.split("\n"),
  );
  expect(faultsOf(text), "the output parses as well as the input").toBe(faultsOf(source.text));
  expect(probe({ ...source, text }, rules).text, "probing the output changes nothing").toBe(text);
}

/** Where each edit's text stands in the output. */
function insertedSpans(edits: readonly Edit[]): { span: Span; edit: Edit }[] {
  let shift = 0;
  return edits
    .toSorted((a, b) => a.at - b.at)
    .map((edit) => {
      const start = edit.at + shift;
      shift += edit.text.length;
      return { edit, span: { start, end: start + edit.text.length } };
    });
}

function linesWithout(text: string, spans: readonly Span[]): string[] {
  let offset = 0;
  return text.split("\n").map((line) => {
    const [from, to] = [offset, offset + line.length];
    offset = to + 1;
    let kept = "";
    let at = from;
    for (const { start, end } of spans.filter((span) => from <= span.start && span.end <= to)) {
      kept += text.slice(at, start);
      at = end;
    }
    return kept + text.slice(at, to);
  });
}

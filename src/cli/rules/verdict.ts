import { isPassed, type Verdict, type Wrong } from "../../rule-tests.ts";
import { diffFile } from "../../project/index.ts";
import type { Io } from "../io.ts";
import { marks } from "./marks.ts";

/** One test of a rule as lines: what is missing, and what is surplus, told apart. */
export function verdictLines(verdict: Verdict, io: Io): string[] {
  const { yes, no, good, bad, dim } = marks(io);
  const { test, missing, surplus, refused, left, text, problem } = verdict;
  const title = `${test.rule.id}${test.name === undefined ? "" : `: ${test.name}`} ${dim(`(line ${test.line})`)}`;
  const untouched = left.map((one) => dim(`      selected, and left as it is: ${one}`));
  if (isPassed(verdict)) return [`  ${yes} ${title}`, ...untouched];
  return [
    `  ${no} ${title}`,
    ...(problem === undefined ? [] : [`      ${problem}`]),
    ...missing.map((wrong) => bad(`      missing  ${wrongText(wrong)}`)),
    ...surplus.map((name) => good(`      surplus  ${/^\d+$/.test(name) ? `line ${name}` : name}`)),
    ...refused.map((wrong) => bad(`      no_match ${wrongText(wrong)}`)),
    ...untouched,
    ...textLines(test.expect?.text, text, io),
  ];
}

function withEnd(text: string): string {
  return `${text.trimEnd()}\n`;
}

function wrongText({ entry, note }: Wrong): string {
  const name = entry.line === undefined || entry.path !== undefined ? entry.text : `line ${entry.line}`;
  return note === "" ? name : `${name}: ${note}`;
}

function textLines(wanted: string | undefined, text: string | undefined, io: Io): string[] {
  if (wanted === undefined || text === undefined) return [];
  const { good, bad } = marks(io);
  const paint = (line: string): string => (line.startsWith("+") ? good(line) : line.startsWith("-") ? bad(line) : line);
  const [, , , ...hunks] = diffFile("text", withEnd(wanted), withEnd(text)).trimEnd().split("\n");
  return [
    "      expect   the text is another (- expected, + rewritten)",
    ...hunks.map((line) => `        ${paint(line)}`),
  ];
}

export function verdictJson(verdict: Verdict): unknown {
  const { test, missing, surplus, refused, left, text, problem } = verdict;
  return {
    rule: test.rule.id,
    name: test.name ?? null,
    file: test.written.source.path,
    line: test.line,
    status: isPassed(verdict) ? "passed" : "failed",
    missing: missing.map(wrongJson),
    surplus,
    refused: refused.map(wrongJson),
    left,
    text: text ?? null,
    problem: problem ?? null,
  };
}

function wrongJson({ entry, note }: Wrong): unknown {
  return { entry: entry.text, note };
}

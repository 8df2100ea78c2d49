import { relative } from "node:path";
import type { Colors } from "picocolors/types.js";
import {
  type Comparison,
  type Pair,
  type Parting,
  type Process,
  processDetails,
  type Side,
  type Span,
  spanDetails,
} from "../../collector/index.ts";
import { spanId } from "./message-json.ts";
import { processTitle } from "./process-name.ts";
import { spanLine } from "./show-text.ts";
import { countText, offsetText } from "./units.ts";
import { fit } from "./width.ts";

export interface DiffStyle {
  /** Where the user stands: recordings are named from there. */
  readonly cwd: string;
  readonly colors: Colors;
  readonly width: number;
}

type Parted = Pair & { readonly parting: Parting };

/** More functions than these are counted only. */
const MOST_COUNTS = 40;

const WORDS: Readonly<Record<Parting["by"], string>> = {
  calls: "another call",
  arguments: "other arguments",
  outcome: "another outcome",
};

/** Where the two recordings part first, which processes part where, and what ran more often in one. */
export function* diffLines(compared: Comparison, a: Side, b: Side, style: DiffStyle): Generator<string> {
  const { bold, dim } = style.colors;
  for (const [sign, { set }] of [["A", a] as const, ["B", b] as const])
    yield `${bold(sign)}  ${relative(style.cwd, set.recording.path) || "."}  ${dim(`${countText(set.spans.length, "span")} in ${countText(set.processes.length, "process")}`)}`;
  const parted = compared.pairs
    .filter((pair): pair is Parted => pair.parting !== null)
    .sort((left, right) => left.parting.at - right.parting.at);
  const [first, ...others] = parted;
  if (first === undefined) yield `\n${sameText(compared)}`;
  else yield* firstLines(first, a, b, style);
  if (others.length > 0) yield `\n${bold("processes that part later")}`;
  for (const { name, parting } of others) yield `  ${offsetText(parting.at)}  ${name}: ${WORDS[parting.by]}`;
  yield* onlyLines("A", compared.onlyA, a, style);
  yield* onlyLines("B", compared.onlyB, b, style);
  yield* countLines(compared, style);
}

function sameText({ pairs, onlyA, onlyB }: Comparison): string {
  const rest = onlyA.length + onlyB.length === 0 ? "" : ", as far as they are in both";
  return `${countText(pairs.length, "process")} did the same${rest}`;
}

/** What came last in both, then what each did. */
function* firstLines(
  { name, parting, a: one, b: other }: Parted,
  a: Side,
  b: Side,
  style: DiffStyle,
): Generator<string> {
  const { bold, dim } = style.colors;
  const pids = `A ${pidOf(one, a)}, B ${pidOf(other, b)}`;
  yield `\n${bold(`they first part in ${name}`)}  ${dim(pids)}  ${WORDS[parting.by]}`;
  if (parting.last !== null && parting.last !== parting.a)
    yield `  ${dim("both")}  ${lineOf(parting.last, a, style)}`;
  yield `  ${bold("A")}     ${parting.a === null ? "nothing more" : lineOf(parting.a, a, style)}`;
  yield `  ${bold("B")}     ${parting.b === null ? "nothing more" : lineOf(parting.b, b, style)}`;
  yield* differenceLines(parting, style);
  for (const [span, { set }] of [[parting.a, a] as const, [parting.b, b] as const])
    if (span !== null)
      yield dim(
        `  escope trace why ${spanId(span.process.vm, span.id)} ${relative(style.cwd, set.recording.path) || "."}`,
      );
}

/** The lines above are cut; this is from where the two texts differ. */
function* differenceLines({ by, argument, texts }: Parting, { colors, width }: DiffStyle): Generator<string> {
  if (texts === null) return;
  const what = argument === null ? by : `argument ${argument + 1}`;
  let at = 0;
  while (at < texts.a.length && texts.a[at] === texts.b[at]) at += 1;
  const from = Math.max(0, at - BEFORE);
  const cut = (text: string): string =>
    fit(`${from === 0 ? "" : "…"}${text.slice(from).replaceAll("\n", " ")}`, width - 8);
  yield `  ${colors.dim(what)}`;
  yield `  A     ${colors.red(cut(texts.a))}`;
  yield `  B     ${colors.green(cut(texts.b))}`;
}

/** Columns that are shown of what is still the same. */
const BEFORE = 24;

function lineOf(span: Span, { payloads }: Side, { colors, width }: DiffStyle): string {
  const row = { node: { span, count: 1, children: [] }, parent: undefined, branch: "", indent: "" };
  const exit = processDetails(span.process, payloads).exit;
  const style = {
    colors,
    width: width - 8,
    offsetColumns: offsetText(span.start).length,
    causeOf: () => null,
    notesOf: () => [],
  };
  return spanLine(row, spanDetails(span, payloads, "short"), exit, payloads, style);
}

function* onlyLines(
  sign: string,
  processes: readonly Process[],
  side: Side,
  { colors }: DiffStyle,
): Generator<string> {
  if (processes.length > 0) yield `\n${colors.bold(`processes that are in ${sign} alone`)}`;
  for (const process of processes) yield `  ${processTitle(processDetails(process, side.payloads))}`;
}

function pidOf(process: Process, { payloads }: Side): string {
  return processDetails(process, payloads).pid;
}

function* countLines({ counts }: Comparison, { colors }: DiffStyle): Generator<string> {
  if (counts.length > 0) yield `\n${colors.bold("what ran more often in one")}`;
  for (const { place, a, b } of counts.slice(0, MOST_COUNTS))
    yield `  ${place}  A ${a.toLocaleString("en-US")}, B ${b.toLocaleString("en-US")}`;
  const left = counts.length - MOST_COUNTS;
  if (left > 0) yield `  and ${left} more; --format json has all`;
}

import { placeOf, type Process, type Span, spanDetails } from "../../../collector/index.ts";
import { processTitle } from "../process-name.ts";
import { rootText } from "../cause.ts";
import { countText } from "../units.ts";
import { fit } from "../width.ts";
import type { Exported } from "./exported.ts";

/** So many messages are drawn: a diagram is there to be read. */
const MOST_MESSAGES = 200;
const ARGUMENT_COLUMNS = 40;

/** A Mermaid sequence diagram: processes, and what they sent to each other, with the callback that took it. */
export function* sequenceParts(exported: Exported): Generator<string> {
  const { spans, causes, detailsOf } = exported;
  const outermost = spans.filter(({ parent }) => parent === null);
  const drawn = outermost.slice(0, MOST_MESSAGES);
  const names = new Map<Process, string>();
  for (const span of drawn)
    for (const { process } of [causes.of(span) ?? span, span])
      if (!names.has(process)) names.set(process, `p${names.size + 1}`);

  yield "sequenceDiagram\n";
  for (const [process, id] of names) {
    const details = detailsOf(process);
    const title = processTitle(details);
    yield `  participant ${id} as ${escaped(title)}\n`;
  }
  for (const span of drawn) yield `  ${lineOf(span, exported, (process) => names.get(process) as string)}\n`;
  const left = outermost.length - drawn.length;
  if (left > 0) yield `  Note over ${[...names.values()][0]}: and ${countText(left, "more message")}\n`;
}

function lineOf(span: Span, { causes, payloads }: Exported, idOf: (process: Process) => string): string {
  const cause = causes.of(span);
  const to = idOf(span.process);
  if (cause !== null)
    return `${idOf(cause.process)}${span.status === "raised" ? "-x" : "->>"}${to}: ${callText(span, payloads)}`;
  const root = rootText(span, causes.message(span));
  return `Note over ${to}: ${callText(span, payloads)}${root === null ? "" : escaped(` from ${root}`)}`;
}

/** The function and, of its first argument, the beginning: mostly the message. */
function callText(span: Span, payloads: Exported["payloads"]): string {
  const { function: name, arity, target } = placeOf(span, payloads);
  const { args, error } = spanDetails(span, payloads, "short");
  const [first] = args ?? [];
  const given = first === undefined ? "" : fit(first.replaceAll(/\s+/g, " "), ARGUMENT_COLUMNS);
  const rest = (args?.length ?? 0) > 1 ? ", …" : "";
  const failed = error === null ? "" : ` ✗ ${error.split("\n", 1)[0]}`;
  return escaped(`${target ?? name}${args === null ? `/${arity}` : `(${given}${rest})`}${failed}`);
}

/** Mermaid ends a text at `;`, begins a comment with `%%`, and takes entities by number. */
function escaped(text: string): string {
  return text.replaceAll(/[#;<>&%]/g, (sign) => `#${sign.charCodeAt(0)};`);
}

import {
  inspectIn,
  type PayloadReader,
  placeOf,
  placeText,
  type Sends,
  type Sent,
  type Span,
} from "../../collector/index.ts";
import { spanId } from "./message-json.ts";
import { durationText } from "./units.ts";

const VERBS: Readonly<Record<string, string>> = {
  send: "sent to",
  cast: "cast to",
  call: "asked",
  reply: "answered",
  broadcast: "broadcast on",
};

/** Lines below a call site: to whom its message went, and who answered it when. */
export function sentLines(span: Span, sends: Sends, payloads: PayloadReader): string[] {
  const sent = sends.of(span);
  if (sent === null) return [];
  const inspect = inspectIn(span.process);
  const to = inspect(sent.to);
  const pid = sent.pid === null ? to : inspect(sent.pid);
  const whom = pid === to ? to : `${to} ${pid}`;
  return [`⇢ ${VERBS[sent.how] ?? sent.how} ${whom}${receivedText(sent, payloads)}`];
}

/** Of a broadcast there may be many. */
const MOST = 3;

function receivedText({ received }: Sent, payloads: PayloadReader): string {
  const texts = received.slice(0, MOST).map(({ span, after }) => {
    const time = after === null ? "" : ` after ${durationText(after)} in the queue`;
    return `${placeText(placeOf(span, payloads))}${time}`;
  });
  if (received.length > MOST) texts.push(`${received.length - MOST} more`);
  return texts.length === 0 ? "" : `: ${texts.join(", ")}`;
}

/** `sent` of a span's JSON. */
export function sentJson(span: Span, sends: Sends): Record<string, unknown> | null {
  const sent = sends.of(span);
  if (sent === null) return null;
  const inspect = inspectIn(span.process);
  return {
    how: sent.how,
    to: inspect(sent.to),
    pid: sent.pid === null ? null : inspect(sent.pid),
    argument: sent.argument,
    at_ns: sent.at,
    received: sent.received.map((one) => ({
      span: spanId(one.span.process.vm, one.span.id),
      after_ns: one.after,
    })),
  };
}

import picocolors from "picocolors";
import { Causes, Chains, effectsOf, type PayloadReader, type Span } from "../../collector/index.ts";
import { askedSpan } from "./asked-span.ts";
import { type Chain, chainLines } from "./chain-text.ts";
import { askRecording } from "./ask.ts";
import { spanId } from "./message-json.ts";
import type { TraceIo, WhyOptions } from "./options.ts";
import { wholeSpans } from "./whole-span.ts";
import { writeParts } from "./write-parts.ts";

/** `escope trace why`: what led to a span, back to the root, and all that followed from it. Gives the exit code. */
export function runTraceWhy(options: WhyOptions, io: TraceIo): Promise<number> {
  return askRecording(options, io, async (set, payloads) => {
    const causes = new Causes(set, payloads);
    const span = askedSpan(set, options.of, payloads);
    const chains = new Chains(set, causes);
    const chain: Chain = { set, span, causes, way: chains.wayTo(span), followed: chains.from(span) };
    const style = { colors: picocolors.createColors(io.color), width: io.width };
    const parts = options.format === "json" ? jsonParts(chain, payloads) : chainLines(chain, payloads, style);
    await writeParts(lines(parts), io);
  });
}

function* jsonParts({ set, span, causes, way, followed }: Chain, payloads: PayloadReader): Generator<string> {
  const jsonOf = wholeSpans(set, payloads, causes);
  const after = effectsOf(followed);
  const head = {
    span: nameOf(span),
    way: way.map(nameOf),
    followed: after.map(nameOf),
  };
  yield `${JSON.stringify(head).slice(0, -1)},"spans":[`;
  const told = [...way, ...after];
  for (const [index, one] of told.entries()) {
    yield JSON.stringify(jsonOf(one)) + (index === told.length - 1 ? "" : ",");
  }
  yield "]}";
}

function* lines(parts: Iterable<string>): Generator<string> {
  for (const part of parts) yield `${part}\n`;
}

function nameOf({ process, id }: Span): string | null {
  return spanId(process.vm, id);
}

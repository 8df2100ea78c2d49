import { type PayloadReader, placeOf, type Span, type SpanSet } from "../../collector/index.ts";
import { traceNoFailure, traceSpanUnknown } from "../../errors.ts";
import { spanNamed } from "./moment.ts";
import { hasFailed } from "./failed.ts";

const FUNCTION = /^(.+)\.([^./]+|\.+|[^./]*\/)(?:\/(\d+))?(?:#(\d+))?$/;

/** The span of this name, the newest of this function, or, without a name, the newest that failed by itself. */
export function askedSpan(set: SpanSet, name: string | undefined, payloads: PayloadReader): Span {
  if (name === undefined) return newestFailure(set, payloads);
  const found = spanNamed(set, name) ?? newestOf(set, name, payloads);
  if (found === null) throw traceSpanUnknown(name, set.recording.path);
  return found;
}

/** An exception passes its callers: the innermost span says where it began. */
function newestFailure(set: SpanSet, payloads: PayloadReader): Span {
  const passed = new Set(
    set.spans
      .filter(({ status, parent }) => status === "raised" && parent !== null)
      .map(({ process, parent }) => `${process.vm.name}:${parent}`),
  );
  const failure = set.spans.findLast(
    (span) => hasFailed(span, payloads) && !passed.has(`${span.process.vm.name}:${span.id}`),
  );
  if (failure === undefined) throw traceNoFailure(set.recording.path);
  return failure;
}

function newestOf({ spans }: SpanSet, name: string, payloads: PayloadReader): Span | null {
  const [, module, called, arity, clause] = FUNCTION.exec(name) ?? [];
  if (module === undefined) return null;
  const isAsked = (span: Span): boolean => {
    const place = placeOf(span, payloads);
    return (
      place.module === module &&
      place.function === called &&
      (arity === undefined || place.arity === Number(arity)) &&
      (clause === undefined || place.clause === Number(clause))
    );
  };
  const found = spans.filter(isAsked);
  return found.findLast(({ probe }) => probe?.kind === "clause") ?? found.at(-1) ?? null;
}

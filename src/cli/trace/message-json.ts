import {
  type Causes,
  inspectIn,
  type Message,
  delayOf,
  type Span,
  textsOf,
  type Vm,
} from "../../collector/index.ts";

/** Spans are numbered by VM. */
export function spanId({ name }: Vm, number: Span["parent"]): string | null {
  return number === null ? null : `${name}:${number}`;
}

/** `cause` and `message` of a span: what caused it, and what is told of the message that it answers. */
export function messageJson(span: Span, causes: Causes): Record<string, unknown> {
  const cause = causes.of(span);
  const id = cause === null ? spanId(span.process.vm, span.cause) : spanId(cause.process.vm, cause.id);
  return { cause: id, message: toldJson(span, cause, causes.message(span)) };
}

function toldJson(span: Span, cause: Span | null, message: Message | null): Record<string, unknown> | null {
  const delay = delayOf(cause, span);
  if (message === null && delay === null) return null;
  const inspect = inspectIn(span.process);
  const { via = null, root = null } = message ?? {};
  return {
    after_ns: delay?.ns ?? null,
    by: delay?.by ?? null,
    via: via === null ? null : inspect({ type: "pid", ...via }),
    root: root === null ? null : textsOf(root, inspect),
  };
}

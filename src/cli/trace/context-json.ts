import {
  callerOf,
  contextOf,
  frameworkTags,
  hooksOf,
  inspectIn,
  type PayloadReader,
  type ProcessDetails,
  type Span,
  statesOf,
  textsOf,
} from "../../collector/index.ts";
import { changedKeys } from "./changed.ts";

/** `context` of a span: what its process is, and where it worked. */
export function contextJson(
  span: Span,
  details: ProcessDetails,
  payloads: PayloadReader,
  staticMount: string | null,
): Record<string, unknown> {
  const { registeredName, initialCall, ancestors, callers, parent, label, exit } = details;
  const noted = contextOf(span, payloads);
  const inspect = inspectIn(span.process);
  const about = noted === null ? {} : textsOf(noted.about, inspect);
  const { kind, label: newLabel = null, hooks: _asText, ...rest } = about;
  const hooks = noted === null ? {} : hooksOf(noted, inspect);
  const where =
    kind === "live_view" ? { [kind]: { ...rest, hooks } } : kind === "channel" ? { [kind]: rest } : {};
  return {
    registered_name: registeredName,
    initial_call: initialCall,
    ancestors,
    callers,
    parent,
    label: newLabel ?? label,
    exit,
    ...where,
    ...(staticMount === null ? {} : { static_mount: staticMount }),
    ...componentJson(span, payloads),
    ...messageJson(span, payloads, registeredName),
  };
}

function componentJson(span: Span, payloads: PayloadReader): Record<string, unknown> {
  const cid = statesOf(span, payloads)?.stream?.cid ?? null;
  return cid === null ? {} : { live_component: { cid, module: span.probe?.module ?? null } };
}

const MESSAGES: Readonly<Record<string, string>> = {
  "init/1": "init",
  "handle_call/3": "call",
  "handle_cast/2": "cast",
  "handle_info/2": "info",
  "handle_continue/2": "continue",
  "terminate/2": "terminate",
  "code_change/3": "code_change",
};

/** What a GenServer was asked, and by whom. */
function messageJson(span: Span, payloads: PayloadReader, name: string | null): Record<string, unknown> {
  const { probe } = span;
  if (probe === null || !frameworkTags(span, payloads).includes("otp.gen_server")) return {};
  const message = MESSAGES[`${probe.function}/${probe.arity}`];
  if (message === undefined) return {};
  return { gen_server: { name, message, from: message === "call" ? fromOf(span, payloads) : null } };
}

/** `handle_call`'s second argument: `{pid, tag}`. */
function fromOf(span: Span, payloads: PayloadReader): string | null {
  return callerOf(span, payloads, inspectIn(span.process));
}

/** `state` of a span: the versions that its arguments and its result are, and what it has changed. */
export function stateJson(
  span: Span,
  payloads: PayloadReader,
): { before: number | null; after: number | null; changed: string[] | null } | null {
  const states = statesOf(span, payloads);
  if (states === null) return null;
  return { before: states.before, after: states.after, changed: changedKeys(span, payloads) };
}

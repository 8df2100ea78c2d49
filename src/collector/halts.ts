import { contextOf, type SpanContext, statesOf } from "./context.ts";
import { as, atomName, field, type MapTerm, type Term } from "./etf/index.ts";
import { callText } from "./failure/index.ts";
import { inspectAtom } from "./inspect/index.ts";
import type { PayloadReader } from "./payloads.ts";
import { placeOf } from "./place.ts";
import type { Span } from "./spans.ts";

/** A hook of a LiveView that has kept what comes after it from running. */
export interface Halt {
  /** Which callback did not run; null where the hook is a function that only calls this one. */
  readonly stage: string | null;
  /** What the hook is called; null as above. */
  readonly hook: Term | null;
}

/** Null for a span that has not returned `{:halt, socket}`, or `{:halt, reply, socket}`. */
export function haltOf(span: Span, payloads: PayloadReader): Halt | null {
  if (span.status !== "ok" || span.end === null || span.end.kind !== "leave") return null;
  const result = as(payloads.read(span.end) ?? undefined, "tuple")?.items ?? [];
  if (atomName(result[0]) !== "halt" || result.length > 3) return null;
  const context = contextOf(span, payloads);
  if (context?.kind !== "live_view") return null;
  const named = hookOf(span, as(field(context.about, "hooks"), "map"), payloads);
  return named ?? unnamed(span, (statesOf(span, payloads)?.after ?? null) !== null);
}

/** A LiveView's hooks by stage: what each is called, and its function. */
export function hooksOf(
  { about }: SpanContext,
  inspect: (term: Term) => string,
): Record<string, { id: string; function: string }[]> {
  const stages = as(field(about, "hooks"), "map")?.entries ?? [];
  return Object.fromEntries(
    stages.map(([stage, hooks]) => [
      atomName(stage) ?? "?",
      (as(hooks, "list")?.items ?? []).map((hook) => hookText(hook, inspect)),
    ]),
  );
}

function hookText(hook: Term, inspect: (term: Term) => string): { id: string; function: string } {
  const map = as(hook, "map");
  const [module, name, arity] = map === null ? [] : (as(field(map, "function"), "tuple")?.items ?? []);
  const id = map === null ? undefined : field(map, "id");
  const known = module !== undefined && name !== undefined && arity !== undefined;
  return {
    id: id === undefined ? "?" : inspect(id),
    function: (known ? callText(module, name, arity, inspect) : null) ?? "?",
  };
}

/** Others may say the same, `Enum.reduce_while/3` among them: the socket tells. */
function unnamed({ probe }: Span, hasSocket: boolean): Halt | null {
  if (probe?.function === "on_mount" && probe.arity === 4) return { stage: "mount", hook: null };
  return hasSocket ? { stage: null, hook: null } : null;
}

/** The hook that is this span's function. */
function hookOf(span: Span, hooks: MapTerm | null, payloads: PayloadReader): Halt | null {
  const { module, function: name, arity } = placeOf(span, payloads);
  for (const [stage, list] of hooks?.entries ?? []) {
    for (const item of as(list, "list")?.items ?? []) {
      const hook = as(item, "map");
      const [hookModule, hookName, hookArity] =
        hook === null ? [] : (as(field(hook, "function"), "tuple")?.items ?? []);
      const isSame =
        atomName(hookName) === name &&
        hookArity === arity &&
        inspectAtom(atomName(hookModule) ?? "nil") === module;
      if (hook !== null && isSame) return { stage: atomName(stage), hook: field(hook, "id") ?? null };
    }
  }
  return null;
}

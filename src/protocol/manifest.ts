import type { ProbePolicy } from "./policy.ts";
import { MANIFEST_FORMAT } from "./versions.ts";

export type ProbeKind = "clause" | "call" | "expr" | "trace";

/** `full`: enter and leave. `enter`: a loop, which must keep its tail calls, has entry events only. */
export type ProbeMode = "full" | "enter";

/** A place that the plan chose to watch. */
export interface Probe {
  readonly id: number;
  readonly kind: ProbeKind;
  readonly mode: ProbeMode;
  /** Without `Elixir.`; Erlang modules with their colon. */
  readonly module: string;
  readonly function: string;
  /** Null where `unquote_splicing` hides the number of parameters. */
  readonly arity: number | null;
  /** Ordinal of the clause in its function, from 1. */
  readonly clause: number;
  /** Relative to the project root. */
  readonly file: string;
  /** Where the clause starts, or the call or expression in it, from 1. */
  readonly line: number;
  readonly rules: readonly string[];
  /** What a call site calls, or the pattern that an expression matched. */
  readonly target?: string;
  /** The behaviour whose callback the function is. */
  readonly callback?: string;
  /** One source clause that can become several functions: the event carries the true ones. */
  readonly template?: boolean;
  /** What is recorded otherwise than of probes without a word about it. */
  readonly do?: ProbePolicy;
}

/** Functions that are not rewritten, whose calls the VM traces. `*` in the names stands for any text: the event carries the true ones. */
export interface Traced extends Pick<
  Probe,
  "id" | "mode" | "module" | "function" | "arity" | "rules" | "callback" | "do"
> {
  readonly kind: "trace";
}

/** `probes.json`: what each probe id stands for. */
export interface Manifest {
  readonly format: typeof MANIFEST_FORMAT;
  /** The application's name; null where the runtime ran without a manifest. */
  readonly project: string | null;
  readonly probes: readonly Probe[];
  /** Absent where rules ask for none. */
  readonly traced?: readonly Traced[];
}

/** Whether `value` is a manifest that this version can read, probe by probe. */
export function isManifest(value: unknown): value is Manifest {
  const { format, project, probes, traced = [] } = Object(value) as Record<string, unknown>;
  const named = typeof project === "string" || project === null;
  return format === MANIFEST_FORMAT && named && listOf(probes, isProbe) && listOf(traced, isTraced);
}

function listOf(value: unknown, isOne: (one: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isOne);
}

function isTraced(value: unknown): value is Traced {
  const { id, module, function: name, rules } = Object(value) as Record<string, unknown>;
  return (
    Number.isSafeInteger(id) && typeof module === "string" && typeof name === "string" && Array.isArray(rules)
  );
}

function isProbe(value: unknown): value is Probe {
  const probe = Object(value) as Record<string, unknown>;
  const texts = [probe["module"], probe["function"], probe["file"]];
  const counts = [probe["id"], probe["clause"], probe["line"]];
  return (
    ["clause", "call", "expr"].includes(probe["kind"] as string) &&
    ["full", "enter"].includes(probe["mode"] as string) &&
    texts.every((text) => typeof text === "string") &&
    counts.every((count) => Number.isSafeInteger(count)) &&
    Array.isArray(probe["rules"])
  );
}

import type { Int } from "../../protocol/index.ts";
import type { Term } from "../etf/index.ts";
import type { Process } from "../spans.ts";
import { changesBetween, type StateChange } from "./changes.ts";
import type { StateHistory, StateVersion, Stream } from "./history.ts";
import { isWhole } from "./marks.ts";

/** A state in the history of a process, and what has come with it. */
export interface StateStep {
  readonly version: number;
  readonly stream: Stream;
  /** Whose event brought it. */
  readonly span: Int | null;
  /** Nanoseconds since its VM's recording began. */
  readonly time: number;
  /** Null where an event that it takes was lost. */
  readonly state: Term | null;
  /** False where something in it was cut or hidden. */
  readonly complete: boolean;
  /** Against the state before; null for the first, and where one of both is not known. */
  readonly changes: readonly StateChange[] | null;
}

/** The history of a process, state by state. */
export function* stateSteps(process: Process, history: StateHistory): Generator<StateStep> {
  for (const version of history.versions(process).values()) yield stepOf(version, process, history);
}

export function stepOf(one: StateVersion, process: Process, history: StateHistory): StateStep {
  const state = history.term(process, one.version);
  const before = one.previous === null ? null : history.term(process, one.previous);
  return {
    version: one.version,
    stream: one.stream,
    span: one.span,
    time: one.event.time,
    state,
    complete: state !== null && isWhole(state),
    changes: state === null || before === null ? null : changesBetween(before, state),
  };
}

/** What stands under a key, as `StateChange.path` writes it; undefined where nothing does. */
export function valueAt(state: Term, path: string): Term | undefined {
  // Against a state without keys, each key is one that came.
  const empty: Term = { type: "map", entries: [] };
  const all = changesBetween(empty, withoutName(state));
  const found = all.find((change) => change.path === path)?.after;
  if (found !== undefined) return found;
  const [head, ...rest] = path.split(".");
  const inner = all.find((change) => change.path === head)?.after;
  return inner === undefined || rest.length === 0 ? undefined : valueAt(inner, rest.join("."));
}

/** The keys of a state with their values, as people read them: of a socket, its assigns first among them. */
export function keysOf(state: Term): readonly StateChange[] {
  return changesBetween({ type: "map", entries: [] }, withoutName(state));
}

function withoutName(state: Term): Term {
  if (typeof state !== "object" || state.type !== "map") return state;
  const entries = state.entries.filter(
    ([key]) => typeof key !== "object" || key.type !== "atom" || key.name !== "__struct__",
  );
  const assigns = entries.findIndex(
    ([key]) => typeof key === "object" && key.type === "atom" && key.name === "assigns",
  );
  const inner = assigns === -1 ? undefined : entries[assigns]?.[1];
  if (typeof inner !== "object" || inner.type !== "map") return { type: "map", entries };
  return { type: "map", entries: [...inner.entries, ...entries.toSpliced(assigns, 1)] };
}

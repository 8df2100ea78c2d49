import type { PlannedProbe } from "../planner/index.ts";

type Callbacks = Readonly<Record<string, number | null>>;

const SERVER: Callbacks = {
  "init/1": null,
  "handle_call/3": 2,
  "handle_cast/2": 1,
  "handle_info/2": 1,
  "handle_continue/2": 1,
  "terminate/2": 1,
  "code_change/3": 1,
};

/** Which argument of a callback is the state, by behaviour; null where it has none and its result may be one. */
const STATES: Readonly<Record<string, { readonly shape: string; readonly callbacks: Callbacks }>> = {
  GenServer: { shape: "server", callbacks: SERVER },
  GenStage: {
    shape: "stage",
    callbacks: {
      ...SERVER,
      "handle_demand/2": 1,
      "handle_events/3": 2,
      "handle_subscribe/4": 3,
      "handle_cancel/3": 2,
    },
  },
  ":gen_statem": {
    shape: "statem",
    callbacks: { "init/1": null, "handle_event/4": 3, "terminate/3": 2, "code_change/4": 2 },
  },
};

/**
 * Where a probed callback has its state, as `policies.terms` says it: the argument's place or `nil`, and the shape of its
 * results. Sockets the runtime knows by itself. See `Escope.State.View`.
 */
export function statePlace({ kind, callback, function: name, arity }: PlannedProbe): string | null {
  const known = kind === "clause" && callback !== undefined ? STATES[callback] : undefined;
  const place = known?.callbacks[`${name}/${arity}`];
  if (known === undefined || place === undefined) return null;
  return `${place ?? "nil"}, ${name === "terminate" ? "nil" : known.shape}`;
}

import type { CallTarget } from "../sites/query.ts";
import type { Value } from "./value.ts";

const NAMES = {
  Task: "async async_stream start start_link",
  "Task.Supervisor": "async async_nolink async_stream async_stream_nolink start_child",
  Agent: "cast get get_and_update start start_link update",
  Process: "spawn",
  "Phoenix.LiveView": "assign_async start_async stream_async",
  Kernel: "spawn spawn_link spawn_monitor",
  ":erlang": "spawn spawn_link spawn_monitor spawn_opt",
  ":proc_lib": "spawn spawn_link start start_link",
};

const FUNCTIONS: ReadonlySet<string> = new Set(
  Object.entries(NAMES).flatMap(([module, names]) => names.split(" ").map((name) => `${module}.${name}`)),
);

/** Those of Kernel, and those that a live view imports, are called by their names alone. */
const LOCAL: ReadonlySet<string> = new Set(`${NAMES.Kernel} ${NAMES["Phoenix.LiveView"]}`.split(" "));

/** Whether what this function is given runs in another process. */
export function runsElsewhere({ module, name }: CallTarget): boolean {
  return module === undefined ? LOCAL.has(name) : FUNCTIONS.has(`${module}.${name}`);
}

/** `value`, as it is in another process: there `self()` is somebody else. */
export function asElsewhere(value: Value): Value {
  switch (value.type) {
    case "call":
      if (value.target.name === "self" && value.target.arity === 0) return { type: "any", text: value.text };
      return { ...value, args: value.args.map(asElsewhere) };
    case "tuple":
    case "list":
      return { ...value, items: value.items.map(asElsewhere) };
    case "branches":
      return { ...value, values: value.values.map(asElsewhere) };
    default:
      return value;
  }
}

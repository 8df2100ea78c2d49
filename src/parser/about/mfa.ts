import type { CallTarget } from "../sites/query.ts";
import type { ReceiverAbout } from "./about.ts";
import type { Value } from "./value.ts";

/** Functions that are given a module, a function's name and its arguments: where these stand, and how many come before. */
const ROWS: readonly (readonly [keys: string, position: number, added: number])[] = [
  ["Task.async/3 Task.start/3 Task.start_link/3 Task.completed/3", 0, 0],
  ["spawn/3 spawn_link/3 spawn_monitor/3 :erlang.spawn/3 :erlang.spawn_link/3", 0, 0],
  [":proc_lib.spawn/3 :proc_lib.spawn_link/3 :proc_lib.start/3 :proc_lib.start_link/3", 0, 0],
  ["Task.async_stream/4 Task.async_stream/5", 1, 1],
  ["Task.Supervisor.async/4 Task.Supervisor.async/5 Task.Supervisor.async_nolink/4", 1, 0],
  ["Task.Supervisor.async_nolink/5 Task.Supervisor.start_child/4 Task.Supervisor.start_child/5", 1, 0],
  [
    "Task.Supervisor.async_stream/5 Task.Supervisor.async_stream/6 Task.Supervisor.async_stream_nolink/5",
    2,
    1,
  ],
  ["Agent.start/3 Agent.start/4 Agent.start_link/3 Agent.start_link/4", 0, 0],
  ["Agent.get/4 Agent.get/5 Agent.update/4 Agent.update/5 Agent.get_and_update/4 Agent.cast/4", 1, 1],
  ["spawn/4 spawn_link/4 :rpc.call/4 :rpc.call/5 :rpc.cast/4 :erpc.call/4 :erpc.call/5 :erpc.cast/4", 1, 0],
  [":timer.apply_after/4 :timer.apply_interval/4 :timer.apply_repeatedly/4", 1, 0],
  ["Process.spawn/4", 0, 0],
];

const FORMS: ReadonlyMap<string, readonly [position: number, added: number]> = new Map(
  ROWS.flatMap(([keys, position, added]) => keys.split(" ").map((key) => [key, [position, added]] as const)),
);

/** The function that `Task.async(Module, :name, [argument])` and the like have called; `module` may be an attribute. */
export function givenFunction(
  target: CallTarget | undefined,
  args: readonly Value[],
): ReceiverAbout | undefined {
  if (target === undefined) return undefined;
  const module = target.module === undefined || target.module === "Kernel" ? "" : `${target.module}.`;
  const [position, added] = FORMS.get(`${module}${target.name}/${args.length}`) ?? [];
  if (position === undefined || added === undefined) return undefined;
  const [owner, name, given] = args.slice(position);
  const called = calledBy(name, given);
  return (owner?.type === "module" || owner?.type === "attribute") && called !== undefined
    ? { value: owner, name: called.name, arity: called.arity + added }
    : undefined;
}

/** What stands for the module in `apply(@store, :get, [1])`. */
export function appliedReceiver(
  target: CallTarget | undefined,
  [owner, name, given]: readonly Value[],
): ReceiverAbout | undefined {
  const isApply = target?.name === "apply" && target.arity === 3 && KERNEL.has(target.module);
  if (!isApply || owner === undefined || !isNamed(owner)) return undefined;
  const called = calledBy(name, given);
  return called && { value: owner, ...called };
}

const KERNEL: ReadonlySet<string | undefined> = new Set([undefined, "Kernel", ":erlang"]);

/** Whether what it stands for is written somewhere else. */
export function isNamed({ type }: Value): boolean {
  return type === "attribute" || type === "variable";
}

/** The function of a name and a list of arguments that are written out. */
function calledBy(
  name: Value | undefined,
  given: Value | undefined,
): Pick<CallTarget, "name" | "arity"> | undefined {
  if (name?.type !== "literal" || !name.text.startsWith(":")) return undefined;
  if (given?.type === "keywords") return { name: name.text.slice(1), arity: given.pairs.length };
  if (given?.type !== "list" || given.open) return undefined;
  return { name: name.text.slice(1), arity: given.items.length };
}

import type { HandlerSort } from "./handlers.ts";

/** How a call sends a message. Positions count its arguments, from 0. */
export interface SendForm {
  readonly how: string;
  /** What takes the message; undefined where no clause does, as with `push_event`. */
  readonly taken: readonly HandlerSort[];
  readonly to: number | undefined;
  readonly message: number | undefined;
  /** What `to` is: a process, a PubSub topic, a component, the caller's own process, or a browser. */
  readonly by: "process" | "topic" | "component" | "self" | "client" | "task" | "reply" | "supervisor";
}

type Row = readonly [
  keys: string,
  by: SendForm["by"],
  taken: string,
  to: number | undefined,
  message: number | undefined,
];

const none = undefined;

/**
 * What is given as module, name and arguments (`Task.async/3`) is a call, and no message.
 * Module, then `name/arity` with a space between several; the rest as in `SendForm`.
 */
const ROWS: readonly Row[] = [
  ["Kernel.send/2 :erlang.send/2 :erlang.send/3 Process.send/3", "process", "info receive statem", 0, 1],
  ["Process.send_after/3 Process.send_after/4", "process", "info receive statem", 0, 1],
  [
    ":erlang.send_after/3 :erlang.send_after/4 :timer.send_after/3 :timer.send_interval/3",
    "process",
    "info receive statem",
    1,
    2,
  ],
  [":timer.send_after/2 :timer.send_interval/2", "self", "info receive statem", none, 1],
  [
    "GenServer.call/2 GenServer.call/3 :gen_server.call/2 :gen_server.call/3 GenStage.call/2 GenStage.call/3",
    "process",
    "call",
    0,
    1,
  ],
  ["GenServer.cast/2 :gen_server.cast/2 GenServer.abcast/2 GenStage.cast/2", "process", "cast", 0, 1],
  ["GenServer.multi_call/2", "process", "call", 0, 1],
  ["GenServer.multi_call/3 GenServer.multi_call/4", "process", "call", 1, 2],
  ["GenServer.abcast/3", "process", "cast", 1, 2],
  ["GenServer.reply/2 :gen_server.reply/2 :gen_statem.reply/2 GenStage.reply/2", "reply", "", 0, 1],
  [":gen_statem.reply/1", "reply", "", none, 0],
  [
    ":gen_statem.call/2 :gen_statem.call/3 :gen_statem.cast/2 :gen_statem.send_request/2",
    "process",
    "statem",
    0,
    1,
  ],
  ["GenStateMachine.call/2 GenStateMachine.call/3 GenStateMachine.cast/2", "process", "statem", 0, 1],
  [
    "Phoenix.PubSub.broadcast/3 Phoenix.PubSub.broadcast!/3 Phoenix.PubSub.local_broadcast/3",
    "topic",
    "info receive",
    1,
    2,
  ],
  [
    "Phoenix.PubSub.broadcast/4 Phoenix.PubSub.broadcast!/4 Phoenix.PubSub.local_broadcast/4",
    "topic",
    "info receive",
    1,
    2,
  ],
  [
    "Phoenix.PubSub.broadcast_from/4 Phoenix.PubSub.broadcast_from!/4 Phoenix.PubSub.broadcast_from/5",
    "topic",
    "info receive",
    2,
    3,
  ],
  [
    "Phoenix.PubSub.broadcast_from!/5 Phoenix.PubSub.local_broadcast_from/4 Phoenix.PubSub.local_broadcast_from/5",
    "topic",
    "info receive",
    2,
    3,
  ],
  [
    "Phoenix.PubSub.direct_broadcast/4 Phoenix.PubSub.direct_broadcast!/4 Phoenix.PubSub.direct_broadcast/5",
    "topic",
    "info receive",
    2,
    3,
  ],
  ["Phoenix.LiveView.send_update/2 Phoenix.LiveView.send_update_after/3", "component", "update", 0, 1],
  ["Phoenix.LiveView.send_update/3", "component", "update", 1, 2],
  ["Phoenix.LiveView.push_event/3", "client", "", none, 1],
  ["Phoenix.Channel.push/3", "client", "", 0, 1],
  ["Phoenix.Channel.broadcast/3 Phoenix.Channel.broadcast!/3", "client", "out", 0, 1],
  ["Phoenix.Channel.broadcast_from/3 Phoenix.Channel.broadcast_from!/3", "client", "out", 0, 1],
  ["Phoenix.LiveView.start_async/3 Phoenix.LiveView.start_async/4", "self", "async", none, 1],
  ["Phoenix.LiveView.assign_async/3 Phoenix.LiveView.assign_async/4", "self", "", none, 1],
  [
    "Agent.get/2 Agent.get/3 Agent.update/2 Agent.update/3 Agent.get_and_update/2 Agent.get_and_update/3 Agent.cast/2",
    "task",
    "",
    0,
    1,
  ],
  ["Task.async/1 Task.start/1 Task.start_link/1", "task", "info", none, 0],
  ["Task.async_stream/2 Task.async_stream/3", "task", "", none, 1],
  [
    "Task.Supervisor.async/2 Task.Supervisor.async_nolink/2 Task.Supervisor.start_child/2",
    "task",
    "info",
    0,
    1,
  ],
  [
    "Task.Supervisor.async/3 Task.Supervisor.async_nolink/3 Task.Supervisor.start_child/3",
    "task",
    "info",
    0,
    1,
  ],
  [
    "Task.Supervisor.async_stream/3 Task.Supervisor.async_stream/4 Task.Supervisor.async_stream_nolink/3",
    "task",
    "",
    0,
    2,
  ],
];

/** Of an endpoint's own functions: `MyAppWeb.Endpoint.broadcast(topic, event, payload)`. */
const ENDPOINT: Readonly<Record<string, readonly [topic: number, event: number]>> = {
  "broadcast/3": [0, 1],
  "broadcast!/3": [0, 1],
  "local_broadcast/3": [0, 1],
  "broadcast_from/4": [1, 2],
  "broadcast_from!/4": [1, 2],
  "local_broadcast_from/4": [1, 2],
};

const FORMS: ReadonlyMap<string, SendForm> = new Map(
  ROWS.flatMap(([keys, by, taken, to, message]) =>
    keys.split(" ").map((key): [string, SendForm] => {
      const how = key.slice(0, key.lastIndexOf("/")).replace(/^Kernel\./, "");
      return [key, { how, by, to, message, taken: taken.split(" ").filter(Boolean) as HandlerSort[] }];
    }),
  ),
);

/** How the function `key`, `Module.name/arity`, sends. */
export function sendForm(key: string): SendForm | undefined {
  return FORMS.get(key);
}

/** Where topic and event stand in a call of an endpoint's function `name/arity`. */
export function endpointForm(key: string): { topic: number; event: number } | undefined {
  const [topic, event] = ENDPOINT[key] ?? [];
  return topic === undefined || event === undefined ? undefined : { topic, event };
}

/** Which of its arguments is the topic that is subscribed to. */
export function subscribedTopic(key: string, isEndpoint: boolean): number | undefined {
  if (key === "Phoenix.PubSub.subscribe/2" || key === "Phoenix.PubSub.subscribe/3") return 1;
  return isEndpoint && /\.subscribe\/[12]$/.test(key) ? 0 : undefined;
}

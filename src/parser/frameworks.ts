/**
 * Behaviours that applications implement and whose sources are not part of the project: their callbacks, and that
 * `use NAME` declares `@behaviour NAME`. From the `@callback`s of Elixir 1.14–1.18 and of Phoenix LiveView 0.18–1.2
 * (`LiveComponent.preload/1` went with 1.0).
 */
export const FRAMEWORKS: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    GenServer: [
      "init/1",
      "handle_call/3",
      "handle_cast/2",
      "handle_info/2",
      "handle_continue/2",
      "terminate/2",
      "code_change/3",
      "format_status/1",
      "format_status/2",
    ],
    "Phoenix.LiveComponent": [
      "mount/1",
      "preload/1",
      "update/2",
      "update_many/1",
      "render/1",
      "handle_event/3",
      "handle_async/3",
    ],
    "Phoenix.LiveView": [
      "mount/3",
      "handle_params/3",
      "handle_event/3",
      "handle_call/3",
      "handle_cast/2",
      "handle_info/2",
      "handle_async/3",
      "render/1",
      "terminate/2",
    ],
  }),
);

/** Modules of Elixir itself whose `use` makes a module none of the above: there is nothing in them to follow. */
export const ELIXIR: ReadonlySet<string> = new Set([
  ..."Agent Application Bitwise DynamicSupervisor PartitionSupervisor Registry Supervisor Task".split(" "),
  ..."Task.Supervisor ExUnit.Case ExUnit.CaseTemplate Mix.Project Mix.Task Mix.Task.Compiler".split(" "),
]);

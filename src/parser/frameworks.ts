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

/** What the names of Elixir's own modules begin with. */
export const ELIXIR_ROOTS: ReadonlySet<string> = new Set(
  `Access Agent Application Atom Base Bitwise Calendar Code Collectable Config Date DateTime Duration DynamicSupervisor
  EEx Enum Enumerable Exception ExUnit File Float Function GenEvent GenServer IEx IO Inspect Integer JSON Kernel Keyword
  List Logger Macro Map MapSet Mix Module NaiveDateTime Node OptionParser PartitionSupervisor Path Port Process Protocol
  Range Record Regex Registry Stream String StringIO Supervisor System Task Time Tuple URI Version`.split(
    /\s+/,
  ),
);

function words(text: string): readonly string[] {
  return text.split(" ");
}

/**
 * Further behaviours, that `use NAME` declares, too: their callbacks, where no source says better. Of Elixir 1.14–1.18,
 * Erlang/OTP 25–27, Plug 1.18, Phoenix 1.6–1.8, Oban 2.17 and GenStage 1.2.
 */
export const BEHAVIOURS: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    Application: words("start/2 start_phase/3 prep_stop/1 stop/1 config_change/3"),
    Broadway: words(
      "handle_message/3 handle_batch/4 handle_failed/2 prepare_messages/2 process_name/2 format_discarded/2",
    ),
    DynamicSupervisor: words("init/1"),
    GenStage: words(
      "init/1 handle_demand/2 handle_events/3 handle_subscribe/4 handle_cancel/3 handle_call/3 " +
        "handle_cast/2 handle_info/2 terminate/2 code_change/3 format_status/2 format_discarded/2",
    ),
    "Mix.Task": words("run/1"),
    "Oban.Worker": words("perform/1 backoff/1 timeout/1 new/2"),
    "Phoenix.Channel": words(
      "join/3 handle_in/3 handle_out/3 handle_info/2 handle_call/3 handle_cast/2 terminate/2 " +
        "code_change/3",
    ),
    "Phoenix.Socket": words("connect/2 connect/3 id/1"),
    Plug: words("init/1 call/2"),
    Supervisor: words("init/1"),
    ":gen_statem": words(
      "callback_mode/0 init/1 handle_event/4 terminate/3 code_change/4 format_status/1 format_status/2",
    ),
  }),
);

/** The functions that `use` of Elixir's own modules defines, where the module itself does not. */
export const DEFINED_BY_USE: Readonly<Record<string, readonly string[]>> = {
  Agent: ["child_spec/1"],
  Application: ["stop/1"],
  DynamicSupervisor: ["child_spec/1"],
  GenServer: words("child_spec/1 init/1 handle_call/3 handle_cast/2 handle_info/2 terminate/2 code_change/3"),
  Supervisor: ["child_spec/1"],
  Task: ["child_spec/1"],
};

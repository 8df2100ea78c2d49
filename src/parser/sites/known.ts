/**
 * What is known of functions and macros whose sources are no part of the project: an argument of a function is run as it
 * is written, one of a macro may be read as syntax.
 */

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** Kernel's functions, of Elixir 1.14 to 1.19. */
export const KERNEL_FUNCTIONS: ReadonlySet<string> = words(`
  !=/2 !==/2 */2 **/2 +/1 +/2 ++/2 -/1 -/2 --/2 //2 </2 <=/2 ==/2 ===/2 =~/2 >/2 >=/2 abs/1 apply/2 apply/3
  binary_part/3 binary_slice/2 binary_slice/3 bit_size/1 byte_size/1 ceil/1 div/2 elem/2 exit/1 floor/1
  function_exported?/3 get_and_update_in/3 get_in/2 hd/1 inspect/1 inspect/2 is_atom/1 is_binary/1 is_bitstring/1
  is_boolean/1 is_float/1 is_function/1 is_function/2 is_integer/1 is_list/1 is_map/1 is_map_key/2 is_number/1
  is_pid/1 is_port/1 is_reference/1 is_tuple/1 length/1 macro_exported?/3 make_ref/0 map_size/1 max/2 min/2 node/0
  node/1 not/1 pop_in/2 put_elem/3 put_in/3 rem/2 round/1 self/0 send/2 spawn/1 spawn/3 spawn_link/1 spawn_link/3
  spawn_monitor/1 spawn_monitor/3 struct/1 struct/2 struct!/1 struct!/2 throw/1 tl/1 to_timeout/1 trunc/1
  tuple_size/1 update_in/3`);

/** Kernel's macros and the language's forms that run each of their arguments as it is written, pattern and scope aside. */
export const TRANSPARENT: ReadonlySet<string> = words(`
  !/1 &&/2 ../2 ..///3 <>/2 and/2 if/2 in/2 is_exception/1 is_exception/2 is_nil/1 is_non_struct_map/1 is_struct/1
  is_struct/2 or/2 raise/1 raise/2 reraise/2 reraise/3 tap/2 then/2 to_char_list/1 to_charlist/1 to_string/1
  unless/2 |>/2 ||/2`);

/** Kernel's operators, which end in nothing of the project, whatever computes names there. */
export const KERNEL_OPERATORS: ReadonlySet<string> = new Set(
  [...KERNEL_FUNCTIONS, ...TRANSPARENT].filter((key) => /^(?:\W+|in|and|or|not)\/\d$/.test(key)),
);

/** Forms of the language: what stands in them is code, but they are no calls. */
export const FORMS: ReadonlySet<string> = words("case cond for receive super try with");

/** What is never looked into: quoted code, declarations, and what reads its argument as a name. */
export const CLOSED: ReadonlySet<string> = words(`
  quote unquote unquote_splicing alias import require use binding var! alias! def defp defmacro defmacrop defmodule
  defimpl defprotocol defdelegate defguard defguardp defstruct defexception defoverridable defrecord defrecordp
  __aliases__ __block__`);

/** Macros of Kernel whose first argument is a pattern; the second one is code. */
export const PATTERN_FIRST: ReadonlySet<string> = words("match?/2 destructure/2");

/** Macros of Kernel whose first argument is a path that is read as syntax. */
export const PATH_FIRST: ReadonlySet<string> = words(
  "put_in/2 update_in/2 get_and_update_in/2 pop_in/1 get_in/1",
);

/** Modules of Elixir with nothing but functions, and with these macros. */
const ELIXIR: Readonly<Record<string, string>> = {
  Agent: "",
  Application: "compile_env compile_env!",
  Base: "",
  Calendar: "",
  Code: "",
  Date: "",
  DateTime: "",
  DynamicSupervisor: "",
  EEx: "function_from_file function_from_string",
  Enum: "",
  Exception: "",
  File: "",
  Float: "",
  Function: "",
  GenServer: "",
  IO: "",
  "IO.ANSI": "",
  "Inspect.Algebra": "",
  Integer: "is_even is_odd",
  Keyword: "",
  List: "",
  // Its macros run their arguments as they are written, or not at all.
  Logger: "",
  Macro: "",
  Map: "",
  MapSet: "",
  Mix: "",
  "Mix.Generator": "embed_template embed_text",
  "Mix.Shell": "",
  "Mix.Project": "",
  "Mix.Task": "",
  Module: "",
  NaiveDateTime: "",
  Node: "",
  PartitionSupervisor: "",
  Path: "",
  Process: "",
  Protocol: "derive",
  Record: "defrecord defrecordp is_record",
  Regex: "",
  Registry: "",
  Stream: "",
  String: "",
  StringIO: "",
  Supervisor: "",
  System: "",
  Task: "",
  "Task.Supervisor": "",
  Time: "",
  Tuple: "",
  URI: "",
  Version: "",
  "ExUnit.CaptureIO": "",
  "ExUnit.CaptureLog": "",
};

/** What `import` of these brings, as far as it matters: their functions, and their macros. */
const LIBRARIES: Readonly<Record<string, readonly [functions: string, macros: string]>> = {
  Bitwise: ["&&& ||| <<< >>> ^^^ ~~~ band bnot bor bsl bsr bxor", ""],
  "Ecto.Changeset": [
    `add_error apply_action apply_action! apply_changes assoc_constraint cast cast_assoc cast_embed change changed?
    check_constraint constraints delete_change empty_values exclusion_constraint fetch_change fetch_change! fetch_field
    fetch_field! field_missing? force_change foreign_key_constraint get_assoc get_change get_embed get_field merge
    no_assoc_constraint optimistic_lock prepare_changes put_assoc put_change put_embed traverse_errors
    traverse_validations unique_constraint unsafe_validate_unique update_change validate_acceptance validate_change
    validate_confirmation validate_exclusion validate_format validate_inclusion validate_length validate_number
    validate_required validate_subset validations`,
    "",
  ],
  "Ecto.Query": [
    "exclude first has_named_binding? last put_query_prefix reverse_order subquery",
    `combinations distinct dynamic except except_all from group_by having intersect intersect_all join limit lock
    offset or_having or_where order_by preload prepend_order_by recursive_ctes select select_merge union union_all
    update where windows with_cte with_named_binding with_ties`,
  ],
  "ExUnit.Assertions": [
    "assert_in_delta assert_raise flunk refute_in_delta",
    "assert assert_receive assert_received refute refute_receive refute_received",
  ],
  "ExUnit.Callbacks": [
    `on_exit start_link_supervised! start_supervised start_supervised! stop_supervised stop_supervised!`,
    "setup setup_all",
  ],
  "Phoenix.Channel": [
    "broadcast broadcast! broadcast_from broadcast_from! push reply socket_ref",
    "intercept",
  ],
  "Phoenix.Component": [
    `assign assign_new assigns_to_attributes async_result changed? dynamic_tag focus_wrap form inputs_for intersperse
    link live_component live_file_input live_flash live_img_preview live_render live_title portal to_form update
    upload_errors used_input?`,
    "attr embed_templates render_slot slot",
  ],
  "Phoenix.Controller": [
    `accepts action_name allow_jsonp assign clear_flash controller_module current_path current_url delete_csrf_token
    endpoint_module fetch_flash get_csrf_token get_flash get_format html json layout layout_formats merge_flash
    protect_from_forgery put_flash put_format put_layout put_layout_formats put_new_layout put_new_view put_root_layout
    put_router_url put_secure_browser_headers put_static_url put_view redirect render root_layout router_module
    scrub_params send_download status_message_from_template text view_module view_template`,
    "action_fallback",
  ],
  "Phoenix.HTML": ["attributes_escape css_escape html_escape javascript_escape raw safe_to_string", ""],
  "Phoenix.LiveView": [
    // The three that start a task are macros; all that they look at is the function that they are given.
    `allow_upload assign_async attach_hook cancel_async cancel_upload clear_flash connected? consume_uploaded_entries
    consume_uploaded_entry detach_hook disallow_upload get_connect_info get_connect_params navigation_type push_event
    push_navigate push_patch push_redirect put_flash put_private redirect render_with send_update send_update_after
    start_async static_changed? stream stream_async stream_configure stream_delete stream_delete_by_dom_id stream_insert
    transport_pid uploaded_entries`,
    "on_mount",
  ],
  "Phoenix.Socket": ["assign", "channel transport"],
  "Plug.Conn": [
    `assign async_assign await_assign chunk clear_session configure_session delete_req_header delete_resp_cookie
    delete_resp_header delete_session fetch_cookies fetch_query_params fetch_session get_cookies get_http_protocol
    get_peer_data get_req_header get_resp_cookies get_resp_header get_session get_sock_data get_ssl_data halt inform
    inform! merge_assigns merge_private merge_req_headers merge_resp_headers prepend_req_headers prepend_resp_headers
    push push! put_private put_req_header put_resp_content_type put_resp_cookie put_resp_header put_session put_status
    read_body read_part_body read_part_headers register_before_send request_url resp send_chunked send_file send_resp
    update_req_header update_resp_header upgrade_adapter`,
    "",
  ],
};

/** What a `use` of these imports. */
export const IMPORTED_BY_USE: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    "ExUnit.Case": ["ExUnit.Assertions", "ExUnit.Callbacks"],
    "Phoenix.Channel": ["Phoenix.Channel", "Phoenix.Socket"],
    "Phoenix.Component": ["Phoenix.Component"],
    "Phoenix.Controller": ["Phoenix.Controller", "Plug.Conn"],
    "Phoenix.LiveComponent": ["Phoenix.Component", "Phoenix.LiveView"],
    "Phoenix.LiveView": ["Phoenix.Component", "Phoenix.LiveView"],
    "Phoenix.Socket": ["Phoenix.Socket"],
  }),
);

export interface KnownModule {
  /** Names of its functions; undefined where everything is one that is no macro. */
  readonly functions: ReadonlySet<string> | undefined;
  readonly macros: ReadonlySet<string>;
}

const KNOWN: ReadonlyMap<string, KnownModule> = new Map([
  ...Object.entries(ELIXIR).map(([module, macros]) => known(module, undefined, macros)),
  ...Object.entries(LIBRARIES).map(([module, [functions, macros]]) => known(module, functions, macros)),
]);

function known(
  module: string,
  functions: string | undefined,
  macros: string,
): readonly [string, KnownModule] {
  return [
    module,
    { functions: functions === undefined ? undefined : words(functions), macros: words(macros) },
  ];
}

const ERLANG: KnownModule = { functions: undefined, macros: new Set() };

/** What is known of a module outside of the project. */
export function knownModule(module: string): KnownModule | undefined {
  return module.startsWith(":") ? ERLANG : KNOWN.get(module);
}

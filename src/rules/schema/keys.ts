import { COUNT, either, FLAG, listOf, map, named, POSITIVE, SCALAR, some, TEXT, TEXTS, choice, type Shape } from "./shape.ts";

/** The kinds that `escope index` knows. */
export const MODULE_KINDS: readonly string[] = [
  ..."live_view live_component function_components channel socket presence controller html_view plug router".split(" "),
  ..."endpoint gen_server gen_statem gen_stage broadway agent task supervisor application oban_worker".split(" "),
  ..."ecto_repo ecto_schema telemetry_handler protocol impl exception behaviour mix_task plain".split(" "),
];

const RANGE: Shape = either(
  'a whole number, a range such as ">=2" or "1..3", or { min, max }',
  COUNT,
  { is: "text", form: String.raw`^\s*(?:(?:>=|<=|>|<|=)?\s*\d+|\d+\s*\.\.\s*\d+)\s*$` },
  map({
    min: { takes: COUNT, says: "The least that counts." },
    max: { takes: COUNT, says: "The most that counts." },
  }),
);

const ATTRIBUTE: Shape = some(either("an attribute's name, or NAME: VALUE", TEXT, named("NAME: VALUE", SCALAR)));

const MODULE = map({
  name: { takes: TEXTS, says: "Glob over the module's name: ShopWeb.* takes one more segment, ShopWeb.** any number." },
  kind: { takes: some(choice(...MODULE_KINDS)), says: "What the module is, as escope index shows it." },
  use: { takes: TEXTS, says: "It uses this module, directly or through the project's own macros." },
  behaviour: { takes: TEXTS, says: "It has this behaviour." },
  defines: { takes: some({ is: "text", form: String.raw`^.+/\d+$` }), says: "It defines this function or macro: on_mount/4." },
  attribute: { takes: ATTRIBUTE, says: "It sets this attribute: @NAME, or @NAME with this value as it is written." },
});

const FUNCTION = map({
  name: { takes: TEXTS, says: "Name of the function; * stands for any text." },
  arity: { takes: some(RANGE), says: "Number of parameters; with defaults the lower numbers count, too." },
  kind: { takes: some(choice("function", "macro")), says: "What it is; macros are selected only where this asks for them." },
  visibility: { takes: some(choice("public", "private")), says: "public is def (defmacro), private is defp (defmacrop)." },
  callback_of: { takes: TEXTS, says: "It is a callback of this behaviour, in a module that has it." },
  guards: { takes: FLAG, says: "Whether the clause has a guard (when)." },
  clauses: { takes: some(RANGE), says: "How many clauses the function has." },
  attribute: { takes: ATTRIBUTE, says: "This attribute stands before one of the function's clauses: @impl, @doc, @spec or the project's own." },
  recursive: { takes: FLAG, says: "Whether the function calls itself, directly or through tail calls of others." },
});

export const METAVARIABLE_KINDS: readonly string[] = [
  ..."atom string interpolation charlist integer float boolean nil alias variable call".split(" "),
  ..."map struct list tuple bitstring sigil function operator".split(" "),
];

const CONSTRAINT: Shape = map({
  regex: { takes: TEXTS, says: "The code as it is written has a part that this regular expression matches." },
  kind: { takes: some(choice(...METAVARIABLE_KINDS)), says: "What the code is." },
  pattern: { takes: TEXTS, says: "The code has this form." },
  not: { takes: { is: "ref", name: "constraint", to: () => CONSTRAINT }, says: "This does not hold for the code." },
});

/** A call by what is known of the module that is called. */
export const CALLEE: Shape & { is: "map" } = map({
  module: { takes: MODULE, says: "Conditions on the module whose function is called, where the project has it." },
  outside: { takes: TEXTS, says: "Glob over the names of called modules that the project does not have: those of its dependencies." },
  name: { takes: TEXTS, says: "Name of the function that is called; * stands for any text." },
  arity: { takes: some(RANGE), says: "Number of arguments, with what is piped." },
}, { called: "a call", needsOne: { of: ["module", "outside"], exactly: false } });

const CALL: Shape = some(either("Module.function/arity, or { module, outside, name, arity }", TEXT, CALLEE));

export const MATCH_REF: Shape & { is: "ref" } = { is: "ref", name: "match", to: () => MATCH };

/** `match:`, an entry of `all`, `any` and `exclude`, and what stands below `not`, `inside` and `has`. */
export const MATCH: Shape & { is: "map" } = map({
  path: { takes: TEXTS, says: "Glob over the file's path in the project; * stays in its folder, ** does not." },
  app: { takes: TEXTS, says: "Name of the application that the file belongs to, as its mix.exs has it." },
  dep: { takes: TEXTS, says: "Name of the dependency that the file belongs to (a path dependency inside the project, or one that deps in the configuration names)." },
  module: { takes: MODULE, says: "Conditions on the module." },
  function: { takes: FUNCTION, says: "Conditions on the function, or on the one clause." },
  call: { takes: CALL, says: "Selects calls: GenServer.call/2, Repo.*, :ets.insert/2, send/2, or by their module: { module: { use: Ecto.Repo }, name: all }." },
  pattern: { takes: TEXTS, says: "Selects expressions by their form: Elixir code with $NAME for any one thing and $$$NAME for any number." },
  where: { takes: named("a map of metavariables", CONSTRAINT), says: "Conditions on the pattern's metavariables." },
  inside: { takes: MATCH_REF, says: "What is selected stands inside of this: a call, a pattern, a function or a module." },
  has: { takes: { ...MATCH_REF, selects: true }, says: "What is selected has this in it: a call or a pattern." },
  matches: { takes: TEXTS, says: "One of these matches of utils holds." },
  all: { takes: listOf(MATCH_REF, 1), says: "All of them hold." },
  any: { takes: listOf(MATCH_REF, 1), says: "One of them holds." },
  not: { takes: MATCH_REF, says: "This does not hold." },
});

const CAPTURE = map({
  args: {
    takes: either("true, false, or a list of places and names", FLAG, some(either("a place, counted from 0, or a name", COUNT, TEXT))),
    says: "Which arguments are kept: all, none, or these, by place from 0 or by the name in the clause's head.",
  },
  result: { takes: FLAG, says: "Whether the result is kept." },
  state: {
    takes: either("diff, full, or false", choice("diff", "full"), FLAG),
    says: "How states are recorded, of processes and of sockets: what has changed, the whole state at each change, or not.",
  },
  render: { takes: FLAG, says: "Whether the template that a function returns is timed: why it was rendered, and what it cost." },
  locals: { takes: TEXTS, says: "Variables of the body: what each is bound to is an event of its own." },
});

const REDACT = either(
  "a list of keys, or { keys, paths, patterns }",
  TEXT,
  listOf(TEXT, 1),
  map({
    keys: { takes: TEXTS, says: "Values under keys that contain one of these, and arguments and variables that are called so." },
    paths: { takes: TEXTS, says: "Values at these paths of keys, which may begin with an argument's name: user.email; * is any key." },
    patterns: { takes: TEXTS, says: "What these regular expressions match within texts." },
  }),
);

const LIMIT = map({
  depth: { takes: POSITIVE, says: "How deep a value is kept." },
  items: { takes: POSITIVE, says: "How many items of each list, map or tuple are kept." },
  bytes: { takes: POSITIVE, says: "How many bytes of each binary are kept." },
  total: { takes: POSITIVE, says: "The budget for all arguments of a call together, or for its result." },
  per_second: { takes: POSITIVE, says: "How many calls a second are recorded." },
});

/** `do:` of a rule. */
export const DO: Shape & { is: "map" } = map({
  enter: { takes: FLAG, says: "false: nothing is written before the end, so that what is still running does not show." },
  leave: { takes: FLAG, says: "false: no event when it returns." },
  raise: { takes: FLAG, says: "false: no event when it raises, throws or exits." },
  capture: { takes: CAPTURE, says: "Which values are kept." },
  redact: { takes: REDACT, says: "What is hidden in the values, besides what is hidden everywhere." },
  limit: { takes: LIMIT, says: "How much of the values, and how many calls, are kept." },
  sample: { takes: { is: "number", least: 0, most: 1 }, says: "The share of calls that is recorded." },
  when: { takes: TEXT, says: "Elixir expression over args and the names of arguments: only calls for which it holds are recorded." },
  tag: { takes: TEXTS, says: "Words to find the events by." },
  mark: { takes: TEXT, says: "What the event is called in traces." },
});

/** What the VM traces, by names alone: nothing else is known of functions that are not rewritten. */
export const TRACED: Shape & { is: "map" } = map({
  module: { takes: TEXTS, says: "Name of the module; * stands for a segment, ** for any number." },
  name: { takes: TEXTS, says: "Name of the function; * stands for any text. Without it all, or all callbacks." },
  arity: { takes: COUNT, says: "Number of its parameters." },
  callback_of: { takes: TEXT, says: "Only callbacks of this behaviour, in modules that have it." },
}, { called: "functions to trace", needs: ["module"] });

const PLACES = listOf(either("Module.function/arity, or a line", TEXT, COUNT));

const TEST = map({
  rule: { takes: TEXT, says: "The rule that is tested, in a file of tests." },
  name: { takes: TEXT, says: "What the test is about." },
  source: { takes: TEXT, says: "Elixir source that the rule is tried on." },
  path: { takes: TEXT, says: "The path that the source has." },
  file: { takes: TEXT, says: "A file or folder of sources, instead of source." },
  matches: { takes: PLACES, says: "Exactly what the rule selects: Module.function/arity, with #clause, or a line." },
  no_match: { takes: PLACES, says: "What the rule must not select." },
  expect: { takes: { is: "text", empty: true }, says: "The source with its probes." },
}, { called: "a test", needsOne: { of: ["source", "file"], exactly: true } });

/** What `ruleId` takes. */
export const ID_FORM: string = String.raw`^[^\s,\[\]\u0000-\u001f]+$`;

const RULE = map(
  {
    id: { takes: { is: "text", form: ID_FORM }, says: "The rule's name, once in a file; that of an extended rule replaces what is given here." },
    description: { takes: TEXT, says: "What the rule is for." },
    enabled: { takes: FLAG, says: "false: the rule is not there." },
    match: { takes: MATCH_REF, says: "What the rule selects." },
    trace: {
      takes: some(either("Module.function/arity, or { module, name, arity, callback_of }", TEXT, TRACED)),
      says: "In place of match: functions of OTP and of dependencies, whose calls the VM traces while a recording is on.",
    },
    do: { takes: DO, says: "What is recorded of it." },
    max_probes: { takes: POSITIVE, says: "The most probes that it may ask for; with more, nothing is written." },
    tests: { takes: listOf(TEST), says: "Tests of the rule, run by escope rules test." },
  },
  { called: "a rule", needs: ["id"] },
);

/** A whole rule file. */
export const RULE_FILE: Shape & { is: "map" } = map({
  description: { takes: TEXT, says: "What the rules of this file are for." },
  rules: { takes: listOf(RULE), says: "The rules." },
  utils: { takes: named("a map of named matches", MATCH_REF), says: "Matches with names, for `matches:` in this file and in those that extend it." },
  extends: { takes: TEXTS, says: "Rule files whose rules count here, too: builtin:NAME, or a path from this file's folder." },
  exclude: { takes: some(MATCH_REF), says: "Matches of what no rule selects, of this file or any other." },
});

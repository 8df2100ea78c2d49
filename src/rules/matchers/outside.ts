import type { ModuleIndex } from "../../parser/index.ts";

/** First parts of the names of modules that come with Elixir (`elixir`, `eex`, `ex_unit`, `iex`, `logger`, `mix`). */
const ELIXIR: ReadonlySet<string> = new Set(
  `Access Agent Application Atom Base Behaviour Bitwise Calendar Code Collectable Config Date DateTime Dict Duration DynamicSupervisor
  EEx Enum Enumerable ExUnit Exception File Float Function GenEvent GenServer HashDict HashSet IEx IO Inspect Integer JSON Kernel Keyword
  List Logger Macro Map MapSet Mix Module NaiveDateTime Node OptionParser PartitionSupervisor Path Port Process Protocol Range Record Regex
  Registry Set Stream String StringIO Supervisor System Task Time Tuple URI Version ArgumentError ArithmeticError BadArityError
  BadBooleanError BadFunctionError BadMapError BadStructError CaseClauseError CompileError CondClauseError ErlangError FunctionClauseError
  KeyError MatchError MismatchedDelimiterError MissingApplicationsError RuntimeError SyntaxError SystemLimitError TokenMissingError
  TryClauseError UndefinedFunctionError UnicodeConversionError WithClauseError`.split(/\s+/),
);

/** Whether a module that the project has not is one of a dependency: neither Elixir's nor Erlang's, nor a protocol of the project. */
export function isOfDependency(name: string, index: ModuleIndex): boolean {
  return !name.startsWith(":") && !ELIXIR.has(rootOf(name)) && !protocolsOf(index).has(name);
}

function rootOf(name: string): string {
  return name.split(".", 1)[0] ?? name;
}

const PROTOCOLS = new WeakMap<ModuleIndex, ReadonlySet<string>>();

/** Protocols are no modules here: those that are implemented, and called as the project's modules are. */
function protocolsOf(index: ModuleIndex): ReadonlySet<string> {
  const known = PROTOCOLS.get(index);
  if (known !== undefined) return known;
  const modules = [...index.modules.values()];
  const roots = new Set(modules.flatMap(({ name, protocol }) => (protocol === undefined ? [rootOf(name)] : [])));
  const found = modules.flatMap(({ protocol }) => (protocol !== undefined && roots.has(rootOf(protocol)) ? [protocol] : []));
  const protocols = new Set(found);
  PROTOCOLS.set(index, protocols);
  return protocols;
}

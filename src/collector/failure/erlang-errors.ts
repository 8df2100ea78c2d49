import { as, atomName, type Term } from "../etf/index.ts";
import { type Exception } from "./exceptions.ts";
import { callText, type Inspect } from "./stack.ts";

/** An error as the VM raises it, in the words of the exception into which Elixir turns it. */
export function fromErlang(reason: Term, stacktrace: Term | undefined, inspect: Inspect): Exception {
  const [tag, ...details] = as(reason, "tuple")?.items ?? [reason];
  const make = ERRORS[atomName(tag) ?? ""];
  const exception = make?.(details, inspect, stacktrace) ?? null;
  return exception ?? { module: "ErlangError", message: `Erlang error: ${inspect(reason)}` };
}

type Make = (details: readonly Term[], inspect: Inspect, stack: Term | undefined) => Exception | null;

const ERRORS: Readonly<Record<string, Make>> = {
  badarg: ([payload], inspect) => {
    const message = payload === undefined ? "argument error" : `argument error: ${inspect(payload)}`;
    return { module: "ArgumentError", message };
  },
  badarith: plain("ArithmeticError", "bad argument in arithmetic expression"),
  badbool: ([operator, term], inspect) => {
    if (operator === undefined || term === undefined) return null;
    const message = `expected a boolean on left-side of "${atomName(operator)}", got: ${inspect(term)}`;
    return { module: "BadBooleanError", message };
  },
  badfun: withTerm("BadFunctionError", "expected a function, got: "),
  badkey: ([key, term], inspect, stack) => {
    if (key === undefined) return null;
    const map = term ?? mapOfTop(stack);
    const place = map === undefined ? "" : ` in: ${inspect(map)}`;
    return { module: "KeyError", message: `key ${inspect(key)} not found${place}` };
  },
  badmap: withTerm("BadMapError", "expected a map, got: "),
  badmatch: withTerm("MatchError", "no match of right hand side value: "),
  case_clause: withTerm("CaseClauseError", "no case clause matching: "),
  cond_clause: plain("CondClauseError", "no cond clause evaluated to a truthy value"),
  else_clause: withTerm("WithClauseError", "no with clause matching: "),
  function_clause: atTop("FunctionClauseError", (call) => `no function clause matching in ${call}`),
  system_limit: plain("SystemLimitError", "a system limit has been reached"),
  try_clause: withTerm("TryClauseError", "no try clause matching: "),
  undef: atTop("UndefinedFunctionError", (call) => `function ${call} is undefined`),
  with_clause: withTerm("WithClauseError", "no with clause matching: "),
};

function plain(module: string, message: string): Make {
  return (details) => (details.length === 0 ? { module, message } : null);
}

function withTerm(module: string, words: string): Make {
  return ([term], inspect) => (term === undefined ? null : { module, message: `${words}${inspect(term)}` });
}

function atTop(module: string, words: (call: string) => string): Make {
  return (_details, inspect, stack) => {
    const call = topCall(stack, inspect);
    return call === null ? null : { module, message: words(call) };
  };
}

/** `Module.function/arity` of the stack's first entry. */
function topCall(stacktrace: Term | undefined, inspect: Inspect): string | null {
  const [module, name, arity] = as(as(stacktrace, "list")?.items[0], "tuple")?.items ?? [];
  if (module === undefined || name === undefined || arity === undefined) return null;
  return callText(module, name, as(arity, "list")?.items.length ?? arity, inspect);
}

/** The map in which a key was looked for: `Map` takes it first, Erlang's own functions last. */
function mapOfTop(stacktrace: Term | undefined): Term | undefined {
  const [module, , args] = as(as(stacktrace, "list")?.items[0], "tuple")?.items ?? [];
  const list = as(args, "list")?.items;
  const map = atomName(module) === "Elixir.Map" ? list?.[0] : list?.at(-1);
  return as(map, "map") ?? undefined;
}

import { as, atomName, type Term } from "../etf/index.ts";
import { type Exception } from "./exceptions.ts";
import { callText, type Inspect } from "./stack.ts";

/** An error as the VM raises it, in the words of the exception into which Elixir turns it. */
export function fromErlang(reason: Term, stacktrace: Term | undefined, inspect: Inspect): Exception {
  const [tag, ...details] = as(reason, "tuple")?.items ?? [reason];
  const make = ERRORS[atomName(tag) ?? ""];
  const exception = make?.(details, () => topCall(stacktrace, inspect), inspect) ?? null;
  return exception ?? { module: "ErlangError", message: `Erlang error: ${inspect(reason)}` };
}

type Make = (details: readonly Term[], top: () => string | null, inspect: Inspect) => Exception | null;

const ERRORS: Readonly<Record<string, Make>> = {
  badarg: ([payload], _top, inspect) => {
    const message = payload === undefined ? "argument error" : `argument error: ${inspect(payload)}`;
    return { module: "ArgumentError", message };
  },
  badarith: plain("ArithmeticError", "bad argument in arithmetic expression"),
  badbool: ([operator, term], _top, inspect) => {
    if (operator === undefined || term === undefined) return null;
    const message = `expected a boolean on left-side of "${atomName(operator)}", got: ${inspect(term)}`;
    return { module: "BadBooleanError", message };
  },
  badfun: withTerm("BadFunctionError", "expected a function, got: "),
  badkey: ([key, map], _top, inspect) => {
    if (key === undefined) return null;
    return {
      module: "KeyError",
      message: `key ${inspect(key)} not found${map === undefined ? "" : ` in: ${inspect(map)}`}`,
    };
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
  return ([term], _top, inspect) =>
    term === undefined ? null : { module, message: `${words}${inspect(term)}` };
}

function atTop(module: string, words: (call: string) => string): Make {
  return (_details, top) => {
    const call = top();
    return call === null ? null : { module, message: words(call) };
  };
}

/** `Module.function/arity` of the stack's first entry. */
function topCall(stacktrace: Term | undefined, inspect: Inspect): string | null {
  const [module, name, arity] = as(as(stacktrace, "list")?.items[0], "tuple")?.items ?? [];
  if (module === undefined || name === undefined || arity === undefined) return null;
  return callText(module, name, as(arity, "list")?.items.length ?? arity, inspect);
}

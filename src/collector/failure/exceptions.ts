import { as, atomName, field, type MapTerm, type Term, textOf } from "../etf/index.ts";
import { type Inspect, stackLine } from "./stack.ts";

/** A module with its message: what stands in `** (Module) message`. */
export interface Exception {
  readonly module: string;
  readonly message: string;
}

type Message = (value: (key: string) => Term | undefined, inspect: Inspect) => string | null;

/** An exception struct in its own words; null where the term is none. */
export function fromStruct(term: Term, inspect: Inspect): Exception | null {
  const map = as(term, "map");
  const name = map === null ? null : atomName(field(map, "__struct__"));
  if (map === null || name === null || atomName(field(map, "__exception__")) !== "true") return null;
  const module = name.replace(/^Elixir\./, "");
  const value = (key: string): Term | undefined => field(map, key);
  const message = messageField(map, inspect) ?? MESSAGES[module]?.(value, inspect) ?? inspect(map);
  return { module, message };
}

/** Exceptions that make their text only when asked for it. Others keep it in `message`. */
const MESSAGES: Readonly<Record<string, Message>> = {
  BadArityError: (value, inspect) => badArity(value("function"), value("args"), inspect),
  BadBooleanError: about(
    (operator) => `expected a boolean on left-side of "${operator}", got: `,
    "term",
    "operator",
  ),
  BadFunctionError: about(() => "expected a function, got: ", "term"),
  BadMapError: about(() => "expected a map, got: ", "term"),
  BadStructError: (value, inspect) => {
    const [struct, term] = [value("struct"), value("term")];
    if (struct === undefined || term === undefined) return null;
    return `expected a struct named ${inspect(struct)}, got: ${inspect(term)}`;
  },
  CaseClauseError: about(() => "no case clause matching: ", "term"),
  CondClauseError: () => "no cond clause evaluated to a truthy value",
  ErlangError: about(() => "Erlang error: ", "original"),
  FunctionClauseError: (value, inspect) =>
    aboutFunction("no function clause matching in", "", value, inspect),
  KeyError: (value, inspect) => missingKey(value("key"), value("term"), inspect),
  MatchError: about(() => "no match of right hand side value: ", "term"),
  "Protocol.UndefinedError": undefinedProtocol,
  TryClauseError: about(() => "no try clause matching: ", "term"),
  UndefinedFunctionError: (value, inspect) => aboutFunction("function", " is undefined", value, inspect),
  WithClauseError: about(() => "no with clause matching: ", "term"),
};

function messageField(map: MapTerm, inspect: Inspect): string | null {
  const message = field(map, "message");
  if (message === undefined || atomName(message) === "nil") return null;
  return textOf(message) ?? inspect(message);
}

function about(words: (detail: string) => string, key: string, detail?: string): Message {
  return (value, inspect) => {
    const term = value(key);
    const name = detail === undefined ? null : atomName(value(detail));
    return term === undefined ? null : `${words(name ?? "")}${inspect(term)}`;
  };
}

function aboutFunction(
  before: string,
  after: string,
  value: Parameters<Message>[0],
  inspect: Inspect,
): string | null {
  const [module, name, arity] = [value("module"), value("function"), value("arity")];
  if (module === undefined || name === undefined || arity === undefined) return null;
  const place: Term = { type: "tuple", items: [module, name, arity, { type: "list", items: [] }] };
  const line = stackLine(place, inspect);
  return line === null ? null : `${before} ${line}${after}`;
}

function missingKey(key: Term | undefined, term: Term | undefined, inspect: Inspect): string | null {
  if (key === undefined) return null;
  const place = term === undefined || atomName(term) === "nil" ? "" : ` in: ${inspect(term)}`;
  return `key ${inspect(key)} not found${place}`;
}

function badArity(fun: Term | undefined, args: Term | undefined, inspect: Inspect): string | null {
  const list = as(args, "list")?.items;
  if (fun === undefined || list === undefined) return null;
  const count = list.length === 0 ? "no" : list.length;
  const shown = list.length === 0 ? "" : ` (${list.map(inspect).join(", ")})`;
  return `${inspect(fun)} called with ${count} argument${list.length === 1 ? "" : "s"}${shown}`;
}

function undefinedProtocol(value: Parameters<Message>[0], inspect: Inspect): string | null {
  const [protocol, term, description] = [value("protocol"), value("value"), textOf(value("description"))];
  if (protocol === undefined || term === undefined) return null;
  const kind = structName(term) ?? TYPE_NAMES[typeof term === "object" ? term.type : "integer"];
  const why = description === null || description === "" ? "" : `, ${description}`;
  return `protocol ${inspect(protocol)} not implemented for ${inspect(term)} of type ${kind}${why}`;
}

/** What Elixir calls the type of a term that has no implementation. */
const TYPE_NAMES = {
  atom: "Atom",
  binary: "BitString",
  export: "Function",
  float: "Float",
  fun: "Function",
  integer: "Integer",
  list: "List",
  map: "Map",
  pid: "PID",
  port: "Port",
  reference: "Reference",
  tuple: "Tuple",
} as const;

function structName(term: Term): string | null {
  const map = as(term, "map");
  const name = map === null ? null : atomName(field(map, "__struct__"));
  return name === null ? null : `${name.replace(/^Elixir\./, "")} (a struct)`;
}

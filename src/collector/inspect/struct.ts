import { as, atomName, type MapTerm, type Term, textOf } from "../etf/index.ts";
import { CALENDAR_PRINTERS } from "./calendar.ts";
import { inspectAtom, inspectKey } from "./atom.ts";
import { DECIMAL_PRINTER } from "./decimal.ts";
import { printRegex } from "./regex.ts";

export type Fields = ReadonlyMap<string, Term>;

/** How terms inside a struct are printed. */
export interface Print {
  (term: Term): string;
  /** The same, with charlists as plain lists. */
  readonly asLists: (term: Term) => string;
}

/** What a module's own `Inspect` prints; null where the fields are not what that expects (cut, or another version). */
export type StructPrinter = (fields: Fields, print: Print) => string | null;

/** The module of a struct, null for any other map. */
export function structName(map: MapTerm): string | null {
  const entry = map.entries.find(([key]) => atomName(key) === "__struct__");
  const name = atomName(entry?.[1]);
  return name?.startsWith("Elixir.") === true ? name : null;
}

export function inspectStruct(name: string, map: MapTerm, more: string | null, print: Print): string {
  const fields: Fields = new Map(map.entries.map(([key, value]) => [atomName(key) ?? "", value]));
  const own = more === null ? (PRINTERS[name]?.(fields, print) ?? null) : null;
  if (own !== null) return own;
  const shown = inOrder(name, fields).map(([key, value]) => `${inspectKey(key)} ${print(value)}`);
  return `%${inspectAtom(name)}{${[...shown, ...(more === null ? [] : [more])].join(", ")}}`;
}

/** Elixir prints in the order of `defstruct`, which the wire does not carry: the VM's own order otherwise. */
function inOrder(name: string, fields: Fields): [string, Term][] {
  const order = DEFINITION_ORDER[name]?.split(" ") ?? [];
  const rank = (key: string): number => (order.includes(key) ? order.indexOf(key) : order.length);
  const shown = [...fields].filter(([key]) => key !== "__struct__" && key !== "__exception__");
  return shown.sort(([left], [right]) => rank(left) - rank(right));
}

const DEFINITION_ORDER: Readonly<Record<string, string>> = {
  "Elixir.BadArityError": "function args",
  "Elixir.BadBooleanError": "term operator",
  "Elixir.BadStructError": "struct term",
  "Elixir.Ecto.NoResultsError": "message",
  "Elixir.ErlangError": "original reason",
  "Elixir.File.Error": "reason path action",
  "Elixir.FunctionClauseError": "module function arity kind args clauses",
  "Elixir.KeyError": "key term message",
  "Elixir.Phoenix.Socket.Message": "topic event payload ref join_ref",
  "Elixir.Protocol.UndefinedError": "protocol value description",
  "Elixir.URI": "scheme authority userinfo host port path query fragment",
  "Elixir.UndefinedFunctionError": "module function arity reason message",
  "Elixir.Version": "major minor patch pre build",
};

const PRINTERS: Readonly<Record<string, StructPrinter>> = {
  ...CALENDAR_PRINTERS,
  "Elixir.Date.Range": printDateRange,
  "Elixir.Decimal": DECIMAL_PRINTER,
  "Elixir.Ecto.Association.NotLoaded": (fields, print) => {
    const name = fields.get("__field__");
    return name === undefined
      ? null
      : `#Ecto.Association.NotLoaded<association ${print(name)} is not loaded>`;
  },
  "Elixir.Ecto.Schema.Metadata": (fields, print) => {
    const parts = [fields.get("state"), fields.get("source")];
    return parts.includes(undefined)
      ? null
      : `#Ecto.Schema.Metadata<${parts.map((part) => print(part as Term)).join(", ")}>`;
  },
  "Elixir.MapSet": (fields, print) => {
    const members = as(fields.get("map"), "map")?.entries.map(([member]) => member);
    return members === undefined ? null : `MapSet.new(${print.asLists({ type: "list", items: members })})`;
  },
  "Elixir.Range": printRange,
  "Elixir.Regex": printRegex,
  "Elixir.Version.Requirement": (fields) => {
    const source = textOf(fields.get("source"));
    return source === null ? null : `Version.parse_requirement!("${source}")`;
  },
};

function printRange(fields: Fields, print: Print): string | null {
  const [first, last] = [fields.get("first"), fields.get("last")];
  if (!isInteger(first) || !isInteger(last)) return null;
  const step = fields.get("step") ?? (first <= last ? 1 : -1);
  const plain = step === 1 && first <= last;
  return `${print(first)}..${print(last)}${plain ? "" : `//${print(step)}`}`;
}

function printDateRange(fields: Fields, print: Print): string | null {
  const [first, last, step = 1] = [fields.get("first"), fields.get("last"), fields.get("step")];
  if (first === undefined || last === undefined) return null;
  return `Date.range(${print(first)}, ${print(last)}${step === 1 ? "" : `, ${print(step)}`})`;
}

function isInteger(term: Term | undefined): term is number | bigint {
  return typeof term === "number" || typeof term === "bigint";
}

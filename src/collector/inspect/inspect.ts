import { as, atomName, type ListTerm, type MapTerm, type Term } from "../etf/index.ts";
import { inspectAtom, inspectCall, inspectKey } from "./atom.ts";
import { inspectBinary } from "./binary.ts";
import { escapeText, isCharlistChar } from "./escape.ts";
import { inspectFloat } from "./float.ts";
import { cutItems, cutMap, inspectMarker } from "./marker.ts";
import { inspectStruct, type Print, structName } from "./struct.ts";

export interface InspectOptions {
  /** Names of the node that recorded: its own pids print as `#PID<0.1.0>`. */
  readonly localNodes?: ReadonlySet<string>;
  /** False: lists of printable characters print as lists. */
  readonly charlists?: boolean;
}

/**
 * As Elixir's `inspect(term, width: :infinity, limit: :infinity, printable_limit: :infinity)`, with charlists as
 * since 1.15. What cannot be known from the wire alone: the order of `defstruct` (fields come in the VM's order),
 * custom `Inspect` implementations beyond those of Elixir itself, and names of closures.
 *
 * Maps keep the order of the wire: the VM writes them in the order in which it also enumerates them, by key up to
 * OTP 25, by atom index or hash otherwise. Sorting here would differ from what the VM prints.
 */
export function inspectTerm(term: Term, options: InspectOptions = {}): string {
  const print = ((inner) => printTerm(inner, print, options)) as Print;
  Object.assign(print, { asLists: (inner: Term) => inspectTerm(inner, { ...options, charlists: false }) });
  return print(term);
}

function printTerm(term: Term, print: Print, options: InspectOptions): string {
  if (typeof term !== "object") return String(term);
  switch (term.type) {
    case "atom":
      return inspectAtom(term.name);
    case "binary":
      return inspectBinary(term);
    case "export":
      return `&${inspectAtom(term.module)}.${inspectCall(term.function)}/${term.arity}`;
    case "float":
      return inspectFloat(term.value);
    case "fun":
      return `#Function<${term.index}.${String(term.uniq)}/${term.arity} in ${inspectAtom(term.module)}>`;
    case "list":
      return printList(term, print, options);
    case "map":
      return printMap(term, print);
    case "pid":
      return `#PID<${nodePart(term.node, options)}.${term.id}.${term.serial}>`;
    case "port":
      return `#Port<${nodePart(term.node, options)}.${term.id}>`;
    case "reference":
      return `#Reference<${[nodePart(term.node, options), ...term.words.toReversed()].join(".")}>`;
    case "tuple":
      return inspectMarker(term) ?? `{${term.items.map(print).join(", ")}}`;
  }
}

/** The VM numbers other nodes as it meets them; the wire has their names. */
function nodePart(node: string, { localNodes }: InspectOptions): string {
  return node === "nonode@nohost" || localNodes?.has(node) === true ? "0" : node;
}

function printList(list: ListTerm, print: Print, options: InspectOptions): string {
  const { kept: items, more } = cutItems(list.items);
  const rest = more === null ? [] : [more];
  const { tail } = list;
  if (tail !== undefined) return `[${items.map(print).join(", ")} | ${print(tail)}]`;
  if (options.charlists !== false && items.length > 0 && items.every(isCharlistChar)) {
    return `~c"${escapeText(items.map((code) => String.fromCharCode(code as number)).join(""))}"${rest.map((mark) => ` ++ ${mark}`).join("")}`;
  }
  const tuples = items.map((item) => as(item, "tuple"));
  // What stands for something that was left out may be a pair, but is none of the program's.
  const pairs = tuples.map((tuple) => (tuple === null || inspectMarker(tuple) !== null ? [] : tuple.items));
  const shown = pairs.every(isPair) ? pairs.map((pair) => keyword(pair, print)) : items.map(print);
  return `[${[...shown, ...rest].join(", ")}]`;
}

function printMap(map: MapTerm, print: Print): string {
  const { kept, more } = cutMap(map);
  const struct = structName(kept);
  if (struct !== null) return inspectStruct(struct, kept, more, print);
  const short = kept.entries.every(isPair);
  const shown = kept.entries.map((entry) =>
    short ? keyword(entry, print) : `${print(entry[0])} => ${print(entry[1])}`,
  );
  return `%{${[...shown, ...(more === null ? [] : [more])].join(", ")}}`;
}

/** Whether the pair can be written `key: value`. */
function isPair(pair: readonly Term[]): boolean {
  const key = atomName(pair[0]);
  return pair.length === 2 && key !== null && !key.startsWith("Elixir.");
}

function keyword([key, value]: readonly Term[], print: Print): string {
  return `${inspectKey(atomName(key) as string)} ${print(value as Term)}`;
}

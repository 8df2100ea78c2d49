import { as, atomName, type BinaryTerm, type MapTerm, type Term, type TupleTerm } from "../etf/index.ts";
import { inspectAtom, inspectCall } from "./atom.ts";
import { inspectPrefix } from "./binary.ts";

/** What stands where the runtime left something out, null for terms of the program's own. */
export function inspectMarker(tuple: TupleTerm): string | null {
  const [tag, kind, ...rest] = tuple.items;
  if (atomName(tag) !== "$escope") return null;
  switch (atomName(kind)) {
    case "binary":
      return cutBinary(rest);
    case "depth":
      return "...";
    case "fun":
      return namedFun(rest);
    case "left_out":
      return "(left out)";
    case "more":
      return moreText(rest[0]);
    case "redacted":
      return "[REDACTED]";
    case "state":
      return `state ${String(rest[0])}`;
    case "unknown":
      return "(unknown)";
    default:
      return null;
  }
}

/** A container without the mark at its end, and what the mark says. */
export interface Cut<T> {
  readonly kept: T;
  readonly more: string | null;
}

export function cutItems(items: readonly Term[]): Cut<readonly Term[]> {
  const last = as(items.at(-1), "tuple");
  if (last === null || last.items.length !== 3 || !isMore(last)) return { kept: items, more: null };
  return { kept: items.slice(0, -1), more: moreText(last.items[2]) };
}

export function cutMap(map: MapTerm): Cut<MapTerm> {
  const mark = map.entries.find(([key]) => isMore(as(key, "tuple")));
  if (mark === undefined) return { kept: map, more: null };
  return {
    kept: { ...map, entries: map.entries.filter((entry) => entry !== mark) },
    more: moreText(mark[1]),
  };
}

function isMore(tuple: TupleTerm | null): boolean {
  return tuple !== null && atomName(tuple.items[0]) === "$escope" && atomName(tuple.items[1]) === "more";
}

function moreText(count: Term | undefined): string {
  return typeof count === "number" || typeof count === "bigint" ? `... (${count} more)` : "...";
}

function cutBinary([prefix, size]: readonly Term[]): string | null {
  const binary = as(prefix, "binary");
  return binary === null || typeof size !== "number"
    ? null
    : inspectPrefix(binary as BinaryTerm, sizeText(size));
}

const UNITS = ["kB", "MB", "GB", "TB"];

function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  const power = Math.min(UNITS.length, Math.floor(Math.log10(bytes) / 3));
  return `${(bytes / 1000 ** power).toFixed(1)} ${UNITS[power - 1]}`;
}

/** A closure whose environment was left away. `-handle_call/3-fun-0-` is how the compiler names it. */
function namedFun([module, name, arity]: readonly Term[]): string | null {
  const [owner, inner] = [atomName(module), atomName(name)];
  if (owner === null || inner === null || typeof arity !== "number") return null;
  const parent = /^-(.+)\/([^-/]+)-fun-\d+-$/.exec(inner);
  const place = parent === null ? inspectCall(inner) : `${inspectCall(parent[1] as string)}/${parent[2]}`;
  return `#Function<fn/${arity} in ${inspectAtom(owner)}.${place}>`;
}

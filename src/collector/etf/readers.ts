import { type Cursor, countOf, EtfError, int32, slice, take, uint16, uint32, uint8 } from "./cursor.ts";
import { bigInteger } from "./integers.ts";
import { TAG } from "./tags.ts";
import { as, type AtomTerm, type FloatTerm, type ListTerm, type MapTerm, type Term } from "./term.ts";

type Reader = (cursor: Cursor) => Term;

/** Far more than a payload holds, far less than the JavaScript stack does. */
const MAX_DEPTH = 1000;

/** Reads the term that begins at the cursor. */
export function readTerm(cursor: Cursor): Term {
  const start = cursor.at;
  const reader = READERS[uint8(cursor)];
  if (reader === undefined) throw new EtfError(`unknown tag ${cursor.bytes[start]}`, start);
  if (cursor.depth === MAX_DEPTH) throw new EtfError(`nested deeper than ${MAX_DEPTH}`, start);
  cursor.depth += 1;
  const term = reader(cursor);
  cursor.depth -= 1;
  return term;
}

function readTerms(cursor: Cursor, count: number): Term[] {
  countOf(cursor, count, 1);
  const terms: Term[] = [];
  for (let index = 0; index < count; index += 1) terms.push(readTerm(cursor));
  return terms;
}

function atom(cursor: Cursor, length: number, encoding: "utf8" | "latin1"): AtomTerm {
  const start = take(cursor, length);
  return { type: "atom", name: cursor.bytes.toString(encoding, start, start + length) };
}

function float(value: number, cursor: Cursor): FloatTerm {
  if (!Number.isFinite(value)) throw new EtfError("not a float", cursor.at);
  return { type: "float", value };
}

function textFloat(cursor: Cursor): FloatTerm {
  const text = slice(cursor, 31).toString("latin1").replace(/\0+$/, "");
  return float(text === "" ? Number.NaN : Number(text), cursor);
}

/** Bytes as a list: how short lists of small integers are written. */
function byteList(cursor: Cursor): ListTerm {
  return { type: "list", items: [...slice(cursor, uint16(cursor))] };
}

function list(cursor: Cursor): ListTerm {
  const items = readTerms(cursor, uint32(cursor));
  const tail = readTerm(cursor);
  const rest = as(tail, "list");
  if (rest === null) return { type: "list", items, tail };
  return { ...rest, items: rest.items.length === 0 ? items : [...items, ...rest.items] };
}

function map(cursor: Cursor): MapTerm {
  const count = countOf(cursor, uint32(cursor), 2);
  const entries: [Term, Term][] = [];
  for (let index = 0; index < count; index += 1) entries.push([readTerm(cursor), readTerm(cursor)]);
  return { type: "map", entries };
}

function bits(cursor: Cursor): Term {
  const length = uint32(cursor);
  const lastBits = uint8(cursor);
  if (lastBits > 8 || (lastBits === 0 && length > 0)) throw new EtfError("not a bitstring", cursor.at);
  return { type: "binary", bytes: slice(cursor, length), lastBits: length === 0 ? 8 : lastBits };
}

function nameAtom(cursor: Cursor): string {
  const start = cursor.at;
  const term = as(readTerm(cursor), "atom");
  if (term === null) throw new EtfError("an atom expected", start);
  return term.name;
}

function pid(cursor: Cursor, creationBytes: number): Term {
  const node = nameAtom(cursor);
  const id = uint32(cursor);
  const serial = uint32(cursor);
  take(cursor, creationBytes);
  return { type: "pid", node, id, serial };
}

function port(cursor: Cursor, id: (cursor: Cursor) => number | bigint, creationBytes: number): Term {
  const node = nameAtom(cursor);
  const number = id(cursor);
  take(cursor, creationBytes);
  return { type: "port", node, id: number };
}

function uint64(cursor: Cursor): number | bigint {
  const value = cursor.bytes.readBigUInt64BE(take(cursor, 8));
  return value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
}

function reference(cursor: Cursor, creationBytes: number): Term {
  const count = uint16(cursor);
  const node = nameAtom(cursor);
  take(cursor, creationBytes);
  countOf(cursor, count, 4);
  return { type: "reference", node, words: Array.from({ length: count }, () => uint32(cursor)) };
}

function oldReference(cursor: Cursor): Term {
  const node = nameAtom(cursor);
  const words = [uint32(cursor)];
  take(cursor, 1);
  return { type: "reference", node, words };
}

/** The free variables are stepped over: only their count says where the closure ends. */
function fun(cursor: Cursor): Term {
  const end = cursor.at + uint32(cursor);
  const arity = uint8(cursor);
  take(cursor, 16);
  const index = uint32(cursor);
  take(cursor, 4);
  const module = nameAtom(cursor);
  readTerm(cursor);
  const uniq = readTerm(cursor);
  take(cursor, Math.max(0, end - cursor.at));
  return { type: "fun", module, arity, index, uniq };
}

function exported(cursor: Cursor): Term {
  const module = nameAtom(cursor);
  const name = nameAtom(cursor);
  const arity = readTerm(cursor);
  if (typeof arity !== "number") throw new EtfError("an arity expected", cursor.at);
  return { type: "export", module, function: name, arity };
}

/** A hash of eight bytes, then the term in a form that only its own VM promises to understand. */
function local(cursor: Cursor): Term {
  take(cursor, 8);
  return readTerm(cursor);
}

const BY_TAG: Readonly<Record<number, Reader>> = {
  [TAG.NEW_FLOAT]: (cursor) => float(cursor.bytes.readDoubleBE(take(cursor, 8)), cursor),
  [TAG.BIT_BINARY]: bits,
  [TAG.NEW_PID]: (cursor) => pid(cursor, 4),
  [TAG.NEW_PORT]: (cursor) => port(cursor, uint32, 4),
  [TAG.NEWER_REFERENCE]: (cursor) => reference(cursor, 4),
  [TAG.SMALL_INTEGER]: uint8,
  [TAG.INTEGER]: int32,
  [TAG.FLOAT]: textFloat,
  [TAG.ATOM]: (cursor) => atom(cursor, uint16(cursor), "latin1"),
  [TAG.REFERENCE]: oldReference,
  [TAG.PORT]: (cursor) => port(cursor, uint32, 1),
  [TAG.PID]: (cursor) => pid(cursor, 1),
  [TAG.SMALL_TUPLE]: (cursor) => ({ type: "tuple", items: readTerms(cursor, uint8(cursor)) }),
  [TAG.LARGE_TUPLE]: (cursor) => ({ type: "tuple", items: readTerms(cursor, uint32(cursor)) }),
  [TAG.NIL]: () => ({ type: "list", items: [] }),
  [TAG.STRING]: byteList,
  [TAG.LIST]: list,
  [TAG.BINARY]: (cursor) => ({ type: "binary", bytes: slice(cursor, uint32(cursor)), lastBits: 8 }),
  [TAG.SMALL_BIG]: (cursor) => bigInteger(cursor, uint8(cursor)),
  [TAG.LARGE_BIG]: (cursor) => bigInteger(cursor, uint32(cursor)),
  [TAG.NEW_FUN]: fun,
  [TAG.EXPORT]: exported,
  [TAG.NEW_REFERENCE]: (cursor) => reference(cursor, 1),
  [TAG.SMALL_ATOM]: (cursor) => atom(cursor, uint8(cursor), "latin1"),
  [TAG.MAP]: map,
  [TAG.ATOM_UTF8]: (cursor) => atom(cursor, uint16(cursor), "utf8"),
  [TAG.SMALL_ATOM_UTF8]: (cursor) => atom(cursor, uint8(cursor), "utf8"),
  [TAG.V4_PORT]: (cursor) => port(cursor, uint64, 4),
  [TAG.LOCAL]: local,
};

/** As an array: a lookup by a small integer stays cheap. */
const READERS: readonly (Reader | undefined)[] = Array.from({ length: 256 }, (_, tag) => BY_TAG[tag]);

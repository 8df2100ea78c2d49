import { isAscii } from "node:buffer";

/**
 * An Elixir term, with everything kept apart that Elixir keeps apart. Integers are numbers, or bigints beyond
 * 2^53; floats are objects, because JavaScript cannot tell 1.0 from 1.
 */
export type Term =
  | number
  | bigint
  | FloatTerm
  | AtomTerm
  | TupleTerm
  | ListTerm
  | BinaryTerm
  | MapTerm
  | PidTerm
  | PortTerm
  | ReferenceTerm
  | FunTerm
  | ExportTerm;

export interface FloatTerm {
  readonly type: "float";
  readonly value: number;
}

export interface AtomTerm {
  readonly type: "atom";
  readonly name: string;
}

export interface TupleTerm {
  readonly type: "tuple";
  readonly items: readonly Term[];
}

/** `tail` is there in improper lists only. A charlist is a list of integers like any other. */
export interface ListTerm {
  readonly type: "list";
  readonly items: readonly Term[];
  readonly tail?: Term;
}

/** A binary or bitstring. `lastBits` counts the used bits of the last byte: 8 in binaries. */
export interface BinaryTerm {
  readonly type: "binary";
  readonly bytes: Buffer;
  readonly lastBits: number;
}

/** Entries in the order in which the VM wrote them, which is the order in which it prints them. */
export interface MapTerm {
  readonly type: "map";
  readonly entries: readonly (readonly [key: Term, value: Term])[];
}

export interface PidTerm {
  readonly type: "pid";
  readonly node: string;
  readonly id: number;
  readonly serial: number;
}

export interface PortTerm {
  readonly type: "port";
  readonly node: string;
  readonly id: number | bigint;
}

export interface ReferenceTerm {
  readonly type: "reference";
  readonly node: string;
  /** As on the wire: the least significant word first. */
  readonly words: readonly number[];
}

/** A closure. The wire does not carry its name. */
export interface FunTerm {
  readonly type: "fun";
  readonly module: string;
  readonly arity: number;
  readonly index: number;
  readonly uniq: Term;
}

/** `&Module.function/arity`. */
export interface ExportTerm {
  readonly type: "export";
  readonly module: string;
  readonly function: string;
  readonly arity: number;
}

/** The term's object where it is of `type`, else null. */
export function as<T extends Exclude<Term, number | bigint>["type"]>(
  term: Term | undefined,
  type: T,
): Extract<Term, { type: T }> | null {
  return typeof term === "object" && term.type === type ? (term as Extract<Term, { type: T }>) : null;
}

/** The name of an atom, null for any other term. */
export function atomName(term: Term | undefined): string | null {
  return as(term, "atom")?.name ?? null;
}

/** The value of `key`, an atom, in a map. */
export function field(map: MapTerm, key: string): Term | undefined {
  return map.entries.find(([name]) => atomName(name) === key)?.[1];
}

/** The text of a binary, null where `term` is none or is not UTF-8. */
export function textOf(term: Term | undefined): string | null {
  const binary = as(term, "binary");
  if (binary === null || binary.lastBits !== 8) return null;
  if (isAscii(binary.bytes)) return binary.bytes.toString("latin1");
  try {
    return UTF8.decode(binary.bytes);
  } catch {
    return null;
  }
}

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

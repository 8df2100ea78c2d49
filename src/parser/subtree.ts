import type { Language } from "web-tree-sitter";

/**
 * How tree-sitter's runtime lays out its trees and tables in WASM memory (`subtree.h`, `parser.h` of the version that
 * package.json pins, for pointers of four bytes). Read here and in node.ts alone; test/parser/node.test.ts compares what is
 * read with what the runtime itself says.
 */
export const HEAP = {
  padding: 4,
  size: 16,
  errorCost: 32,
  childCount: 36,
  symbol: 40,
  flags: 44,
  descendants: 56,
  production: 66,
} as const;

/** Bits of `flags`; a small leaf, which lies in the place of its pointer, has the first three one bit further up. */
export const VISIBLE = 1;
export const NAMED = 2;
export const EXTRA = 4;
export const MISSING = 0x200;
export const INLINE_MISSING = 0x20;
export const ERROR = 0xffff;

/** Bytes of one subtree among its siblings: a pointer or a small leaf. */
export const SLOT = 8;

const LANGUAGE = {
  symbols: 4,
  aliases: 8,
  productions: 28,
  longestAliases: 36,
  fieldSlices: 64,
  fieldEntries: 68,
  metadata: 72,
  publicSymbols: 76,
  aliasSequences: 84,
} as const;

/** The module that the runtime is, as far as its memory goes; the view changes when memory grows. */
export interface Runtime {
  HEAPU8: Uint8Array;
}

/** What the grammar says of its symbols and productions, read once. */
export interface Tables {
  readonly runtime: Runtime;
  /** By symbol: the node's type, and whether a node that is called so instead of its own name is named. */
  readonly types: readonly string[];
  readonly named: readonly boolean[];
  /** By production, then by child: the field's number, 0 for none; the symbol that stands for the child's own, 0 for none. */
  readonly fields: readonly Uint16Array[];
  readonly aliases: readonly Uint16Array[];
  readonly fieldIds: ReadonlyMap<string, number>;
}

let last: DataView = new DataView(new ArrayBuffer(0));

/** Kept until memory grows. */
export function memoryOf({ HEAPU8 }: Runtime): DataView {
  if (last.buffer !== HEAPU8.buffer) last = new DataView(HEAPU8.buffer);
  return last;
}

export function readTables(runtime: Runtime, language: Language): Tables {
  const view = memoryOf(runtime);
  const at = (language as unknown as { readonly 0: number })[0];
  const word = (offset: number): number => view.getUint32(at + offset, true);
  const symbols = numbers(word(LANGUAGE.symbols) + word(LANGUAGE.aliases));
  const productions = numbers(word(LANGUAGE.productions));
  const [metadata, publics] = [word(LANGUAGE.metadata), word(LANGUAGE.publicSymbols)];
  const names = symbols.map(
    (symbol) => language.types[view.getUint16(publics + 2 * symbol, true)] ?? "ERROR",
  );
  return {
    runtime,
    types: names,
    named: symbols.map((symbol) => view.getUint8(metadata + 3 * symbol + 1) !== 0),
    fields: productions.map((production) => readFields(view, at, production)),
    aliases: productions.map((production) => readAliases(view, at, production)),
    fieldIds: new Map(language.fields.flatMap((name, id) => (name === null ? [] : [[name, id] as const]))),
  };
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, at) => at);
}

/** What a hidden child has of its own (`inherited`) is found where that one is read. */
function readFields(view: DataView, language: number, production: number): Uint16Array {
  const slice = view.getUint32(language + LANGUAGE.fieldSlices, true) + 4 * production;
  const entries = view.getUint32(language + LANGUAGE.fieldEntries, true) + 4 * view.getUint16(slice, true);
  const found = numbers(view.getUint16(slice + 2, true)).flatMap((index) => {
    const entry = entries + 4 * index;
    const isInherited = view.getUint8(entry + 3) !== 0;
    return isInherited ? [] : [[view.getUint8(entry + 2), view.getUint16(entry, true)] as const];
  });
  const fields = new Uint16Array(Math.max(0, ...found.map(([child]) => child + 1)));
  for (const [child, field] of found.toReversed()) fields[child] = field;
  return fields;
}

function readAliases(view: DataView, language: number, production: number): Uint16Array {
  if (production === 0) return new Uint16Array();
  const length = view.getUint16(language + LANGUAGE.longestAliases, true);
  const sequences = view.getUint32(language + LANGUAGE.aliasSequences, true);
  const own = numbers(length).map((at) => view.getUint16(sequences + 2 * (production * length + at), true));
  return own.some((symbol) => symbol !== 0) ? Uint16Array.from(own) : new Uint16Array();
}

import {
  ERROR,
  EXTRA,
  HEAP,
  INLINE_MISSING,
  memoryOf,
  MISSING,
  NAMED,
  SLOT,
  VISIBLE,
  type Tables,
} from "./subtree.ts";
import type { CallParts } from "./syntax.ts";

/** What the nodes of a tree share. */
export interface Text {
  readonly tables: Tables;
  readonly text: string;
  /** Offsets at which lines begin; undefined until somebody asks. */
  lines: readonly number[] | undefined;
}

/** A child as it lies in memory, before anybody asks for it. */
interface Raw {
  slot: number;
  start: number;
  end: number;
  symbol: number;
  flags: number;
  field: number;
}

/**
 * A node of a syntax tree. Its children are read out of WASM memory when somebody asks for them, and kept: no look at a
 * node crosses the border. Valid until its tree is disposed.
 */
export class Node {
  readonly type: string;
  readonly startIndex: number;
  readonly endIndex: number;
  /** The same for each object that stands for this node. */
  readonly id: number;
  readonly isNamed: boolean;
  readonly parent: Node | null;
  readonly #field: number;
  readonly #tree: Text;
  /** The named ones, and those with a field. */
  #kids: readonly Node[] | undefined;
  #named: readonly Node[] | undefined;
  #code: readonly Node[] | undefined;
  /** What syntax.ts has read of it. */
  parts: CallParts | undefined;

  constructor(tree: Text, raw: Raw, parent: Node | null) {
    this.type = raw.symbol === ERROR ? "ERROR" : (tree.tables.types[raw.symbol] as string);
    this.startIndex = raw.start;
    this.endIndex = raw.end;
    this.id = raw.slot;
    this.isNamed = (raw.flags & NAMED) !== 0;
    this.parent = parent;
    this.#field = raw.field;
    this.#tree = tree;
    this.#kids = undefined;
    this.#named = undefined;
    this.#code = undefined;
    this.parts = undefined;
  }

  get text(): string {
    return this.#tree.text.slice(this.startIndex, this.endIndex);
  }

  get startPosition(): { readonly row: number; readonly column: number } {
    return positionIn(this.#tree, this.startIndex);
  }

  get endPosition(): { readonly row: number; readonly column: number } {
    return positionIn(this.#tree, this.endIndex);
  }

  get namedChildren(): readonly Node[] {
    return (this.#named ??= this.#some().filter(({ isNamed }) => isNamed));
  }

  /** Without comments, which are named and can stand anywhere. */
  get codeChildren(): readonly Node[] {
    return (this.#code ??= this.namedChildren.filter(({ type }) => type !== "comment"));
  }

  get children(): readonly Node[] {
    return this.#read(true);
  }

  child(at: number): Node | null {
    return this.children[at] ?? null;
  }

  get lastChild(): Node | null {
    return this.children.at(-1) ?? null;
  }

  get firstNamedChild(): Node | null {
    return this.namedChildren[0] ?? null;
  }

  get lastNamedChild(): Node | null {
    return this.namedChildren.at(-1) ?? null;
  }

  childForFieldName(name: string): Node | null {
    const field = this.#tree.tables.fieldIds.get(name);
    for (const child of this.#some()) if (child.#field === field) return child;
    return null;
  }

  get hasError(): boolean {
    const view = memoryOf(this.#tree.tables.runtime);
    const pointer = view.getUint32(this.id, true);
    return this.isMissing || ((pointer & 1) === 0 && view.getUint32(pointer + HEAP.errorCost, true) > 0);
  }

  get isError(): boolean {
    return this.type === "ERROR";
  }

  get isMissing(): boolean {
    const view = memoryOf(this.#tree.tables.runtime);
    const pointer = view.getUint32(this.id, true);
    if ((pointer & 1) !== 0) return (pointer & INLINE_MISSING) !== 0;
    return (view.getUint16(pointer + HEAP.flags, true) & MISSING) !== 0;
  }

  /** This one and all below it that are of one of the types, in the order in which they begin. */
  descendantsOfType(types: string | readonly string[]): Node[] {
    const wanted = new Set(typeof types === "string" ? [types] : types);
    return descendants(this.#tree, this, wanted);
  }

  descendantForIndex(from: number, to: number = from): Node {
    return smallest(this, from, to, () => true);
  }

  namedDescendantForIndex(from: number, to: number = from): Node {
    return smallest(this, from, to, ({ isNamed }) => isNamed);
  }

  #some(): readonly Node[] {
    return (this.#kids ??= this.#read(false));
  }

  #read(all: boolean): Node[] {
    const found: Node[] = [];
    const view = memoryOf(this.#tree.tables.runtime);
    eachChild(view, this.#tree.tables, { slot: this.id, start: this.startIndex, field: 0 }, (raw) => {
      if (all || (raw.flags & NAMED) !== 0 || raw.field !== 0) found.push(new Node(this.#tree, raw, this));
    });
    return found;
  }
}

/** The root of the tree whose memory begins at `address`. */
export function rootNode(address: number, tree: Text): Node {
  const view = memoryOf(tree.tables.runtime);
  const raw: Raw = { slot: address, start: 0, end: 0, symbol: 0, flags: 0, field: 0 };
  readSlot(view, raw, 0, false);
  return new Node(tree, raw, null);
}

/** Fills in what a slot holds that begins at `position`, which is before its padding unless that is its parent's, too. */
function readSlot(view: DataView, raw: Raw, position: number, isFirst: boolean): void {
  const word = view.getUint32(raw.slot, true);
  if ((word & 1) !== 0) {
    const sizes = view.getUint32(raw.slot + 4, true);
    raw.symbol = (word >>> 8) & 0xff;
    raw.flags = (word >>> 1) & 7;
    raw.start = isFirst ? position : position + ((sizes >>> 16) & 0xff) / 2;
    raw.end = raw.start + (sizes >>> 24) / 2;
  } else {
    raw.symbol = view.getUint16(word + HEAP.symbol, true);
    raw.flags = view.getUint16(word + HEAP.flags, true);
    raw.start = isFirst ? position : position + view.getUint32(word + HEAP.padding, true) / 2;
    raw.end = raw.start + view.getUint32(word + HEAP.size, true) / 2;
  }
}

/** Of each visible child; in place of a hidden one, of those that are visible in it. `raw` is the same object each time. */
function eachChild(
  view: DataView,
  tables: Tables,
  { slot, start, field }: Pick<Raw, "slot" | "start" | "field">,
  take: (raw: Raw) => void,
): void {
  const pointer = view.getUint32(slot, true);
  const count = (pointer & 1) === 0 ? view.getUint32(pointer + HEAP.childCount, true) : 0;
  if (count === 0) return;
  const production = view.getUint16(pointer + HEAP.production, true);
  const fields = tables.fields[production] as Uint16Array;
  const aliases = tables.aliases[production] as Uint16Array;
  const raw: Raw = { slot: 0, start: 0, end: start, symbol: 0, flags: 0, field: 0 };
  let structural = 0;
  for (let at = 0; at < count; at += 1) {
    raw.slot = pointer - SLOT * (count - at);
    readSlot(view, raw, raw.end, at === 0);
    raw.field = 0;
    if ((raw.flags & EXTRA) === 0) {
      raw.field = (fields[structural] ?? 0) || field;
      rename(raw, aliases[structural] ?? 0, tables);
      structural += 1;
    }
    if ((raw.flags & VISIBLE) !== 0) take(raw);
    else eachChild(view, tables, raw, take);
  }
}

function rename(raw: Raw, alias: number, { named }: Tables): void {
  if (alias === 0) return;
  raw.symbol = alias;
  raw.flags = VISIBLE | (named[alias] === true ? NAMED : 0);
}

/** A node that is only made where somebody gets to see it or one below it. */
interface Pending {
  readonly raw: Raw;
  readonly above: Pending | undefined;
  node: Node | undefined;
}

/** Without recursion: a text may be nested as deeply as anybody likes. */
function descendants(tree: Text, top: Node, wanted: ReadonlySet<string>): Node[] {
  const found: Node[] = [];
  const { tables } = tree;
  const view = memoryOf(tables.runtime);
  const symbols = tables.types.map((type) => wanted.has(type));
  if (wanted.has(top.type)) found.push(top);
  const open: Pending[] = [pendingOf(top)];
  for (let above = open.pop(); above !== undefined; above = open.pop()) {
    const parent = above;
    if (parent.node === undefined && symbols[parent.raw.symbol]) found.push(made(tree, parent));
    const inside: Pending[] = [];
    eachChild(view, tables, { ...parent.raw, field: 0 }, (raw) => {
      if (symbols[raw.symbol] || hasVisible(view, raw.slot))
        inside.push({ raw: { ...raw }, above: parent, node: undefined });
    });
    for (const child of inside.toReversed()) open.push(child);
  }
  return found;
}

function pendingOf(node: Node): Pending {
  const raw = { slot: node.id, start: node.startIndex, end: node.endIndex, symbol: 0, flags: 0, field: 0 };
  return { raw, above: undefined, node };
}

function made(tree: Text, pending: Pending): Node {
  const above: Pending[] = [];
  for (let one: Pending | undefined = pending; one !== undefined && one.node === undefined; one = one.above)
    above.push(one);
  for (const one of above.toReversed()) one.node = new Node(tree, one.raw, one.above?.node ?? null);
  return pending.node as Node;
}

function hasVisible(view: DataView, slot: number): boolean {
  const pointer = view.getUint32(slot, true);
  if ((pointer & 1) !== 0 || view.getUint32(pointer + HEAP.childCount, true) === 0) return false;
  return view.getUint32(pointer + HEAP.descendants, true) > 0;
}

/** The smallest node that reaches from one place to the other. */
function smallest(top: Node, from: number, to: number, counts: (node: Node) => boolean): Node {
  let found = top;
  for (let node: Node | undefined = top; node !== undefined;) {
    if (counts(node)) found = node;
    const next: Node | undefined = node.children.find(
      ({ startIndex, endIndex }) =>
        endIndex >= to && (startIndex === endIndex ? endIndex >= from : endIndex > from),
    );
    node = next !== undefined && next.startIndex <= from ? next : undefined;
  }
  return found;
}

function positionIn(tree: Text, index: number): { readonly row: number; readonly column: number } {
  const lines = (tree.lines ??= lineStarts(tree.text));
  let [low, high] = [0, lines.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((lines[middle] as number) <= index) low = middle;
    else high = middle - 1;
  }
  return { row: low, column: index - (lines[low] as number) };
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

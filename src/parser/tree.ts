import type { SourceFile, Span } from "../source.ts";
import type { Parser } from "./grammar.ts";
import { rootNode, type Node } from "./node.ts";

export type { Parser } from "./grammar.ts";
export type { Node } from "./node.ts";

/** A parsed file. The tree lives in WASM memory, outside the garbage collector: every owner disposes it. */
export interface SyntaxTree {
  readonly source: SourceFile;
  readonly root: Node;
  /** Places where the text is no valid Elixir (or none that the grammar knows), in order; empty for a clean file. */
  readonly faults: readonly Span[];
  dispose(): void;
}

/** The name itself, where it is no key, atom or part of another name: the grammar takes it for `not in` without its space. */
const NOTIN = /(?<![\p{L}\p{N}_:.?!])notin(?![\p{L}\p{N}_?!:])/gu;

/** A name of the same length, which the grammar takes for one. */
const IN_ITS_PLACE = "n_tin";

/** Parses `source`. Never throws on bad text: what does not parse is listed in `faults`. */
export function parseTree(parser: Parser, source: SourceFile): SyntaxTree {
  const { text } = source;
  const { address, dispose } = parser.parse(
    text.includes("notin") ? text.replaceAll(NOTIN, IN_ITS_PLACE) : text,
  );
  const root = rootNode(address, { tables: parser.tables, text, lines: undefined });
  return { source, root, faults: root.hasError ? collectFaults(root) : [], dispose };
}

/** Without recursion: what does not parse may be nested as deeply as anybody likes. */
function collectFaults(root: Node): Span[] {
  const faults: Span[] = [];
  const open = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.isError || node.isMissing) faults.push({ start: node.startIndex, end: node.endIndex });
    else open.push(...node.children.filter((child) => child.hasError).toReversed());
  }
  return faults;
}

/** Parses `source`, hands the tree to `read`, and disposes it. */
export function withTree<T>(parser: Parser, source: SourceFile, read: (tree: SyntaxTree) => T): T {
  const tree = parseTree(parser, source);
  try {
    return read(tree);
  } finally {
    tree.dispose();
  }
}

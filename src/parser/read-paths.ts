import type { Node } from "./node.ts";
import { callArguments, codeChildren, localCallName } from "./syntax.ts";
import type { SyntaxTree } from "./tree.ts";

/** A path that code reads from where it stands. */
export interface ReadPath {
  /** Offset of the path's first character. */
  readonly at: number;
  /** The path, as far as it is written out. */
  readonly path: string;
}

/** What a configuration imports: `import_config "…"`. */
export function configImports(tree: SyntaxTree): ReadPath[] {
  return readPaths(tree, (call) => localCallName(call) === "import_config");
}

/** What a `mix.exs` reads while it is loaded: `Code.require_file("…", __DIR__)`, `File.read!("…")`. */
export function mixfileReads(tree: SyntaxTree): ReadPath[] {
  return readPaths(tree, (call) => /^(Code|File)\.\w/.test(call.childForFieldName("target")?.text ?? ""));
}

function readPaths(tree: SyntaxTree, reads: (call: Node) => boolean): ReadPath[] {
  const calls = tree.root.descendantsOfType("call").filter(reads);
  return calls.flatMap((call) => {
    const text = callArguments(call)[0];
    const first = text?.type === "string" ? codeChildren(text)[0] : undefined;
    return first?.type === "quoted_content" ? [{ at: first.startIndex, path: first.text }] : [];
  });
}

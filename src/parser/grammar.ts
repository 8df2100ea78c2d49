import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { Language, Parser as Runtime } from "web-tree-sitter";
import { readTables, type Runtime as Memory, type Tables } from "./subtree.ts";

/** Parses Elixir. */
export interface Parser {
  readonly tables: Tables;
  /** Where in the runtime's memory the tree lies. */
  parse(text: string): { readonly address: number; dispose(): void };
}

const GRAMMAR = "tree-sitter-elixir.wasm";

/** Beside the built code in what is installed; in the development dependency where the sources run directly. */
function grammarPath(): string {
  const built = fileURLToPath(new URL(`../${GRAMMAR}`, import.meta.url));
  return existsSync(built) ? built : createRequire(import.meta.url).resolve(`tree-sitter-elixir/${GRAMMAR}`);
}

async function load(): Promise<Parser> {
  const memory: Partial<Memory> = {};
  await Runtime.init(memory);
  const language = await Language.load(grammarPath());
  const runtime = new Runtime().setLanguage(language);
  return {
    tables: readTables(memory as Memory, language),
    parse(text) {
      const tree = runtime.parse(text);
      if (tree === null) throw new Error("the grammar's runtime gave no tree");
      return { address: (tree as unknown as { readonly 0: number })[0], dispose: () => tree.delete() };
    },
  };
}

let shared: Promise<Parser> | undefined;
let loaded: Parser | undefined;

/** The one Elixir parser of this process; the first call loads WASM and grammar (about 35 ms). */
export function elixirParser(): Promise<Parser> {
  return (shared ??= load().then((parser) => (loaded = parser)));
}

/** The same, for those who cannot wait: somebody must have waited for `elixirParser` before. */
export function sharedParser(): Parser {
  if (loaded === undefined) throw new Error("the grammar is not loaded yet");
  return loaded;
}

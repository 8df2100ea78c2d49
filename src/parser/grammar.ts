import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { Language, Parser } from "web-tree-sitter";

const GRAMMAR = "tree-sitter-elixir.wasm";

/** Beside the built code in what is installed; in the development dependency where the sources run directly. */
function grammarPath(): string {
  const built = fileURLToPath(new URL(`../${GRAMMAR}`, import.meta.url));
  return existsSync(built) ? built : createRequire(import.meta.url).resolve(`tree-sitter-elixir/${GRAMMAR}`);
}

async function load(): Promise<Parser> {
  await Parser.init();
  const parser = new Parser();
  parser.setLanguage(await Language.load(grammarPath()));
  return parser;
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

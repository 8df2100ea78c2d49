import type { FactsReader } from "./facts.ts";
import { indexWithLibraries } from "./libraries.ts";
import type { FileFacts, ModuleIndex } from "./parser/index.ts";
import type { Libraries } from "./project/index.ts";
import type { Scope } from "./scope.ts";
import type { SourceFile } from "./source.ts";

interface Readers {
  readonly reader: FactsReader;
  readonly libraries: Libraries;
  readonly scope: Scope | undefined;
}

/** `parse → index`, of all files or of those that matter. What dependencies bring can make more files matter. */
export function readIndex(
  sources: readonly SourceFile[],
  { reader, libraries, scope }: Readers,
): ModuleIndex {
  const readLibrary = (source: SourceFile): FileFacts => reader.read(source, "library");
  for (;;) {
    const facts = scope?.read() ?? sources.map((source) => reader.read(source));
    const index = indexWithLibraries(readLibrary, libraries, facts);
    if (scope?.extend(index) !== true) return index;
  }
}

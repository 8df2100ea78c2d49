import { posix } from "node:path";
import type { Mixfile } from "./mixfiles.ts";
import {
  buildIndex,
  collectFacts,
  missingModules,
  withTree,
  type FileFacts,
  type ModuleIndex,
  type Parser,
} from "./parser/index.ts";
import { Libraries, type Project } from "./project/index.ts";

/** Macros that use macros of other dependencies are followed as far as this. */
const ROUNDS = 6;

/**
 * The index of `facts`, with the modules of dependencies that the project `use`s, directly or through others. Only their
 * files are read. `also` names further modules that are wanted.
 */
export function indexWithLibraries(
  parser: Parser,
  project: Project,
  mixfiles: readonly Mixfile[],
  facts: readonly FileFacts[],
  also: (index: ModuleIndex) => readonly string[] = () => [],
): ModuleIndex {
  const libraries = new Libraries(project, mixfiles.flatMap(dependencyFolders));
  const found = new Map<string, FileFacts>();
  const asked = new Set<string>();
  let index = buildIndex(facts);
  for (let round = 0; round < ROUNDS; round += 1) {
    const missing = [...missingModules(index), ...also(index)].filter(
      (name) => !asked.has(name) && !index.modules.has(name),
    );
    const files = missing
      .flatMap((name) => libraries.find(name) ?? [])
      .filter(({ path }) => !found.has(path));
    for (const name of missing) asked.add(name);
    if (files.length === 0) return index;
    for (const file of files)
      found.set(
        file.path,
        withTree(parser, file, (tree) => collectFacts(tree)),
      );
    index = buildIndex(facts, [...found.values()]);
  }
  return index;
}

function dependencyFolders({ source, info }: Mixfile): string[] {
  const own = posix.dirname(source.path);
  return info.pathDependencies.map(({ path }) => (path.startsWith("/") ? path : posix.join(own, path)));
}

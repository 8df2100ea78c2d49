import { posix } from "node:path";
import type { Mixfile } from "./mixfiles.ts";
import { buildIndex, missingModules, type FileFacts, type ModuleIndex } from "./parser/index.ts";
import { Libraries, type Project } from "./project/index.ts";
import type { SourceFile } from "./source.ts";

/** Macros that use macros of other dependencies are followed as far as this. */
const ROUNDS = 6;

/**
 * The index of `facts`, with the modules of dependencies that the project `use`s, directly or through others. Only their
 * files are read, by `read`. `also` names further modules that are wanted.
 */
export function indexWithLibraries(
  read: (source: SourceFile) => FileFacts,
  libraries: Libraries,
  facts: readonly FileFacts[],
  also: (index: ModuleIndex) => readonly string[] = () => [],
): ModuleIndex {
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
    const absent = new Set([...asked].filter((name) => libraries.lack(name)));
    index = buildIndex(facts, [...found.values()], absent);
    if (files.length === 0) return index;
    for (const file of files) found.set(file.path, read(file));
    index = buildIndex(facts, [...found.values()], absent);
  }
  return index;
}

/** The sources of what the project depends on. */
export function openLibraries(project: Project, mixfiles: readonly Mixfile[]): Libraries {
  return new Libraries(project, mixfiles.flatMap(dependencyFolders));
}

function dependencyFolders({ source, info }: Mixfile): string[] {
  const own = posix.dirname(source.path);
  return info.pathDependencies.map(({ path }) => (path.startsWith("/") ? path : posix.join(own, path)));
}

import { join } from "node:path";
import { applyEdits, mixfileEdits } from "./emit/index.ts";
import { mixfileSyntax, mixfileUnsupported, pointAt } from "./errors.ts";
import { readMixfile, withTree, type MixfileInfo, type Parser } from "./parser/index.ts";
import type { Skip } from "./planner/index.ts";
import type { SourceFile } from "./source.ts";

/** A `mix.exs` of the project, and what it says. */
export interface Mixfile {
  readonly source: SourceFile;
  readonly info: MixfileInfo;
}

/** Reads a `mix.exs`. Errors: MIXFILE_SYNTAX, with its place, and MIXFILE_UNSUPPORTED where no project is defined in it. */
export function openMixfile(parser: Parser, root: string, source: SourceFile): Mixfile {
  const file = join(root, source.path);
  return withTree(parser, source, (tree) => {
    const [fault] = tree.faults;
    if (fault !== undefined) throw mixfileSyntax({ ...pointAt(source, fault), file });
    const info = readMixfile(tree);
    if (info.moduleEnd === undefined) throw mixfileUnsupported(file);
    return { source, info };
  });
}

/** The folders that Mix compiles, relative to the project's root. */
export function sourceRoots({ source, info }: Mixfile): string[] {
  return info.sourceDirs.map((path) => `${folderOf(source)}${path}`);
}

export function testRoot({ source }: Mixfile): string {
  return `${folderOf(source)}test`;
}

function folderOf({ path }: SourceFile): string {
  return path.slice(0, -"mix.exs".length);
}

/** Where sources may be missing, for nothing but running the file would tell where they are. */
export function unreadPaths({ source, info }: Mixfile): Skip[] {
  const { unreadLine, sourceDirs } = info;
  if (unreadLine === undefined) return [];
  const reason = `elixirc_paths is not written out here, and mix.exs is not run: only ${sourceDirs.join(", ")} is instrumented`;
  return [{ file: source.path, line: unreadLine, module: null, function: null, arity: null, reason }];
}

/** The file for the tree: the project, and the runtime as a dependency. */
export function renderMixfile({ source, info }: Mixfile): { source: SourceFile; text: string } {
  const depth = source.path.split("/").length - 1;
  return { source, text: applyEdits(source.text, mixfileEdits(info, "../".repeat(depth))) };
}

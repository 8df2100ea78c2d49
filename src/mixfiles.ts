import { join, posix, relative } from "node:path";
import { applyEdits, mixfileEdits, readEdits, type Edit } from "./emit/index.ts";
import { mixfileSyntax, mixfileUnsupported, pointAt } from "./errors.ts";
import {
  configImports,
  readMixfile,
  withTree,
  type MixfileInfo,
  type Parser,
  type ReadPath,
} from "./parser/index.ts";
import type { Skip } from "./planner/index.ts";
import {
  type Dependency,
  dependencyFolder,
  mixfileIn,
  openDependency,
  placeInTree,
  type Project,
  realFolder,
} from "./project/index.ts";
import type { SourceFile } from "./source.ts";

/** A `mix.exs`, and what it says. */
export interface Mixfile {
  readonly source: SourceFile;
  readonly info: MixfileInfo;
  /** Where it stands in the tree. */
  readonly place: string;
  /** The project's own, a dependency's that is instrumented, or one whose paths only are set right. */
  readonly role: "project" | "dependency" | "located";
}

export interface Mixfiles {
  /** The project's own first. */
  readonly mixfiles: readonly Mixfile[];
  readonly dependencies: readonly Dependency[];
  readonly leftOut: readonly LeftOut[];
}

/** A path dependency beside the project or in `deps`, the user's own code, that is left as it is: nobody asked for probes in it. */
export type LeftOut = Pick<Near, "name" | "folder">;

/** The `mix.exs` of a path dependency, in the folder of that name. */
interface Near {
  readonly name: string;
  readonly folder: string;
  readonly source: SourceFile;
  readonly info: MixfileInfo;
  readonly parses: boolean;
}

/**
 * Reads every `mix.exs` that the tree has otherwise than the original: the project's own, those of path
 * dependencies within the project and of the dependencies `names`, which are instrumented, too. Errors: MIXFILE_SYNTAX,
 * with its place, MIXFILE_UNSUPPORTED where no project is defined in one, DEPENDENCY_NOT_FOUND, DEPENDENCY_NOT_ELIXIR.
 */
export function openMixfiles(parser: Parser, project: Project, names: readonly string[]): Mixfiles {
  const open = (source: SourceFile): MixfileInfo => openMixfile(parser, project.root, source);
  const own = project.mixfiles.map((source): Mixfile => {
    return { source, info: open(source), place: source.path, role: "project" };
  });
  const near = nearProjects(parser, project, own);
  const applications = new Set(own.map(({ info }) => info.app));
  const inner = near.filter(isPartOfProject).map(({ name }) => name);
  const dependencies = [...new Set([...names, ...inner])]
    .filter((name) => !applications.has(name))
    .map((name) => openDependency(project, name, near));
  const instrumented = dependencies.map(({ mixfile: source }): Mixfile => {
    const place = placeInTree(dependencies, source.path);
    return { source, info: open(source), place, role: "dependency" };
  });
  const left = near.filter(({ source }) => !dependencies.some(({ mixfile }) => mixfile.path === source.path));
  const located = left
    .filter(pointsOut)
    .map(({ source, info }): Mixfile => ({ source, info, place: source.path, role: "located" }));
  const leftOut = left.filter(isOwnCode).map(({ name, folder }) => ({ name, folder }));
  return { mixfiles: [...own, ...instrumented, ...located], dependencies, leftOut };
}

function isOwnCode({ info }: Near): boolean {
  return info.moduleEnd !== undefined;
}

/**
 * In a repository of several applications each is the user's to watch; one whose file is broken is compiled as it is. Of
 * what lies in `deps` somebody else may be the author, also where a path says so.
 */
function isPartOfProject(near: Near): boolean {
  return isOwnCode(near) && near.parses && !isOutside(near.folder) && !near.folder.startsWith("deps/");
}

function openMixfile(parser: Parser, root: string, source: SourceFile): MixfileInfo {
  const file = join(root, source.path);
  return withTree(parser, source, (tree) => {
    const [fault] = tree.faults;
    if (fault !== undefined) throw mixfileSyntax({ ...pointAt(source, fault), file });
    const info = readMixfile(tree);
    if (info.moduleEnd === undefined) throw mixfileUnsupported(file);
    return info;
  });
}

/** All path dependencies, those of path dependencies too. What is wrong in their files is not escope's to say. */
function nearProjects(parser: Parser, project: Project, own: readonly Mixfile[]): Near[] {
  const found = new Map<string, Near>();
  const follow = ({ source, info }: Pick<Mixfile, "source" | "info">): void => {
    for (const { name, path } of info.pathDependencies) {
      const folder = dependencyFolder(project, folderOf(source), path);
      const mixfile = found.has(folder) || path.startsWith("/") ? null : mixfileIn(project, folder);
      if (mixfile === null || own.some((one) => one.source.path === mixfile.path)) continue;
      const read = withTree(parser, mixfile, (tree) => {
        return { info: readMixfile(tree), parses: tree.faults.length === 0 };
      });
      const near = { name, folder, source: mixfile, ...read };
      found.set(folder, near);
      follow(near);
    }
  };
  own.forEach(follow);
  return [...found.values()];
}

/** Whether it lies in the mirror and leads out of it. */
function pointsOut({ folder, source, info }: Near): boolean {
  if (isOutside(folder) || folder.startsWith("deps/") || info.moduleEnd === undefined) return false;
  return [...info.pathDependencies, ...info.reads].some(({ path }) => leadsOut(source, path));
}

function leadsOut({ path: file }: SourceFile, path: string): boolean {
  return isOutside(posix.join(posix.dirname(file), path));
}

function isOutside(path: string): boolean {
  return path === ".." || path.startsWith("../");
}

/** The folders that Mix compiles and escope instruments, relative to the project's root. */
export function sourceRoots({ source, info, role }: Mixfile): string[] {
  return role === "located" ? [] : info.sourceDirs.map((path) => posix.join(folderOf(source), path));
}

/** The folders of tests that belong to the project. */
export function testRoots({ source, role }: Mixfile): string[] {
  return role === "project" ? [`${folderOf(source)}test`] : [];
}

function folderOf({ path }: SourceFile): string {
  return path.slice(0, -"mix.exs".length);
}

/** Where sources may be missing, for nothing but running the file would tell where they are, or they lie elsewhere. */
export function unreadPaths(mixfile: Mixfile): Skip[] {
  const { source, info, role } = mixfile;
  if (role === "located") return [];
  const skip = (line: number, reason: string): Skip => {
    return { file: source.path, line, module: null, function: null, arity: null, reason };
  };
  const { unreadLine, sourceDirs } = info;
  const only = `only ${sourceDirs.join(", ")} is instrumented`;
  const unread = `elixirc_paths is not written out here, and mix.exs is not run: ${only}`;
  const outside = role === "project" ? sourceRoots(mixfile).filter(isOutside) : [];
  return [
    ...(unreadLine === undefined ? [] : [skip(unreadLine, unread)]),
    ...outside.map((dir) => skip(1, `${dir} lies outside of the project: it is compiled as it is`)),
  ];
}

/** Says of a dependency that is to be instrumented that nothing in it can be: it is written in Erlang, say. */
export function withoutSources(
  { name, original, mixfile }: Dependency,
  sources: readonly SourceFile[],
): Skip[] {
  if (sources.some(({ path }) => path.startsWith(`${original}/`))) return [];
  const reason = `no Elixir sources of the dependency ${name} are there: nothing in it is instrumented`;
  return [{ file: mixfile.path, line: 1, module: null, function: null, arity: null, reason }];
}

/**
 * The file for the tree: a project, and the runtime as a dependency. `moved` is the original with nothing but its ways out
 * of the mirror set right.
 */
export function renderMixfile(
  mixfile: Mixfile,
  project: Project,
  out: string,
): Rewritten & { readonly moved: SourceFile } {
  const { source, info, place, role } = mixfile;
  const toRoot = "../".repeat(place.split("/").length - 1);
  const outward = outwardEdits(mixfile, info.reads, project, out);
  const text = applyEdits(source.text, [...mixfileEdits(info, toRoot, role === "located"), ...outward]);
  return { source, text, moved: { ...source, text: applyEdits(source.text, outward) } };
}

/** A configuration for the tree at `out`, where it imports what lies outside of the project; else nothing. */
export function renderConfig(parser: Parser, project: Project, out: string, source: SourceFile): Rewritten[] {
  const imports = withTree(parser, source, configImports);
  const edits = outwardEdits({ source, place: source.path }, imports, project, out);
  return edits.length === 0 ? [] : [{ source, text: applyEdits(source.text, edits) }];
}

interface Rewritten {
  readonly source: SourceFile;
  readonly text: string;
}

/** What a file reads by ways out of the mirror, it shall read beside the original. */
function outwardEdits(
  { source, place }: Pick<Mixfile, "source" | "place">,
  paths: readonly ReadPath[],
  { root, linked }: Project,
  out: string,
): Edit[] {
  const here = posix.dirname(source.path);
  const isLinked = linked.includes(here);
  const folder = isLinked ? realFolder(root, here) : here;
  const apart = isLinked || place !== source.path;
  const outward = paths.filter(({ path }) =>
    apart ? path.startsWith("../") : leadsOut(source, path) && !path.startsWith("/"),
  );
  return readEdits(outward, relative(join(out, posix.dirname(place)), join(root, folder)));
}

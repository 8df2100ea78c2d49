import { basename, join } from "node:path";
import { EscopeError, indexNoModule } from "./errors.ts";
import { assignTemplates, isTemplate, knowProject, type Knowledge } from "./index/index.ts";
import { indexWithLibraries, openLibraries } from "./libraries.ts";
import { openMixfiles, sourceRoots, type Mixfile, type Mixfiles } from "./mixfiles.ts";
import { nearest } from "./nearest.ts";
import {
  collectFacts,
  elixirParser,
  readAbout,
  withTree,
  type FileAbout,
  type FileFacts,
  type ModuleIndex,
  type Parser,
  type SyntaxTree,
} from "./parser/index.ts";
import {
  findConfig,
  listFiles,
  openProject,
  readText,
  treeFolder,
  useNamed,
  type Project,
  type ProjectFiles,
} from "./project/index.ts";
import type { SourceFile } from "./source.ts";
import { moduleGlob } from "./rules/index.ts";

/** A project that was read in full. */
export interface Indexed {
  readonly project: Project;
  /** The application's name. */
  readonly name: string;
  readonly knowledge: Knowledge;
  readonly faults: readonly FileFacts[];
  readonly unreadable: ProjectFiles["unreadable"];
  /** Where a `mix.exs` may name folders of sources that were not read. */
  readonly openPaths: readonly { readonly file: string; readonly line: number; readonly reason: string }[];
}

/** `discover → parse → index → know`. Reads the project and writes nothing. */
export async function indexProject(dir: string): Promise<Indexed> {
  const parser = await elixirParser();
  const project = openProject(dir);
  const found = await findConfig(project.root);
  const config = found?.config;
  const { mixfiles, dependencies } = await useNamed(found, "deps", (names) =>
    openWithPathDependencies(parser, project, names),
  );
  const out = treeFolder(project, config?.out === undefined ? undefined : join(project.root, config.out));
  const files = listFiles(project, out, { compiled: mixfiles.flatMap(sourceRoots), dependencies });
  const read = files.sources.map((source) => withTree(parser, source, readAll));
  const abouts = read.map(({ about }) => about);
  const quoted: FileAbout[] = [];
  const readLibrary = (source: SourceFile): FileFacts =>
    withTree(parser, source, (tree) => {
      // Of a dependency no module is the project's, but the clauses that its macros put into these are.
      quoted.push({ ...readAbout(tree), modules: [] });
      return collectFacts(tree);
    });
  const facts = read.map((each) => each.facts);
  const index = indexWithLibraries(readLibrary, openLibraries(project, mixfiles), facts, importedModules);
  const templates = assignTemplates(index, abouts, files.others.filter(isTemplate), (path) =>
    readText(project, path),
  );
  return {
    project,
    name: mixfiles[0]?.info.app ?? basename(project.root),
    knowledge: knowProject(index, [...abouts, ...quoted], templates),
    faults: facts.filter(({ fault }) => fault !== undefined),
    unreadable: files.unreadable,
    openPaths: mixfiles.flatMap(openPaths),
  };
}

/** Both or none: what is nested too deeply for one may not be for the other. */
function readAll(tree: SyntaxTree): { readonly facts: FileFacts; readonly about: FileAbout } {
  const [facts, about] = [collectFacts(tree), readAbout(tree)];
  const tooDeep = about.tooDeep ?? (facts.fault?.tooDeep === true ? facts.fault : undefined);
  if (tooDeep === undefined) return { facts, about };
  return {
    facts: { ...facts, modules: [], fault: tooDeep },
    about: { ...about, modules: [], quoted: [], tooDeep },
  };
}

/** Of a `mix.exs` that is read, and never run. */
function openPaths({ source: { path: file }, info, role }: Mixfile): Indexed["openPaths"][number][] {
  const { unreadLine: line, sourceDirs } = info;
  if (line === undefined || role === "located") return [];
  const reason = `elixirc_paths is not written out here, and mix.exs is not run: only ${sourceDirs.join(", ")} is in the index`;
  return [{ file, line, reason }];
}

/** Which modules `glob` names; all without one. Error: INDEX_NO_MODULE, with the nearest name. */
export function chooseModules({ knowledge }: Indexed, glob: string | undefined): (name: string) => boolean {
  if (glob === undefined) return () => true;
  const names = knowledge.subjects.all.map(({ name }) => name);
  const matches = moduleGlob(glob);
  if (!names.some((name) => matches(name))) throw indexNoModule(glob, nearest(glob, names));
  return matches;
}

/** What is imported, and the behaviours: they say what names mean, and which functions are callbacks. */
function importedModules({ modules }: ModuleIndex): string[] {
  return [...modules.values()].flatMap(({ imports, behaviours }) =>
    imports.map(({ module }) => module).concat(behaviours),
  );
}

/**
 * The project with the dependencies `names`, and with all path dependencies, those of path dependencies too: they are the
 * user's own code. One that is not there, or has nothing in Elixir, is left out.
 */
function openWithPathDependencies(parser: Parser, project: Project, names: readonly string[]): Mixfiles {
  const tried = new Set(names);
  const taken = [...names];
  let opened = openMixfiles(parser, project, names);
  for (let next = untried(opened, tried); next !== undefined; next = untried(opened, tried)) {
    tried.add(next);
    taken.push(next);
    const more = attempt(() => openMixfiles(parser, project, taken));
    if (more === undefined) taken.pop();
    else opened = more;
  }
  return opened;
}

function untried({ mixfiles }: Mixfiles, tried: ReadonlySet<string>): string | undefined {
  const own = new Set(mixfiles.map(({ info }) => info.app));
  const named = mixfiles.flatMap(({ info }) => info.pathDependencies.map(({ name }) => name));
  return named.find((name) => !tried.has(name) && !own.has(name));
}

function attempt(open: () => Mixfiles): Mixfiles | undefined {
  try {
    return open();
  } catch (error) {
    if (error instanceof EscopeError) return undefined;
    throw error;
  }
}

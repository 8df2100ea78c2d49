import fs from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { mixUnreadable, projectIsTree, projectNoMix, projectNotFolder, projectNotFound } from "../errors.ts";
import type { SourceFile } from "../source.ts";
import { codeOf } from "./disk.ts";
import { hasMarker } from "./marker.ts";
import { isWithin } from "./paths.ts";

export interface Project {
  /** Absolute and real: no link on its way. */
  readonly root: string;
  /** `mix.exs` of the root; in an umbrella also of its applications. */
  readonly mixfiles: readonly SourceFile[];
  /** Folders of applications that are links out of the root: in the tree they are folders. */
  readonly linked: readonly string[];
  /** The application of the umbrella that was asked for, relative to the root; empty for the whole. */
  readonly within: string;
}

/** The Mix project at `dir`; for one application of an umbrella, the umbrella: its paths (`../../deps`) only hold there. */
export function openProject(dir: string): Project {
  const named = realFolder(dir);
  refuseTree(dir, named);
  if (!fs.existsSync(join(named, "mix.exs"))) throw projectNoMix(dir, nearbyProject(named));
  const root = umbrellaOf(named) ?? named;
  const own = readMixfile(root, "mix.exs");
  const folders = appFolders(root, own.text);
  const mixfiles = [own, ...folders.map((folder) => readMixfile(root, `${folder}/mix.exs`))];
  const linked = folders.filter((folder) => !isWithin(realpathOf(join(root, folder)), root));
  return { root, mixfiles, linked, within: relative(root, named) };
}

function realFolder(dir: string): string {
  const absolute = resolve(dir);
  if (!fs.existsSync(absolute)) throw projectNotFound(dir);
  if (!fs.statSync(absolute).isDirectory()) throw projectNotFolder(dir);
  return fs.realpathSync.native(absolute);
}

function refuseTree(dir: string, root: string): void {
  for (let at = root; at !== dirname(at); at = dirname(at)) {
    if (hasMarker(at)) throw projectIsTree(dir, at);
  }
}

export function readMixfile(root: string, path: string): SourceFile {
  try {
    return { path, text: fs.readFileSync(join(root, path), "utf8") };
  } catch (error) {
    throw mixUnreadable(path, error);
  }
}

/** The folders of an umbrella's applications, each once: one that is a link within the root is what it leads to. */
function appFolders(root: string, text: string): string[] {
  const apps = appsPath(text);
  if (apps === null) return [];
  const folders = [...foldersIn(join(root, apps)), ...linksIn(join(root, apps))]
    .map((name) => `${apps}/${name}`)
    .filter((folder) => fs.existsSync(join(root, folder, "mix.exs")))
    .map((folder) => realInner({ root }, folder) ?? folder)
    .filter((folder) => !isWithin(root, realpathOf(join(root, folder))));
  return [...new Set(folders)];
}

/** An inner folder, without the links on its way; null where they lead out of the root. */
export function realInner({ root }: Pick<Project, "root">, folder: string): string | null {
  const real = realpathOf(join(root, folder));
  return isWithin(real, root) ? relative(root, real) : null;
}

function realpathOf(path: string): string {
  return fs.realpathSync.native(path);
}

function appsPath(text: string): string | null {
  return /^[^#\n]*\bapps_path:\s*"([^"]+)"/m.exec(text)?.[1]?.replace(/\/+$/, "") ?? null;
}

/** The umbrella that `root` is an application of. */
function umbrellaOf(root: string): string | null {
  const above = dirname(dirname(root));
  const mixfile = join(above, "mix.exs");
  if (above === root || !fs.existsSync(mixfile)) return null;
  const apps = appsPath(readMixfile(above, "mix.exs").text);
  return apps !== null && join(above, apps) === dirname(root) ? above : null;
}

/** Where the user may have meant to point: a folder above, else one at most two steps below. */
function nearbyProject(root: string): string | null {
  for (let at = dirname(root); at !== dirname(at); at = dirname(at)) {
    if (fs.existsSync(join(at, "mix.exs"))) return at;
  }
  const first = foldersIn(root).map((name) => join(root, name));
  const second = first.flatMap((dir) => foldersIn(dir).map((name) => join(dir, name)));
  return [...first, ...second].find((dir) => fs.existsSync(join(dir, "mix.exs"))) ?? null;
}

function foldersIn(dir: string): string[] {
  return namesOf(dir, (entry) => entry.isDirectory());
}

function linksIn(dir: string): string[] {
  return namesOf(dir, (entry) => entry.isSymbolicLink());
}

function namesOf(dir: string, isOne: (entry: fs.Dirent) => boolean): string[] {
  try {
    const entries = fs.readdirSync(dir, { withFileTypes: true });
    return entries
      .filter((entry) => isOne(entry) && !entry.name.startsWith("."))
      .map((entry) => entry.name)
      .filter((name) => name !== "deps" && name !== "node_modules" && name !== "_build")
      .sort();
  } catch (error) {
    if (["ENOENT", "ENOTDIR", "EACCES", "EPERM"].includes(codeOf(error))) return [];
    throw error;
  }
}

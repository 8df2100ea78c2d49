import fs from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { mixUnreadable, projectIsTree, projectNoMix, projectNotFolder, projectNotFound } from "../errors.ts";
import type { SourceFile } from "../source.ts";
import { codeOf } from "./disk.ts";
import { hasMarker } from "./marker.ts";

export interface Project {
  /** Absolute and real: no link on its way. */
  readonly root: string;
  /** `mix.exs` of the root; in an umbrella also of its applications. */
  readonly mixfiles: readonly SourceFile[];
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
  return { root, mixfiles: [own, ...appMixfiles(root, own.text)], within: relative(root, named) };
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

function appMixfiles(root: string, text: string): SourceFile[] {
  const apps = appsPath(text);
  if (apps === null) return [];
  return foldersIn(join(root, apps))
    .map((name) => `${apps}/${name}/mix.exs`)
    .filter((path) => fs.existsSync(join(root, path)))
    .map((path) => readMixfile(root, path));
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
  try {
    const entries = fs.readdirSync(dir, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
      .map((entry) => entry.name)
      .filter((name) => name !== "deps" && name !== "node_modules" && name !== "_build")
      .sort();
  } catch (error) {
    if (["ENOENT", "ENOTDIR", "EACCES", "EPERM"].includes(codeOf(error))) return [];
    throw error;
  }
}

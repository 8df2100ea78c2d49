import fs, { type Dirent } from "node:fs";
import { isUtf8 } from "node:buffer";
import { dirname, join } from "node:path";
import { stampAt } from "../last-run/index.ts";
import type { SourceFile } from "../source.ts";
import { codeOf, statAt } from "./disk.ts";
import { linkToOriginal, mirrorTarget } from "./links.ts";
import { hasMarker } from "./marker.ts";
import { isWithin, joinInner } from "./paths.ts";

export interface Link {
  readonly path: string;
  /** As it stands in the tree. */
  readonly target: string;
}

export interface Unreadable {
  readonly path: string;
  readonly reason: string;
}

/** What a walk found. */
export interface Found {
  readonly sources: SourceFile[];
  /** Configuration that imports by ways that go up; they are among `others`, too. */
  readonly configs: SourceFile[];
  readonly others: string[];
  readonly folders: string[];
  readonly links: Link[];
  readonly unreadable: Unreadable[];
  /** Everything that was looked at, with its stamp from before it was read. */
  readonly stamps: [path: string, stamp: string][];
}

export interface Walk {
  readonly root: string;
  readonly out: string;
  /** Whether the file at a path is a source. */
  readonly isSource: (path: string) => boolean;
  /** Whether sources may lie at a path or below it. */
  readonly holdsSources: (path: string) => boolean;
  /** Whether what a link at a path leads to is part of the project, whatever is in it. */
  readonly isLinked: (path: string) => boolean;
  /** The real places of the links that the walk went through. */
  readonly through: readonly string[];
  readonly found: Found;
}

export function nothingFound(): Found {
  return { sources: [], configs: [], others: [], folders: [], links: [], unreadable: [], stamps: [] };
}

const nowhere: ReadonlySet<string> = new Set([".git", "node_modules"]);
/** Not mirrored where they stand beside a `mix.exs`; elsewhere a folder of such a name is the user's own. */
const besideMix: ReadonlySet<string> = new Set(
  "_build deps cover .escope .elixir_ls .lexical .expert .elixir-tools".split(" "),
);

export function walkFolder(walk: Walk, dir: string): void {
  // The folder itself, also where a link leads to it.
  if (dir !== "") noteStamp(walk, `${dir}/.`);
  const entries = readFolder(walk, dir);
  // A run makes folders of its own in the topmost one: its names tell more than its stamp.
  if (dir === "") walk.found.stamps.push([".", JSON.stringify(entries.map(({ name }) => name).toSorted())]);
  const names = new Set(entries.map((entry) => entry.name));
  if (dir !== "" && names.has(".escope") && hasMarker(join(walk.root, dir))) return;
  if (entries.length === 0 && dir !== "") walk.found.folders.push(dir);
  for (const entry of entries) {
    const path = joinInner(dir, entry.name);
    if (!isExcluded(walk, path, entry, names.has("mix.exs"))) takeEntry(walk, path, entry);
  }
}

function isExcluded(walk: Walk, path: string, { name }: Dirent, beside: boolean): boolean {
  if (name === "node_modules") takeNodeModules(walk, path);
  return nowhere.has(name) || (beside && besideMix.has(name)) || `${walk.root}/${path}` === walk.out;
}

function takeEntry(walk: Walk, path: string, entry: Dirent): void {
  const { found, root } = walk;
  // Some file systems do not tell the type with the name.
  const known = entry.isFile() || entry.isDirectory() || entry.isSymbolicLink();
  const type = known ? entry : statAt(join(root, path));
  if (type === null) found.unreadable.push({ path, reason: "it is gone, or its name is no valid UTF-8" });
  else if (type.isDirectory()) walkFolder(walk, path);
  else if (type.isSymbolicLink()) takeLink(walk, path);
  else if (!type.isFile()) found.unreadable.push({ path, reason: `it is a ${specialType(type)}` });
  else takeFile(walk, path);
}

function noteStamp({ root, found }: Walk, path: string): void {
  found.stamps.push([path, stampAt(`${root}/${path}`)]);
}

function takeFile(walk: Walk, path: string): void {
  noteStamp(walk, path);
  if (walk.isSource(path)) takeSource(walk, path);
  else if (isReadable(walk, path)) {
    walk.found.others.push(path);
    if (/(^|\/)config\/.*\.exs$/.test(path)) takeConfig(walk, path);
  }
}

function specialType(type: Dirent | fs.Stats): string {
  if (type.isFIFO()) return "fifo";
  return type.isSocket() ? "socket" : "device";
}

function takeSource(walk: Walk, path: string): void {
  const bytes = attempt(walk, path, () => fs.readFileSync(join(walk.root, path)));
  if (bytes === null) return;
  if (isUtf8(bytes)) walk.found.sources.push({ path, text: bytes.toString("utf8") });
  else {
    walk.found.unreadable.push({ path, reason: "it is no valid UTF-8" });
    walk.found.others.push(path);
  }
}

function takeConfig(walk: Walk, path: string): void {
  const text = attempt(walk, path, () => fs.readFileSync(join(walk.root, path), "utf8"));
  if (text !== null && /import_config[\s(]+"\.\.\//.test(text)) walk.found.configs.push({ path, text });
}

/** Opened and closed, as only that asks the whole permission system. Neither a link nor a fifo can have come between. */
function isReadable(walk: Walk, path: string): boolean {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = fs.constants;
  const handle = attempt(walk, path, () =>
    fs.openSync(join(walk.root, path), O_RDONLY | O_NOFOLLOW | O_NONBLOCK),
  );
  if (handle !== null) fs.closeSync(handle);
  return handle !== null;
}

function takeLink(walk: Walk, path: string): void {
  noteStamp(walk, path);
  if ((walk.holdsSources(path) || walk.isLinked(path)) && takeLinkedSources(walk, path)) return;
  const target = attempt(walk, path, () => fs.readlinkSync(join(walk.root, path)));
  if (target !== null) walk.found.links.push({ path, target: mirrorTarget(walk, path, target) });
}

/**
 * What Mix compiles through a link stands in the tree in the link's place, with its probes. False where there is no
 * source behind the link, or where it leads round in a circle.
 */
function takeLinkedSources(walk: Walk, path: string): boolean {
  const [real, here] = [path, dirname(path)].map((at) => realOrNull(join(walk.root, at)));
  if (!real || !here || [walk.root, here].some((dir) => isWithin(dir, real))) return false;
  if (isWithin(real, walk.out) || walk.through.includes(real)) return false;
  const found = nothingFound();
  const behind = { ...walk, found, through: [...walk.through, real] };
  const type = statAt(real);
  if (type?.isDirectory() === true) walkFolder(behind, path);
  else if (type?.isFile() === true && walk.isSource(path)) {
    found.stamps.push([real, stampAt(real)]);
    takeSource(behind, path);
  }
  const isTaken = found.sources.length > 0 || walk.isLinked(path);
  if (isTaken) addFound(walk.found, found);
  return isTaken;
}

export function addFound(all: Found, more: Found): void {
  all.sources.push(...more.sources);
  all.configs.push(...more.configs);
  all.others.push(...more.others);
  all.folders.push(...more.folders);
  all.links.push(...more.links);
  all.unreadable.push(...more.unreadable);
  all.stamps.push(...more.stamps);
}

function realOrNull(path: string): string | null {
  try {
    return fs.realpathSync.native(path);
  } catch {
    return null;
  }
}

function takeNodeModules(walk: Walk, path: string): void {
  if (statAt(join(walk.root, path))?.isSymbolicLink() === true) takeLink(walk, path);
  else walk.found.links.push({ path, target: linkToOriginal(walk, path) });
}

function readFolder(walk: Walk, dir: string): Dirent[] {
  return attempt(walk, dir, () => fs.readdirSync(join(walk.root, dir), { withFileTypes: true })) ?? [];
}

/** What others do to the project meanwhile, and what its permissions forbid, is reported; the walk goes on. */
function attempt<T>(walk: Walk, path: string, read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    const code = codeOf(error);
    if (code === "") throw error;
    walk.found.unreadable.push({ path: path === "" ? "." : path, reason: reasonOf(code) });
    return null;
  }
}

function reasonOf(code: string): string {
  if (code === "EACCES" || code === "EPERM") return "it cannot be read (permission denied)";
  return code === "ENOENT" ? "it is gone, or its name is no valid UTF-8" : `it cannot be read (${code})`;
}

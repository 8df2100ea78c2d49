import fs from "node:fs";
import { hash } from "node:crypto";
import { basename, dirname, join } from "node:path";
import { codeOf, makeFolders, namesIn, statAt } from "./disk.ts";

const FORMAT = "escope-cache/1";
const PREFIX = "facts-";

/** How many rule sets keep theirs, the last used ones. */
const KEPT = 4;

interface Header {
  readonly format: string;
  readonly id: string;
  /** Of the entries and everything behind the header: a torn or altered file is no cache. */
  readonly sum: string;
  /** Key and length in bytes of each entry, in their order. */
  readonly entries: readonly (readonly [string, number])[];
}

/**
 * What was worked out of texts before, by their hashes. Nothing in it is a source of truth: what is missing, torn, or made
 * by another version is simply not there. What nobody asked for in a run is left out when that run saves.
 */
export class Cache {
  readonly #folder: string;
  readonly #path: string;
  readonly #id: string;
  readonly #before: ReadonlyMap<string, Buffer>;
  readonly #used = new Map<string, Buffer>();
  #isNew = false;

  /** `id`: everything besides the text that an entry depends on. */
  constructor(folder: string, id: string) {
    this.#folder = folder;
    this.#id = id;
    this.#path = join(folder, `${PREFIX}${hash("sha1", id).slice(0, 16)}`);
    this.#before = readEntries(this.#path, id);
  }

  get(key: string): string | undefined {
    const entry = this.#used.get(key) ?? this.#before.get(key);
    if (entry !== undefined) this.#used.set(key, entry);
    return entry?.toString("utf8");
  }

  set(key: string, value: string): void {
    this.#used.set(key, Buffer.from(value));
    this.#isNew = true;
  }

  /** Never in anybody's way: what the disk refuses is worked out again next time. */
  save(): void {
    if (!this.#isNew && this.#used.size === this.#before.size) return;
    const fresh = `${this.#path}.${process.pid}.new`;
    try {
      makeCacheFolder(this.#folder);
      writeEntries(fresh, this.#id, this.#used);
      fs.renameSync(fresh, this.#path);
      this.#isNew = false;
      prune(this.#folder);
    } catch (error) {
      if (codeOf(error) === "") throw error;
    } finally {
      removeQuietly(fresh);
    }
  }
}

/** What lies in the project's own `.escope/` ignores itself for git; a link in its place is nobody's to write through. */
export function makeCacheFolder(folder: string): void {
  const above = dirname(folder);
  makeFolders(folder);
  if (basename(above) !== ".escope") return;
  const ignore = join(above, ".gitignore");
  if (statAt(ignore) === null) fs.writeFileSync(ignore, "*\n", { flag: "wx" });
}

function writeEntries(path: string, id: string, entries: ReadonlyMap<string, Buffer>): void {
  const body = Buffer.concat([...entries.values()]);
  const lengths = [...entries].map(([key, { length }]) => [key, length] as const);
  const header: Header = { format: FORMAT, id, sum: sumOf(lengths, body), entries: lengths };
  const handle = fs.openSync(path, "wx");
  try {
    fs.writeSync(handle, `${JSON.stringify(header)}\n`);
    for (let at = 0; at < body.length;) at += fs.writeSync(handle, body, at);
  } finally {
    fs.closeSync(handle);
  }
}

function readEntries(path: string, id: string): ReadonlyMap<string, Buffer> {
  const entries = new Map<string, Buffer>();
  const bytes = readQuietly(path);
  const end = bytes.indexOf("\n");
  const header = end === -1 ? undefined : parseHeader(bytes.toString("utf8", 0, end));
  const body = bytes.subarray(end + 1);
  if (header === undefined || header.id !== id || header.sum !== sumOf(header.entries, body)) return entries;
  let at = 0;
  for (const [key, length] of header.entries) entries.set(key, body.subarray(at, (at += length)));
  return entries;
}

function sumOf(lengths: Header["entries"], body: Buffer): string {
  return hash("sha1", JSON.stringify(lengths) + hash("sha1", body));
}

function parseHeader(line: string): Header | undefined {
  try {
    const header = JSON.parse(line) as Header | null;
    return header?.format === FORMAT && Array.isArray(header.entries) ? header : undefined;
  } catch {
    return undefined;
  }
}

function readQuietly(path: string): Buffer {
  try {
    return fs.readFileSync(path);
  } catch {
    return Buffer.alloc(0);
  }
}

/** Leaves the newest, and takes what a process left that was ended while it wrote. */
function prune(folder: string): void {
  const all = namesIn(folder)
    .filter((name) => name.startsWith(PREFIX))
    .map((name) => ({ path: join(folder, name), time: fs.statSync(join(folder, name)).mtimeMs }))
    .toSorted((a, b) => b.time - a.time);
  for (const { path } of all.slice(KEPT)) removeQuietly(path);
}

function removeQuietly(path: string): void {
  try {
    fs.rmSync(path, { force: true });
  } catch {
    // Nobody needs it gone.
  }
}

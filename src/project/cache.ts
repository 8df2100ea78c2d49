import fs from "node:fs";
import { createHash, hash } from "node:crypto";
import { basename, dirname, join } from "node:path";
import { codeOf, makeFolders, namesIn, statAt } from "./disk.ts";

const FORMAT = "escope-cache/2";
const PREFIX = "facts-";
const NEWLINE = 10;
const BLANK = 32;

/** How many rule sets keep theirs, the last used ones. */
const KEPT = 4;

/** How much is handed to the disk at once, in UTF-16 code units. */
const BATCH = 1 << 19;

/**
 * What was worked out of texts before, by their hashes; plain data. Nothing in it is a source of truth: what is missing,
 * torn, or made by another version is simply not there. What nobody asked for in a run is left out when that run saves.
 *
 * A file of lines: what it is, then each key with its data as JSON, in which no line ends, then a hash over all before.
 */
export class Cache {
  readonly #folder: string;
  readonly #path: string;
  readonly #title: string;
  readonly #before: ReadonlyMap<string, Buffer>;
  /** As it was read, or what becomes text only when it is saved: until then it costs no memory besides its owner's. */
  readonly #used = new Map<string, Buffer | { readonly data: unknown }>();
  #isNew = false;

  /** `id`: everything besides the text that an entry depends on. */
  constructor(folder: string, id: string) {
    this.#folder = folder;
    this.#title = `${FORMAT} ${JSON.stringify(id)}`;
    this.#path = join(folder, `${PREFIX}${hash("sha1", id).slice(0, 16)}`);
    this.#before = readEntries(this.#path, this.#title);
  }

  get(key: string): unknown {
    const set = this.#used.get(key);
    if (set !== undefined && !Buffer.isBuffer(set)) return set.data;
    const entry = set ?? this.#before.get(key);
    if (entry === undefined) return undefined;
    this.#used.set(key, entry);
    return JSON.parse(entry.toString("utf8", key.length + 1));
  }

  /** `data` must not change any more. */
  set(key: string, data: unknown): void {
    this.#used.set(key, { data });
    this.#isNew = true;
  }

  /** Never in anybody's way: what the disk refuses is worked out again next time. */
  save(): void {
    if (!this.#isNew && this.#used.size === this.#before.size) return;
    const fresh = `${this.#path}.${process.pid}.new`;
    try {
      makeCacheFolder(this.#folder);
      writeLines(fresh, this.#lines());
      fs.renameSync(fresh, this.#path);
      this.#isNew = false;
      prune(this.#folder);
    } catch (error) {
      if (codeOf(error) === "") throw error;
    } finally {
      removeQuietly(fresh);
    }
  }

  *#lines(): Iterable<string> {
    yield this.#title;
    for (const [key, entry] of this.#used)
      yield Buffer.isBuffer(entry) ? entry.toString("utf8") : `${key} ${JSON.stringify(entry.data)}`;
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

function writeLines(path: string, lines: Iterable<string>): void {
  const handle = fs.openSync(path, "wx");
  const sum = createHash("sha1");
  let batch = "";
  const write = (text: string): void => {
    const bytes = Buffer.from(text);
    sum.update(bytes);
    for (let at = 0; at < bytes.length;) at += fs.writeSync(handle, bytes, at);
  };
  try {
    for (const line of lines) {
      batch += `${line}\n`;
      if (batch.length < BATCH) continue;
      write(batch);
      batch = "";
    }
    write(batch);
    write(sum.copy().digest("hex"));
  } finally {
    fs.closeSync(handle);
  }
}

/** Each line of an entry, by its key. */
function readEntries(path: string, title: string): ReadonlyMap<string, Buffer> {
  const entries = new Map<string, Buffer>();
  const bytes = readQuietly(path);
  const end = bytes.lastIndexOf(NEWLINE) + 1;
  if (bytes.toString("utf8", 0, Buffer.byteLength(title) + 1) !== `${title}\n`) return entries;
  if (hash("sha1", bytes.subarray(0, end)) !== bytes.toString("utf8", end)) return entries;
  for (let at = bytes.indexOf(NEWLINE) + 1; at < end;) {
    const next = bytes.indexOf(NEWLINE, at);
    entries.set(bytes.toString("utf8", at, bytes.indexOf(BLANK, at)), bytes.subarray(at, next));
    at = next + 1;
  }
  return entries;
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

import { relative, sep } from "node:path";
import { watch as watchFiles, type FSWatcher } from "chokidar";

/** Folders whose changes never reach the tree: what tools write for themselves. */
const IGNORED: ReadonlySet<string> = new Set([
  ".git",
  ".escope",
  "_build",
  "deps",
  "node_modules",
  ".elixir_ls",
  "cover",
]);

/** Editors and version control touch many files at once: when it is quiet for this long, it is one change. */
const QUIET_MS = 300;
/** However much goes on, nobody waits longer than this. */
const PATIENCE_MS = 3000;
/** More files at once are no saves by hand. */
const MOST_SAVES = 8;

export interface Watched {
  readonly root: string;
  /** The tree: what changes in it is of no interest. */
  readonly out: string;
  /** What it depends on outside of the project: rules, dependencies of which the tree has copies. */
  readonly also: readonly string[];
}

export interface Updates {
  /** One file was changed, told at once; `path` relative to the project. */
  save(path: string): void;
  /** Something changed, and it is quiet now. */
  settle(): Promise<void>;
}

export interface Watch {
  /** Ends the watch after the update that is under way, if one is. */
  close(): Promise<void>;
}

/**
 * Follows all changes of a project. Updates never overlap; what changes during one leads to one more. Both handle their own
 * errors.
 */
export async function watchProject(watched: Watched, updates: Updates): Promise<Watch> {
  const { root, also } = watched;
  const watcher = watchFiles([root, ...also], {
    ignoreInitial: true,
    ignored: (path) => !also.includes(path) && isIgnored(watched, path),
  });
  await new Promise<void>((ready) => watcher.once("ready", ready));
  return new Following(watcher, root, updates);
}

function isIgnored({ root, out }: Watched, path: string): boolean {
  if (path === out || path.startsWith(out + sep)) return true;
  return relative(root, path)
    .split(sep)
    .some((part) => IGNORED.has(part));
}

class Following implements Watch {
  readonly #watcher: FSWatcher;
  readonly #root: string;
  readonly #updates: Updates;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #since = 0;
  #events = 0;
  #isClosed = false;

  constructor(watcher: FSWatcher, root: string, updates: Updates) {
    this.#watcher = watcher;
    this.#root = root;
    this.#updates = updates;
    watcher.on("all", (event, path) => this.#note(event, path));
    // A folder that cannot be watched is no reason to end: the whole run says what cannot be read.
    watcher.on("error", () => this.#schedule());
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#watcher.close();
    await this.#running;
  }

  #note(event: string, path: string): void {
    if (this.#isClosed) return;
    this.#events += 1;
    if (event === "change" && this.#events <= MOST_SAVES && this.#running === undefined)
      this.#updates.save(relative(this.#root, path));
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isClosed) return;
    clearTimeout(this.#timer);
    if (this.#since === 0) this.#since = performance.now();
    const left = this.#since + PATIENCE_MS - performance.now();
    this.#timer = setTimeout(() => this.#run(), Math.max(0, Math.min(QUIET_MS, left)));
  }

  #run(): void {
    if (this.#running !== undefined) return this.#schedule();
    this.#since = 0;
    this.#events = 0;
    this.#running = this.#updates.settle().finally(() => (this.#running = undefined));
    return undefined;
  }
}

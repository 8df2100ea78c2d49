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

/** Editors and version control touch many files at once: they count as one change. */
const QUIET_MS = 40;

export interface Watch {
  /** Ends the watch after the update that is under way, if one is. */
  close(): Promise<void>;
}

/**
 * Calls `update` after every change below `root`, but for changes in the tree at `out`. Updates never overlap; what changes
 * during one leads to one more. `update` handles its own errors.
 */
export async function watchProject(root: string, out: string, update: () => Promise<void>): Promise<Watch> {
  const watcher = watchFiles(root, { ignoreInitial: true, ignored: (path) => isIgnored(root, out, path) });
  await new Promise<void>((ready) => watcher.once("ready", ready));
  return followChanges(watcher, update);
}

function isIgnored(root: string, out: string, path: string): boolean {
  if (path === out || path.startsWith(out + sep)) return true;
  return relative(root, path)
    .split(sep)
    .some((part) => IGNORED.has(part));
}

function followChanges(watcher: FSWatcher, update: () => Promise<void>): Watch {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  const run = (): void => {
    timer = undefined;
    if (running === undefined) running = update().finally(() => (running = undefined));
    else schedule();
  };
  const schedule = (): void => {
    clearTimeout(timer);
    timer = setTimeout(run, QUIET_MS);
  };
  watcher.on("all", schedule);
  return {
    close: async () => {
      clearTimeout(timer);
      await watcher.close();
      await running;
    },
  };
}

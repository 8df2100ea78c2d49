import { formatPatch, structuredPatch } from "diff";

export interface DiffOptions {
  /** Unchanged lines around a change. */
  readonly context?: number;
}

/** A unified diff of one file as git writes it, which `git apply` accepts; empty where nothing differs. */
export function diffFile(
  path: string,
  before: string,
  after: string,
  { context = 3 }: DiffOptions = {},
): string {
  if (before === after) return "";
  const patch = structuredPatch(`a/${path}`, `b/${path}`, before, after, undefined, undefined, { context });
  return endNames(formatPatch({ ...patch, isGit: true }));
}

/** Git closes a name that holds a blank with a tab, as other tools take what follows the blank for a date. */
function endNames(patch: string): string {
  const [git, from, to, ...hunks] = patch.split("\n");
  return [git, endName(from ?? ""), endName(to ?? ""), ...hunks].join("\n");
}

function endName(line: string): string {
  return /^(---|\+\+\+) [^"].* /.test(line) ? `${line}\t` : line;
}

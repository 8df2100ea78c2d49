import { formatPatch, type StructuredPatchHunk, structuredPatch } from "diff";

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
  const names = {
    oldFileName: `a/${path}`,
    newFileName: `b/${path}`,
    oldHeader: undefined,
    newHeader: undefined,
  };
  return endNames(formatPatch({ ...names, hunks: hunksOf(before, after, context), isGit: true }));
}

/** Instrumented lines stand where the original's do: comparing them one by one takes no search, which grows with its square. */
function hunksOf(before: string, after: string, context: number): StructuredPatchHunk[] {
  const [old, now] = [linesOf(before), linesOf(after)];
  if (old.length !== now.length) return structuredPatch("", "", before, after, "", "", { context }).hunks;
  return groupsOf(old, now, context).map(([from, to]) => ({
    oldStart: from + 1,
    oldLines: to - from,
    newStart: from + 1,
    newLines: to - from,
    lines: hunkLines(old.slice(from, to), now.slice(from, to)),
  }));
}

/** Lines with their ends; what follows the last newline is a line too. */
function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** The half-open ranges of lines that the hunks show. */
function groupsOf(old: readonly string[], now: readonly string[], context: number): [number, number][] {
  const groups: [number, number][] = [];
  for (const [index, line] of old.entries()) {
    if (line === now[index]) continue;
    const last = groups.at(-1);
    const from = Math.max(0, index - context);
    const to = Math.min(old.length, index + context + 1);
    if (last !== undefined && from <= last[1]) last[1] = to;
    else groups.push([from, to]);
  }
  return groups;
}

function hunkLines(old: readonly string[], now: readonly string[]): string[] {
  const lines: string[] = [];
  let added: string[] = [];
  for (const [index, line] of old.entries()) {
    const other = now[index] ?? "";
    if (line === other) {
      lines.push(...added, ...markLine(" ", line));
      added = [];
    } else {
      lines.push(...markLine("-", line));
      added.push(...markLine("+", other));
    }
  }
  return [...lines, ...added];
}

function markLine(mark: string, line: string): string[] {
  if (line.endsWith("\n")) return [mark + line.slice(0, -1)];
  return [mark + line, "\\ No newline at end of file"];
}

/** Git closes a name that holds a blank with a tab, as other tools take what follows the blank for a date. */
function endNames(patch: string): string {
  const [git, from, to, ...hunks] = patch.split("\n");
  return [git, endName(from ?? ""), endName(to ?? ""), ...hunks].join("\n");
}

function endName(line: string): string {
  return /^(---|\+\+\+) [^"].* /.test(line) ? `${line}\t` : line;
}

import { existsSync, lstatSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { RECORDING } from "./job.ts";
import { left, type Steps } from "./steps.ts";

/** Lines for the project's own `.gitignore`: both folders ignore themselves, but people look for them there. */
export function ignoreSteps(root: string, out: string, repository: string | null): Steps {
  if (repository === null) return left("the project is in no git repository: nothing to ignore");
  const path = join(root, ".gitignore");
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true)
    return left(".gitignore is a link, which git does not follow; what escope writes ignores itself");
  const before = existsSync(path) ? readFileSync(path, "utf8") : null;
  const tree = relative(root, out);
  const folders = [...(tree.startsWith("..") ? [] : [tree]), ".escope", ...recordingOf(root)];
  const missing = folders.filter((folder) => !isIgnored(before ?? "", folder));
  if (missing.length === 0) return left(".gitignore ignores what escope writes already");
  return { steps: [{ path, before, after: appended(before ?? "", missing) }], left: [] };
}

/** Where the job's commands record, by hand, too. A folder of that name that is there is the user's own. */
function recordingOf(root: string): string[] {
  return existsSync(join(root, RECORDING)) ? [] : [RECORDING];
}

/** Whether a line names the folder. What patterns come to is git's to say; a line too many does no harm. */
function isIgnored(text: string, folder: string): boolean {
  const names = text.split(/\r?\n/).map((line) => line.trim().replace(/^\//, "").replace(/\/$/, ""));
  return names.includes(folder);
}

function appended(text: string, folders: readonly string[]): string {
  const end = text.includes("\r\n") ? "\r\n" : "\n";
  const gap = text === "" ? "" : text.endsWith("\n") ? end : end + end;
  const lines = [
    "# What escope writes: the instrumented tree, recordings.",
    ...folders.map((one) => `/${one}/`),
  ];
  return `${text}${gap}${lines.join(end)}${end}`;
}

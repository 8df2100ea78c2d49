import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { createInterface } from "node:readline/promises";
import { EscopeError, initChanged, initNotWritable } from "../../errors.ts";
import { diffFile, findConfig, openProject, projectFolder, treeFolder } from "../../project/index.ts";
import { colorDiff } from "../diff-text.ts";
import type { Io } from "../io.ts";
import { configSteps } from "./config.ts";
import { ignoreSteps } from "./ignore.ts";
import { jobSteps } from "./job.ts";
import { repositoryOf } from "./repository.ts";
import { joinSteps, type Step, type Steps } from "./steps.ts";

export interface InitOptions {
  readonly project: string;
  readonly yes: boolean;
  /** Of this escope: the job for CI names its package. */
  readonly version: string;
}

/** Asks on the terminal; undefined where there is none to ask on. */
export type Ask = ((question: string) => Promise<boolean>) | undefined;

/** `escope init`: shows what it would write, and writes it where the user agrees. What is there already stays. */
export async function runInit(options: InitOptions, io: Io, ask: Ask = terminalAsk()): Promise<number> {
  const { steps, left, next } = await findSteps(options);
  const base = baseOf(steps);
  if (base !== process.cwd()) io.stderr(`paths are from ${base}\n`);
  for (const step of steps) io.stdout(preview(step, base, io.color));
  for (const { says } of left) io.stderr(`left alone: ${says}\n`);
  if (next !== undefined) io.stderr(`to do: ${next}\n`);
  if (steps.length === 0) io.stderr("nothing to do\n");
  else if (options.yes || (await ask?.(`write ${filesText(steps.length)}?`)) === true) writeSteps(steps, io);
  else io.stderr(`nothing was written${ask === undefined ? "; escope init --yes writes it" : ""}\n`);
  return 0;
}

async function findSteps({ project: named, version }: InitOptions): Promise<Steps> {
  const project = openProject(named);
  const { root } = project;
  const found = await findConfig(root);
  const out = found?.config.out;
  const tree = treeFolder(project, out === undefined ? undefined : resolve(root, out));
  return joinSteps([
    configSteps(root, found),
    ignoreSteps(root, tree, repositoryOf(root)),
    jobSteps(root, version),
  ]);
}

function filesText(count: number): string {
  return count === 1 ? "this file" : `these ${count} files`;
}

/** Where one stands, or the folder that holds all of it: `git apply` takes no path that goes up. */
function baseOf(steps: readonly Step[]): string {
  const holdsAll = (folder: string): boolean => steps.every(({ path }) => path.startsWith(`${folder}/`));
  const [first] = steps;
  if (first === undefined || holdsAll(process.cwd())) return process.cwd();
  let base = dirname(first.path);
  while (!holdsAll(base) && base !== dirname(base)) base = dirname(base);
  return base;
}

/** As git shows a change. A copy of what escope ships is named, not shown. */
function preview({ path, before, after }: Step, base: string, color: boolean): string {
  const shown = relative(base, path);
  if (path.endsWith(".schema.json"))
    return `new file ${shown} (${after.length} bytes; for editors, git ignores it)\n`;
  const diff = diffFile(shown, before ?? "", after);
  const text = before === null ? diff.replace(/^--- .*\n/m, "new file mode 100644\n--- /dev/null\n") : diff;
  return color ? colorDiff(text) : text;
}

function writeSteps(steps: readonly Step[], io: Io): void {
  for (const step of steps) {
    writeStep(step);
    io.stderr(`${step.before === null ? "written" : "added to"}: ${relative(process.cwd(), step.path)}\n`);
  }
}

/** What was shown, and nothing else: a file that has come or changed since then stays as it is. */
function writeStep({ path, before, after }: Step): void {
  const folder = dirname(path);
  try {
    if (folder.endsWith("/.escope")) projectFolder(dirname(folder));
    else mkdirSync(folder, { recursive: true });
    if (before === null) writeFileSync(path, after, { flag: "wx" });
    else if (readFileSync(path, "utf8") === before) appendFileSync(path, after.slice(before.length));
    else throw initChanged(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") throw initChanged(path);
    throw code === undefined || error instanceof EscopeError ? error : initNotWritable(path, error);
  }
}

function terminalAsk(): Ask {
  const { stdin: input, stderr: output } = process;
  if (!input.isTTY || !output.isTTY) return undefined;
  return async (question) => {
    const lines = createInterface({ input, output });
    try {
      return /^y(es)?$/i.test((await lines.question(`${question} [y/N] `)).trim());
    } finally {
      lines.close();
    }
  };
}

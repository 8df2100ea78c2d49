import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import { extname } from "node:path";
import { pathToFileURL } from "node:url";
import {
  configNoDefault,
  configSyntax,
  configTypeScript,
  EscopeError,
  type ErrorDetails,
} from "../errors.ts";

const typed: readonly string[] = [".ts", ".mts", ".cts"];
export const programExtensions: readonly string[] = [".js", ".mjs", ".cjs", ...typed];

const require = createRequire(import.meta.url);

/**
 * A loader for cosmiconfig that runs the file with Node itself, in the version that lies there now: `--watch` reads it
 * again after every change.
 */
export async function loadProgram(file: string): Promise<unknown> {
  if (typed.includes(extname(file)) && !readsTypeScript())
    throw configTypeScript(file, process.versions.node);
  delete require.cache[file];
  const url = pathToFileURL(file);
  url.search = `changed=${fs.statSync(file).mtimeMs}`;
  try {
    const module = await withoutExit(file, () => inTime(load(url.href)));
    if (module.default === undefined || module.default === null)
      throw configNoDefault(file, Object.keys(module));
    return module.default;
  } catch (error) {
    if (error instanceof EscopeError) throw error;
    throw configSyntax(placeIn(file, error), error instanceof Error ? error.message : String(error), error);
  }
}

interface Program {
  readonly default?: unknown;
}

/** What it gives may be a promise. */
async function load(url: string): Promise<Program> {
  const module = (await import(url)) as Program;
  return { ...module, default: await module.default };
}

/** How long a program may take, in milliseconds. */
const PATIENCE = 10_000;

/** Where nothing is left to be waited for, Node ends the process without a word; the timer is something. */
async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, refuse) => {
    timer = setTimeout(
      () => refuse(new Error(`it has not answered within ${PATIENCE / 1000} seconds`)),
      PATIENCE,
    );
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * What a program does that ends itself would pass for what escope was asked to do; also later, by a timer: then it is said,
 * and what escope was asked for goes on. Nothing else calls `process.exit`.
 */
async function withoutExit<T>(file: string, work: () => Promise<T>): Promise<T> {
  process.exit = (code) => {
    throw new Error(`it ends the process with process.exit, status ${code ?? 0}`);
  };
  try {
    return await work();
  } finally {
    process.exit = ((): void => {
      process.emitWarning(`${file} calls process.exit after it was read, which is ignored`);
    }) as typeof process.exit;
  }
}

function readsTypeScript(): boolean {
  return Boolean((process.features as { typescript?: unknown }).typescript);
}

/** Where in the file it went wrong, as far as the stack of the error says so; the file alone where it does not. */
function placeIn(file: string, error: unknown): Omit<ErrorDetails, "hint"> {
  const stack = stackOf(file, error);
  const names = [pathToFileURL(file).href, file];
  for (const name of names) {
    const start = stack.indexOf(name);
    if (start === -1) continue;
    const [, line, column] = /^(?:\?[^:\s]*)?:(\d+)(?::(\d+))?/.exec(stack.slice(start + name.length)) ?? [];
    if (line !== undefined) return placeAt(file, Number(line), column ?? caretColumn(stack));
  }
  return { file };
}

/** Of a module that does not parse, only a Node of its own says where. */
function stackOf(file: string, error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  if (!(error instanceof SyntaxError) || stack.includes(file)) return stack;
  return spawnSync(process.execPath, ["--check", file], { encoding: "utf8" }).stderr;
}

/** Of a syntax error, Node prints the line and marks the place below it. */
function caretColumn(stack: string): string | undefined {
  const marked = /^( *)\^+$/m.exec(stack);
  return marked === null ? undefined : String((marked[1] ?? "").length + 1);
}

function placeAt(file: string, line: number, column: string | undefined): Omit<ErrorDetails, "hint"> {
  const frame = fs.readFileSync(file, "utf8").split("\n")[line - 1];
  return {
    file,
    line,
    ...(column === undefined ? {} : { column: Number(column) }),
    ...(frame === undefined ? {} : { frame: frame.replace(/\r$/, "") }),
  };
}

import { spawnSync, type SpawnSyncReturns } from "node:child_process";
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll } from "vitest";

export const FIXTURES: string = fileURLToPath(new URL("../../fixtures/projects/", import.meta.url));
export const CLI: string = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

const scratch: string[] = [];
afterAll(() => scratch.forEach((dir) => rmSync(dir, { recursive: true, force: true })));

export function tempDir(): string {
  const dir = mkdtempSync(join(tmpdir(), "escope-e2e-"));
  scratch.push(dir);
  return dir;
}

/** A fresh copy of a fixture project, without anything that tools left in it. */
export function copyProject(name: string): string {
  const target = join(tempDir(), name);
  const left = new Set(["_build", "deps", "_escope", ".escope"]);
  cpSync(join(FIXTURES, name), target, { recursive: true, filter: (path) => !left.has(basename(path)) });
  return target;
}

type Result = SpawnSyncReturns<string>;

/** Runs the built command line, as a user would. */
export function escope(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}): Result {
  return command(process.execPath, [CLI, ...args], cwd, env);
}

export function command(
  program: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = {},
): Result {
  return spawnSync(program, args, {
    cwd,
    encoding: "utf8",
    env: { ...userEnv(), ...env },
    maxBuffer: 1 << 28,
  });
}

/** The environment without what the test command itself sets. */
export function userEnv(): NodeJS.ProcessEnv {
  const { NO_COLOR: _n, FORCE_COLOR: _f, MIX_ENV: _m, ESCOPE_RECORD: _r, ...clean } = process.env;
  return clean;
}

/** What stands below a folder: path → hash of the content, and the time of the last change. */
export function snapshot(dir: string, ignored: readonly string[] = []): Map<string, string> {
  const entries = readdirSync(dir, { recursive: true, withFileTypes: true });
  const found = new Map<string, string>();
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    const name = relative(dir, path);
    if (ignored.some((prefix) => name === prefix || name.startsWith(`${prefix}/`))) continue;
    if (entry.isSymbolicLink()) found.set(name, `link ${readlinkSync(path)}`);
    else if (entry.isFile()) found.set(name, fingerprint(path));
  }
  return found;
}

function fingerprint(path: string): string {
  return `${createHash("sha1").update(readFileSync(path)).digest("hex")} ${statSync(path).mtimeMs}`;
}

/** A compiler's warnings, sorted: one may be printed before another where functions stand in functions. */
export function warnings(output: string): string[] {
  const blocks = output.split(/\n(?=\s*warning: )/).filter((block) => /^\s*warning: /.test(block));
  return blocks
    .map(
      (block) =>
        block
          .split("\n\n==>")[0]
          ?.replace(/\nGenerated [^]*$/, "")
          .trim() ?? "",
    )
    .toSorted();
}

export interface SpanJson {
  readonly span: string;
  readonly parent: string | null;
  readonly cause: string | null;
  readonly pid: string;
  readonly module: string;
  readonly function: string;
  readonly arity: number;
  readonly clause: number;
  readonly file: string;
  readonly line: number;
  readonly start_ns: number;
  readonly duration_ns: number | null;
  readonly status: "ok" | "raised" | "open";
  readonly args: readonly string[] | null;
  readonly result: string | null;
  readonly error: string | null;
  readonly target?: string | null;
  readonly mark?: string | null;
  readonly tags?: readonly string[];
  readonly context: Readonly<Record<string, unknown>>;
  readonly ended_by?: unknown;
}

export interface TraceJson {
  readonly spans: readonly SpanJson[];
  readonly drops: Readonly<Record<string, number>>;
}

/** The newest recording of a project, as `trace show --format json` gives it. */
export function trace(project: string): TraceJson {
  const shown = escope(["trace", "show", "--format", "json"], project);
  if (shown.status !== 0) throw new Error(shown.stderr);
  return JSON.parse(shown.stdout) as TraceJson;
}

export { existsSync, join };

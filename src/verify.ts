import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { commandFailed, elixirFailed } from "./errors.ts";
import type { SourceFile } from "./source.ts";

const SCRIPT = fileURLToPath(new URL("../runtime/verify.exs", import.meta.url));

/** One file before and after. */
export interface Rewrite {
  readonly source: SourceFile;
  readonly text: string;
}

/** Why Elixir does not take a rewritten file for the same program. */
export interface Difference {
  readonly line: number;
  readonly reason: string;
}

/**
 * Has Elixir itself parse every file before and after, all in one process and in memory: the probes taken out, the trees
 * must be equal. Gives the files that are not. Errors: COMMAND_FAILED where there is no Elixir, ELIXIR_FAILED.
 */
export async function verifyRewrites<R extends Rewrite>(files: readonly R[]): Promise<Map<R, Difference>> {
  if (files.length === 0) return new Map();
  const lines = (await runElixir(files.flatMap(toLines).join(""))).trimEnd().split("\n");
  if (lines.pop() !== `checked ${files.length}`) throw elixirFailed("it ended before all files were checked");
  return new Map(lines.map((line) => readVerdict(line, files)));
}

function toLines({ source, text: output }: Rewrite): string[] {
  return [source.text, output].map((content) => `${Buffer.from(content).toString("base64")}\n`);
}

function readVerdict<R>(verdict: string, files: readonly R[]): [R, Difference] {
  const [index, line, ...reason] = verdict.split("\t");
  const file = files[Number(index)];
  if (file === undefined) throw elixirFailed(verdict);
  return [file, { line: Number(line), reason: reason.join(" ") }];
}

async function runElixir(input: string): Promise<string> {
  const child = spawn("elixir", [SCRIPT], { stdio: "pipe" });
  const started = once(child, "spawn").catch((error: unknown) => {
    throw commandFailed("elixir", error);
  });
  const output = Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  // The error of a child that never started is told by `started`.
  output.catch(() => undefined);
  await started;
  // A child that ends early is told by its output and status.
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  const [stdout, stderr] = await output;
  if (child.exitCode !== 0) throw elixirFailed(stderr.trim());
  return stdout;
}

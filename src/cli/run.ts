import { spawn } from "node:child_process";
import { mkdirSync, readdirSync } from "node:fs";
import { constants } from "node:os";
import { relative, resolve } from "node:path";
import { commandFailed, recordingFolderTaken, recordingFolderUnwritable } from "../errors.ts";
import { planTree, renderTree, writeRendered, type Request } from "../instrument.ts";
import { newRecordingDir } from "../project/index.ts";
import type { Io } from "./io.ts";
import { recordingSummary } from "./recording-summary.ts";
import { planSummary, writtenSummary } from "./summary.ts";

export interface RunOptions extends Request {
  /** Where to record; a new folder in the project where undefined. */
  readonly record: string | undefined;
  readonly verify: boolean;
  /** The command and its arguments; not empty. */
  readonly command: readonly string[];
}

/** `escope run`: instruments, runs the command in the tree with a recording, and gives its exit status. */
export async function runRun(options: RunOptions, io: Io): Promise<number> {
  const rendered = await renderTree(await planTree(options), options);
  const written = writeRendered(rendered);
  const { planned, plan } = rendered;
  io.stderr(`${[...planSummary(planned, plan), writtenSummary(rendered, written)].join("\n")}\n`);
  const folder = recordingFolder(planned.project.root, options.record);
  const status = await runCommand(options.command, planned.out, { ...process.env, ESCOPE_RECORD: folder });
  io.stderr(`${recordingSummary(folder, relative(process.cwd(), folder))}\n`);
  return status;
}

function recordingFolder(root: string, named: string | undefined): string {
  if (named === undefined) return newRecordingDir(root, new Date());
  const folder = resolve(named);
  try {
    mkdirSync(folder, { recursive: true });
    if (readdirSync(folder).length === 0) return folder;
  } catch (error) {
    throw recordingFolderUnwritable(named, error);
  }
  throw recordingFolderTaken(named);
}

function ignore(): void {}

/**
 * Runs the command on this process's own terminal. Ctrl-C reaches the child from the terminal itself; other signals are
 * handed on. A child ended by a signal gives 128 and the signal's number, as shells do.
 */
function runCommand(command: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<number> {
  const [program = "", ...args] = command;
  return new Promise((settle, reject) => {
    const child = spawn(program, args, { cwd, env, stdio: "inherit" });
    const handOn = (signal: NodeJS.Signals): void => void child.kill(signal);
    process.on("SIGINT", ignore).on("SIGTERM", handOn).on("SIGHUP", handOn);
    const release = (): void => {
      process.off("SIGINT", ignore).off("SIGTERM", handOn).off("SIGHUP", handOn);
    };
    child.once("error", (error) => (release(), reject(commandFailed(program, error))));
    child.once("close", (code, signal) => {
      release();
      settle(signal === null ? (code ?? 0) : 128 + constants.signals[signal]);
    });
  });
}

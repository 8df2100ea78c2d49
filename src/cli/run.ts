import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { constants } from "node:os";
import { join, relative } from "node:path";
import { isatty } from "node:tty";
import { commandFailed } from "../errors.ts";
import {
  planTree,
  renderTree,
  writeRendered,
  type Rendered,
  type Request,
  type Written,
} from "../instrument.ts";
import type { Io } from "./io.ts";
import { recordTarget, type RecordTarget } from "./record-target.ts";
import { recordingSummary } from "./recording-summary.ts";
import { strictVerdict } from "./strict.ts";
import { planSummary, writtenSummary } from "./summary.ts";
import { followProject, type Followed, type Tell } from "./watching.ts";

export interface RunOptions extends Request {
  /** Where to record, a folder or the address of a socket; a new folder in the project where undefined. */
  readonly record: string | undefined;
  readonly verify: boolean;
  /** Whether the tree follows the project while the command runs. */
  readonly watch: boolean;
  readonly strict: boolean;
  /** The command and its arguments; not empty. */
  readonly command: readonly string[];
}

/** `escope run`: instruments, runs the command in the tree with a recording, and gives its exit status; where that is 0, what `--strict` says. */
export async function runRun(options: RunOptions, io: Io): Promise<number> {
  let tell = (rendered: Rendered, written: Written): void => {
    const { planned, plan } = rendered;
    io.stderr(`${[...planSummary(planned, plan), writtenSummary(rendered, written)].join("\n")}\n`);
    // From here on the terminal is the command's.
    tell = () => undefined;
  };
  const { rendered, watch } = await instrument(options, io, (...done) => tell(...done));
  const { planned, plan } = rendered;
  try {
    const target = recordTarget(planned.project.root, options.record);
    const place = join(planned.out, planned.project.within);
    const status = await runCommand(options.command, place, { ...process.env, ESCOPE_RECORD: target.value });
    io.stderr(`${summaryOf(target, io)}\n`);
    const verdict = options.strict ? strictVerdict(plan, io) : 0;
    return status === 0 ? verdict : status;
  } finally {
    await watch?.close();
  }
}

/** Whoever listens at an address knows what has come. */
function summaryOf({ kind, value }: RecordTarget, io: Io): string {
  if (kind === "socket") return `recorded to ${value}`;
  return recordingSummary(value, relative(process.cwd(), value), io);
}

async function instrument(
  options: RunOptions,
  io: Io,
  tell: Tell,
): Promise<Partial<Followed> & { rendered: Rendered }> {
  if (options.watch) return followProject({ ...options, tellsSaves: false }, io, tell);
  const rendered = await renderTree(await planTree(options), options);
  tell(rendered, writeRendered(rendered));
  return { rendered };
}

/** What a terminal sends to all processes in its foreground at once. */
const KEYS: readonly NodeJS.Signals[] = ["SIGINT", "SIGQUIT"];
const SENT: readonly NodeJS.Signals[] = ["SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2"];

/**
 * Runs the command on this process's own terminal, or on whatever stands in for one, and hands signals on to it. A child
 * ended by a signal gives 128 and the signal's number, as shells do.
 */
function runCommand(command: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<number> {
  const [program = "", ...args] = command;
  return new Promise((settle, reject) => {
    const handOn = (signal: NodeJS.Signals): void => {
      if (!KEYS.includes(signal) || !isInForeground()) child.kill(signal);
    };
    // Before there is a child: it may have told the world that it is ready before the next line here runs.
    for (const signal of [...KEYS, ...SENT]) process.on(signal, handOn);
    const child = spawn(program, args, { cwd, env, stdio: "inherit" });
    const release = (): void => {
      for (const signal of [...KEYS, ...SENT]) process.off(signal, handOn);
    };
    child.once(
      "error",
      (error) => (release(), reject(commandFailed(program, error, relative(process.cwd(), cwd)))),
    );
    child.once("close", (code, signal) => {
      release();
      settle(signal === null ? (code ?? 0) : 128 + constants.signals[signal]);
    });
  });
}

/** Whether Ctrl-C reaches the child from the terminal itself: a second one from here would be one too many. */
function isInForeground(): boolean {
  try {
    const stat = readFileSync("/proc/self/stat", "latin1");
    const [, , group, , terminal, foreground] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return terminal !== "0" && group === foreground;
  } catch {
    return isatty(0) || isatty(1) || isatty(2);
  }
}

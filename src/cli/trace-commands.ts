import type { Command } from "commander";
import type { Io } from "./io.ts";
import { withFormat, wholeNumber } from "./option-kinds.ts";
import {
  EXPORT_FORMATS,
  runTraceDiff,
  runTraceExport,
  runTraceGraph,
  runTraceLs,
  runTraceShow,
  runTraceState,
  runTraceStats,
  runTraceTree,
  runTraceWhy,
} from "./trace/index.ts";

/** Adds the questions to a recording. */
export function addTrace(trace: Command, io: Io, done: (status: number) => void): void {
  const cwd = process.cwd();
  withFormat(trace.command("ls"))
    .description("list the recordings of the project here, the newest first")
    .action(async (options) => done(await runTraceLs({ cwd, ...options }, io)));
  withFilters(withFormat(trace.command("show [recording]")))
    .description("show what ran, as a call tree for each process")
    .option("--limit <count>", "how many spans (default: 200 as text, all as JSON)", wholeNumber)
    .option("--crashes", "the processes that crashed: why, their last states and last spans")
    .action(async (recording, options) => done(await runTraceShow({ cwd, recording, ...options }, io)));
  withFormat(trace.command("state [recording]"))
    .description("show the states of a process as they changed, or the whole state at a span")
    .option("--pid <pid>", "the history of this process, or of those with this in their name")
    .option("--at <span>", "the states before and after this span, as show --format json names it")
    .option("--key <key>", "only this key: an assign, or cart.items")
    .action(async (recording, options) => done(await runTraceState({ cwd, recording, ...options }, io)));
  withFormat(trace.command("tree [recording]"))
    .description("show the LiveViews and components that were there, at the end or at a moment")
    .option("--at <moment>", "a time since the recording began (1.5s, 200ms), or a span")
    .option("--static", "also LiveViews that were rendered for HTTP requests")
    .action(async (recording, options) => done(await runTraceTree({ cwd, recording, ...options }, io)));
  addCausal(trace, io, done);
  withFormat(trace.command("stats [recording]"))
    .description("count, p50, p95 and errors of each callback")
    .action(async (recording, options) => done(await runTraceStats({ cwd, recording, ...options }, io)));
}

/** What asks for causes, and what goes to other programs. */
function addCausal(trace: Command, io: Io, done: (status: number) => void): void {
  const cwd = process.cwd();
  withFormat(trace.command("why [span] [recording]"))
    .description(
      "show what led to a span, back to its root, and all that followed; without one, to the newest failure",
    )
    .action(async (of, recording, options) =>
      done(await runTraceWhy({ cwd, of, recording, ...options }, io)),
    );
  withFormat(trace.command("graph [recording]"), ["text", "json", "dot", "mermaid"])
    .description("show the processes and what they sent to each other")
    .option("--each", "each process by itself; otherwise those of one name are one")
    .action(async (recording, options) => done(await runTraceGraph({ cwd, recording, ...options }, io)));
  withFormat(trace.command("diff <a> [b]"))
    .description(
      "compare two recordings: what ran, with what, and where they first part; b is the newest where it is left out",
    )
    .action(async (a, b, options) => done(runTraceDiff({ cwd, a, b, ...options }, io)));
  withFormat(trace.command("export [recording]"), EXPORT_FORMATS)
    .description(
      "write spans for other programs: a line of JSON each, Chrome's trace format (Perfetto), a Mermaid diagram",
    )
    .option(
      "--of <span>",
      "only the chain of this span, or of a function's newest: its root and all that followed",
    )
    .action(async (recording, options) => done(await runTraceExport({ cwd, recording, ...options }, io)));
}

/** Which spans; all that are given must hold. */
function withFilters(command: Command): Command {
  return command
    .option("--process <name>", "only processes of this pid, or with this in their name")
    .option("--module <name>", "only this module and those below it, or a glob (ShopWeb.*Live)")
    .option(
      "--function <name>",
      "only this function: handle_event, handle_*, handle_event/3, handle_event/3#2",
    )
    .option("--live-view <id>", "only what ran in the LiveView of this id, or of this module")
    .option(
      "--from <moment>",
      "only what ran then or later: a time since the recording began (1.5s), or a span",
    )
    .option("--to <moment>", "only what had begun by then")
    .option("--longer-than <time>", "only what took longer (200ms)")
    .option("--text <text>", "only what has this in its arguments or its outcome, as they are printed")
    .option(
      "--chain <span>",
      "only the chain of this span, or of a function's newest: its root and all that followed",
    )
    .option("--tag <name>", "only what a rule gave this tag")
    .option("--errors", "only what raised or was killed");
}

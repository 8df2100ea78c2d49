import {
  planTree,
  remember,
  renderTree,
  writeRendered,
  type Rendered,
  type Request,
  type Written,
} from "../instrument.ts";
import { optionsConflict } from "../errors.ts";
import { diffFile } from "../project/index.ts";
import type { Said } from "../last-run/index.ts";
import { colorDiff } from "./diff-text.ts";
import { annotations } from "./annotations.ts";
import type { Io } from "./io.ts";
import { countText } from "./trace/units.ts";
import { strictVerdict } from "./strict.ts";
import { planSummary, writtenSummary } from "./summary.ts";
import { Clock } from "./timings.ts";
import { followProject } from "./watching.ts";

export interface InstrumentOptions extends Request {
  readonly dryRun: boolean;
  readonly watch: boolean;
  readonly strict: boolean;
  readonly verify: boolean;
  readonly format: "text" | "json";
  /** Whether what is left as it is is told in the form that CI shows beside the code. */
  readonly annotations?: boolean;
  /** Whether it is told what each phase took. */
  readonly timings?: boolean;
  /** The words of the command line: the same ones need not be carried out twice. Absent where that is not wanted. */
  readonly invocation?: readonly string[];
}

/** `escope instrument`, and with `--watch` again after every change until Ctrl-C. Gives the exit code: 1 where `--strict` found something left as it was. */
export async function runInstrument(options: InstrumentOptions, io: Io): Promise<number> {
  if (options.watch && options.dryRun) throw optionsConflict("--watch", "--dry-run");
  return options.watch ? watchAndInstrument(options, io) : instrumentOnce(options, io);
}

async function watchAndInstrument(options: InstrumentOptions, io: Io): Promise<number> {
  const { watch } = await followProject({ ...options, tellsSaves: true }, io, (rendered, written) => {
    report(options, rendered, written, io);
  });
  io.stderr("watching for changes; Ctrl-C ends it\n");
  await new Promise<void>((stop) => process.once("SIGINT", stop).once("SIGTERM", stop));
  await watch.close();
  return 0;
}

async function instrumentOnce(options: InstrumentOptions, io: Io): Promise<number> {
  const clock = new Clock(io, process.stderr.isTTY === true);
  const planned = await planTree({ ...options, observer: clock });
  const rendered = await renderTree(planned, options);
  clock.phase("render");
  const written = options.dryRun ? undefined : writeRendered(rendered);
  clock.phase("write");
  const status = report(options, rendered, written, io);
  if (options.timings) io.stderr(`${clock.lines().join("\n")}\n`);
  const { invocation } = options;
  // Elixir itself may judge otherwise next time: another version may be there.
  if (written !== undefined && invocation !== undefined && !options.verify && !options.timings)
    remember(rendered, invocation, saidAgain(options, rendered, written));
  return status;
}

/** What the same command says when nothing has changed since. */
function saidAgain(options: InstrumentOptions, rendered: Rendered, done: Written): Said {
  const said = { stdout: "", stderr: "" };
  const io: Io = {
    stdout: (text) => (said.stdout += text),
    stderr: (text) => (said.stderr += text),
    color: false,
    width: 120,
  };
  const written = { written: 0, unchanged: done.written + done.unchanged, removed: 0 };
  return { status: report(options, rendered, written, io), ...said };
}

function report(
  options: InstrumentOptions,
  rendered: Rendered,
  written: Written | undefined,
  io: Io,
): number {
  if (options.format === "json") io.stdout(`${JSON.stringify(toJson(rendered, written), null, 2)}\n`);
  else if (written === undefined) printDiff(rendered, io);
  else printSummary(rendered, written, io);
  if (options.annotations) for (const line of annotations(rendered)) io.stderr(`${line}\n`);
  return options.strict ? strictVerdict(rendered.plan, io) : 0;
}

function printDiff(rendered: Rendered, io: Io): void {
  io.stdout(treeDiff(rendered, io.color));
  const beside = rendered.changed.filter(liesBeside).length;
  const left =
    beside === 0 ? "" : `not shown, for they lie beside the project: ${countText(beside, "file")}\n`;
  const summary = planSummary(rendered.planned, rendered.plan).join("\n");
  io.stderr(`${summary}\n${left}nothing was written (--dry-run)\n`);
}

function printSummary(rendered: Rendered, written: Written, io: Io): void {
  const lines = [...planSummary(rendered.planned, rendered.plan), writtenSummary(rendered, written)];
  io.stdout(`${lines.join("\n")}\n`);
}

/** No patch may name a file out of the folder that it is applied in. */
function liesBeside({ source }: Rendered["changed"][number]): boolean {
  return source.path.startsWith("../");
}

/** One unified diff of every file of the project whose text changes, sorted by path. */
export function treeDiff({ changed }: Rendered, color: boolean): string {
  const inside = changed.filter((file) => !liesBeside(file));
  const sorted = inside.toSorted((a, b) => (a.source.path < b.source.path ? -1 : 1));
  const diff = sorted.map(({ source, text }) => diffFile(source.path, source.text, text)).join("");
  return color ? colorDiff(diff) : diff;
}

function toJson({ planned, plan, changed }: Rendered, written: Written | undefined): unknown {
  return {
    project: planned.project.root,
    out: planned.out,
    probes: plan.probes.length,
    changed: changed.map(({ source }) => source.path).toSorted(),
    files: written ?? null,
    skipped: plan.skipped,
    unmatched_rules: plan.unmatched,
    conflicts: plan.conflicts,
    idle: plan.idle,
  };
}

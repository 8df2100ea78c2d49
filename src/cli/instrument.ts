import {
  planTree,
  remember,
  renderTree,
  writeRendered,
  type Rendered,
  type Request,
  type Written,
} from "../instrument.ts";
import { EscopeError, formatError, optionsConflict } from "../errors.ts";
import { diffFile } from "../project/index.ts";
import type { Said } from "../last-run/index.ts";
import { watchProject } from "../watch.ts";
import { colorDiff } from "./diff-text.ts";
import type { Io } from "./io.ts";
import { countText } from "./trace/units.ts";
import { planSummary, writtenSummary } from "./summary.ts";

export interface InstrumentOptions extends Request {
  readonly dryRun: boolean;
  readonly watch: boolean;
  readonly strict: boolean;
  readonly verify: boolean;
  readonly format: "text" | "json";
  /** The words of the command line: the same ones need not be carried out twice. Absent where that is not wanted. */
  readonly invocation?: readonly string[];
}

/** `escope instrument`, and with `--watch` again after every change until Ctrl-C. Gives the exit code: 1 where `--strict` found something left as it was. */
export async function runInstrument(options: InstrumentOptions, io: Io): Promise<number> {
  if (options.watch && options.dryRun) throw optionsConflict("--watch", "--dry-run");
  return options.watch ? watchAndInstrument(options, io) : instrumentOnce(options, io);
}

async function watchAndInstrument(options: InstrumentOptions, io: Io): Promise<number> {
  const { project, out } = await planTree(options);
  const update = async (): Promise<void> => {
    try {
      await instrumentOnce(options, io);
    } catch (error) {
      // The tree is as it was; the next save may mend what is wrong.
      if (!(error instanceof EscopeError)) throw error;
      io.stderr(`${formatError(error)}\n`);
    }
  };
  const watch = await watchProject(project.root, out, update);
  await update();
  io.stderr("watching for changes; Ctrl-C ends it\n");
  await new Promise<void>((stop) => process.once("SIGINT", stop).once("SIGTERM", stop));
  await watch.close();
  return 0;
}

async function instrumentOnce(options: InstrumentOptions, io: Io): Promise<number> {
  const rendered = await renderTree(await planTree(options), options);
  const written = options.dryRun ? undefined : writeRendered(rendered);
  const status = report(options, rendered, written, io);
  const { invocation } = options;
  // Elixir itself may judge otherwise next time: another version may be there.
  if (written !== undefined && invocation !== undefined && !options.verify)
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
  return options.strict ? strictVerdict(rendered, io) : 0;
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

function strictVerdict({ plan }: Rendered, io: Io): number {
  const { skipped, unmatched, idle } = plan;
  if (skipped.length > 0) io.stderr(`--strict: ${skipped.length} selected places were left as they are\n`);
  if (unmatched.length > 0) io.stderr(`--strict: these rules matched nothing: ${unmatched.join(", ")}\n`);
  if (idle.length > 0)
    io.stderr(`--strict: without effect: ${countText(idle.length, "place")}, listed above\n`);
  return skipped.length + unmatched.length + idle.length > 0 ? 1 : 0;
}

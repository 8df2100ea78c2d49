import { planTree, type Planned, type Request } from "../instrument.ts";
import type { Plan, PlannedProbe, Unfollowed } from "../planner/index.ts";
import type { Io } from "./io.ts";
import { policyText } from "./policy-text.ts";
import { remarkLines } from "./remarks.ts";
import { strictVerdict } from "./strict.ts";
import { howToTakeIn, planSummary, skipTarget, tracedName } from "./summary.ts";
import { countText } from "./trace/units.ts";

export interface PlanOptions extends Request {
  readonly format: "text" | "json";
  readonly strict: boolean;
}

/** `escope plan`: what would be probed, and what is skipped and why. */
export async function runPlan(options: PlanOptions, io: Io): Promise<number> {
  const planned = await planTree({ ...options, inFull: true });
  if (options.format === "json") io.stdout(`${JSON.stringify(toJson(planned), null, 2)}\n`);
  else io.stdout(`${toText(planned).join("\n")}\n`);
  return options.strict ? strictVerdict(planned.plan, io) : 0;
}

function toJson({ plan, leftOut }: Planned): unknown {
  return {
    probes: plan.probes.map(({ site: _site, ...probe }) => probe),
    traced: plan.traced,
    skipped: plan.skipped,
    unmatched_rules: plan.unmatched,
    unfollowed: plan.unfollowed,
    conflicts: plan.conflicts,
    idle: plan.idle,
    left_out: leftOut,
  };
}

function toText(planned: Planned): string[] {
  const { plan } = planned;
  const lines: string[] = [];
  let module: string | undefined;
  for (const probe of plan.probes) {
    if (probe.module !== module) lines.push("", `${probe.module}  ${probe.file}`);
    ({ module } = probe);
    lines.push(probeLine(probe));
  }
  const skipped = plan.skipped.map((skip) => `  ${skip.file}:${skip.line} ${skipTarget(skip)}${skip.reason}`);
  const remarks = remarkLines(plan);
  const [summary] = planSummary(planned, plan);
  return [
    summary ?? "",
    ...lines,
    ...tracedLines(plan),
    ...(skipped.length === 0 ? [] : ["", "selected, and left as they are:", ...skipped]),
    ...(remarks.length === 0 ? [] : ["", ...remarks]),
    ...unfollowedLines(plan.unfollowed),
    ...leftOutLines(planned),
  ];
}

function tracedLines({ traced }: Plan): string[] {
  if (traced.length === 0) return [];
  const lines = traced.map(({ rules, mode, callback, do: policy, ...target }) => {
    const notes = [
      mode === "enter" ? "entry only" : "",
      callback ?? "",
      rules.join(", "),
      policyText(policy),
    ];
    return `  ${tracedName(target)}  ${notes.filter(Boolean).join("  ")}`;
  });
  return ["", "traced by the VM while a recording is on:", ...lines];
}

/** The user's own code, as `escope index` has it, and yet not probed. */
function leftOutLines(planned: Planned): string[] {
  const { leftOut } = planned;
  if (leftOut.length === 0) return [];
  return [
    "",
    `path dependencies beside the project or in deps, left out (${howToTakeIn(planned)}):`,
    ...leftOut.map(({ name, folder }) => `  ${name}  ${folder}`),
  ];
}

/** By what is used: a dependency's module stands in many of the project's. */
function unfollowedLines(unfollowed: readonly Unfollowed[]): string[] {
  if (unfollowed.length === 0) return [];
  const groups = new Map<string, Unfollowed[]>();
  for (const each of unfollowed) groups.set(each.target, [...(groups.get(each.target) ?? []), each]);
  const targets = [...groups]
    .toSorted(([, a], [, b]) => b.length - a.length)
    .map(([target, group]) => `  ${target} (in ${countText(group.length, "module")})${endText(group)}`);
  return ["", "used, and not followed (what they bring in is not known):", ...targets];
}

/** Where it ended is said where that is in a macro: for a module's own `use` the target says all. */
function endText([first]: readonly Unfollowed[]): string {
  if (first === undefined) return "";
  const { file, line, reason } = first.ended;
  return file === first.file && line === first.line ? "" : `: ${reason} (${file}:${line})`;
}

function probeLine(probe: PlannedProbe): string {
  const name = `${probe.function}/${probe.arity ?? "?"}#${probe.clause}`;
  const notes = [
    probe.kind === "expr" ? `\`${oneLine(probe.target)}\`` : (probe.target ?? ""),
    probe.mode === "enter" ? "entry only: a loop" : "",
    probe.callback ?? "",
    probe.rules.join(", "),
    policyText(probe.do),
  ];
  return `  ${String(probe.line).padStart(5)}  ${name.padEnd(24)} ${notes.filter(Boolean).join("  ")}`;
}

/** A pattern may be written over several lines. */
function oneLine(pattern = ""): string {
  return pattern.replaceAll(/\s+/g, " ");
}

import { basename, relative } from "node:path";
import type { Planned, Rendered, Written } from "../instrument.ts";
import type { Plan } from "../planner/index.ts";
import { remarkLines } from "./remarks.ts";
import { countText } from "./trace/units.ts";

/** What a plan holds, in a line or two: probes by behaviour, then what was selected and left alone. */
export function planSummary(planned: Planned, plan: Plan): string[] {
  const { mixfiles, project } = planned;
  const files = new Set(plan.probes.map((probe) => probe.file)).size;
  const name = mixfiles[0]?.info.app ?? basename(project.root);
  const head = `${name}: ${countText(plan.probes.length, "probe")} in ${countText(files, "file")}${byCallback(plan)}`;
  const skipped = plan.skipped
    .slice(0, 10)
    .map((skip) => `  ${skip.file}:${skip.line} ${skipTarget(skip)}${skip.reason}`);
  const more = plan.skipped.length - skipped.length;
  return [
    head,
    ...tracedSummary(plan),
    ...(plan.skipped.length === 0 ? [] : [`left as they are: ${plan.skipped.length}`, ...skipped]),
    ...(more > 0 ? [`  … and ${more} more; escope plan lists them`] : []),
    ...remarkLines(plan),
    ...leftOutSummary(planned),
  ];
}

/** The user's own code, and yet not probed: where nothing else is, that is why. */
function leftOutSummary(planned: Planned): string[] {
  const names = planned.leftOut.map(({ name }) => name);
  return names.length === 0
    ? []
    : [`path dependencies left out: ${names.join(", ")} (${howToTakeIn(planned)})`];
}

/** Those that are named already stay so. */
export function howToTakeIn({ dependencies, leftOut }: Planned): string {
  const named = dependencies.filter(({ original, place }) => original !== place);
  const names = [...named, ...leftOut].map(({ name }) => name).join(", ");
  return `in the configuration, deps: [${names}] takes them in`;
}

function tracedSummary({ traced }: Plan): string[] {
  return traced.length === 0 ? [] : [`traced by the VM: ${traced.map(tracedName).join(", ")}`];
}

export function tracedName({
  module,
  function: name,
  arity,
}: Pick<Plan["traced"][number], "module" | "function" | "arity">): string {
  return `${module}.${name}${arity === null ? "" : `/${arity}`}`;
}

const GROUPS = { clause: "other functions", call: "calls", expr: "expressions" } as const;

function byCallback({ probes }: Plan): string {
  const counts = new Map<string, number>();
  for (const probe of probes) {
    const group = probe.callback ?? GROUPS[probe.kind];
    counts.set(group, (counts.get(group) ?? 0) + 1);
  }
  const parts = [...counts].toSorted((a, b) => b[1] - a[1]).map(([group, count]) => `${group} ${count}`);
  return parts.length === 0 ? "" : ` (${parts.join(", ")})`;
}

export function skipTarget(skip: Plan["skipped"][number]): string {
  if (skip.module === null) return "";
  const target = skip.target === undefined ? "" : ` (${skip.target.replaceAll(/\s+/g, " ")})`;
  return `${skip.module}.${skip.function}/${skip.arity ?? "?"}${target}: `;
}

export function writtenSummary({ planned }: Rendered, { written, unchanged, removed }: Written): string {
  const tree = relative(process.cwd(), planned.out) || ".";
  const parts = [
    `${written} written`,
    `${unchanged} unchanged`,
    ...(removed > 0 ? [`${removed} removed`] : []),
  ];
  return `tree ${tree}: ${parts.join(", ")}`;
}

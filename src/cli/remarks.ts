import type { Plan } from "../planner/index.ts";
import { countText } from "./trace/units.ts";

/** What is worth a look although nothing is wrong with it: contradictions, and what has no effect. */
export function remarkLines({ conflicts, idle, unmatched }: Plan): string[] {
  return [
    ...section(
      "rules that contradict each other:",
      conflicts.map(({ key, says, probes, first }) => {
        return `  ${key}: ${says} (${countText(probes, "probe")}, the first at ${first.file}:${first.line})`;
      }),
    ),
    ...section(
      "without effect:",
      idle.map(({ file, line, says }) => `  ${file}:${line} ${says}`),
    ),
    ...(unmatched.length === 0 ? [] : [`rules that matched nothing: ${unmatched.join(", ")}`]),
  ];
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines];
}

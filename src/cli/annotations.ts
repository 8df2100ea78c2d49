import { join, relative } from "node:path";
import type { Rendered } from "../instrument.ts";
import { skipTarget } from "./summary.ts";

/** What CI shows beside the lines in question, in the form that GitHub Actions reads: of each line all that is said. */
export function annotations({ planned, plan }: Rendered): string[] {
  // Paths count from where the repository lies.
  const folder = relative(process.env["GITHUB_WORKSPACE"] ?? process.cwd(), planned.project.root);
  const at = (file: string): string => escapeProperty(join(folder, file));
  return [
    ...plan.skipped.map(
      (skip) =>
        `::warning file=${at(skip.file)},line=${skip.line}::${escapeText(`${skipTarget(skip)}${skip.reason}`)}`,
    ),
    ...plan.idle.map(({ file, line, says }) => `::notice file=${at(file)},line=${line}::${escapeText(says)}`),
  ];
}

function escapeText(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeText(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}

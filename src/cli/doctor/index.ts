import pc from "picocolors";
import { openProject } from "../../project/index.ts";
import type { Io } from "../io.ts";
import type { Check } from "./check.ts";
import { checkConfiguration } from "./configuration.ts";
import { checkDependencies } from "./dependencies.ts";
import { checkElixir } from "./elixir.ts";
import { checkNode } from "./node.ts";
import { checkRecordings } from "./recordings.ts";
import { checkTree } from "./tree.ts";

export interface DoctorOptions {
  readonly project: string;
  readonly format: "text" | "json";
}

/** `escope doctor`: whether all that escope needs is fit, and what to do. Gives 1 where something is not. Writes nothing. */
export async function runDoctor({ project: named, format }: DoctorOptions, io: Io): Promise<number> {
  const project = openProject(named);
  const elixir = checkElixir(project.root, project.mixfiles[0]?.text ?? "");
  const { checks: configuration, found } = await checkConfiguration(project);
  const planned = found !== undefined && configuration.every(({ status }) => status !== "unfit");
  const checks = [
    checkNode(),
    ...(await elixir),
    await checkDependencies(project),
    ...configuration,
    // What is wrong with the configuration would only be said a second time.
    ...(planned ? await checkTree(project, found) : []),
    checkRecordings(project, process.env["ESCOPE_RECORD"]),
  ];
  const isFit = checks.every(({ status }) => status !== "unfit");
  const report = { project: project.root, fit: isFit, checks };
  io.stdout(format === "json" ? `${JSON.stringify(report, null, 2)}\n` : textOf(checks, io.color));
  return isFit ? 0 : 1;
}

const MARKS = { fit: "✓", warning: "!", unfit: "✗" } as const;

function textOf(checks: readonly Check[], color: boolean): string {
  const paint = pc.createColors(color);
  const colors = { fit: paint.green, warning: paint.yellow, unfit: paint.red };
  const width = Math.max(...checks.map(({ name }) => name.length));
  return checks
    .map(({ name, status, says, todo }) => {
      const line = `${colors[status](MARKS[status])} ${name.padEnd(width)}  ${says}\n`;
      return todo === null ? line : `${line}${" ".repeat(width + 4)}→ ${todo}\n`;
    })
    .join("");
}

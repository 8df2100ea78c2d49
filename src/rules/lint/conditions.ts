import type { Action } from "../action/types.ts";
import { checkCall } from "./calls.ts";
import type { Doubt, Lint, Report } from "./finding.ts";

/** Structs of Elixir whose names have one part. */
const STRUCTS: ReadonlySet<string> = new Set(
  "Date DateTime MapSet NaiveDateTime Range Regex Stream Task Time URI Version".split(" "),
);

/** What `when` names that is not there when it is evaluated, outside of the source that it is about. */
export function findConditionDoubts({ when, written }: Action, report: Report): Lint[] {
  const value = written.get("when");
  if (when === undefined || value === undefined) return [];
  const doubts = [...when.calls.map(checkCall), ...when.structs.map(checkStruct)];
  return doubts.flatMap((doubt) => (doubt === undefined ? [] : [report(value, doubt.says, doubt.hint)]));
}

function checkStruct(name: string): Doubt | undefined {
  if (name.includes(".") || STRUCTS.has(name) || name.endsWith("Error")) return undefined;
  return {
    says: `%${name}{} in when is the struct ${name} itself: what the sources alias is not known there`,
    hint: `Write the module's whole name, such as %MyApp.${name}{}.`,
  };
}

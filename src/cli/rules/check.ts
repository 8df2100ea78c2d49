import { formatError, type EscopeError } from "../../errors.ts";
import type { Lint } from "../../rules/index.ts";
import { countText } from "../trace/units.ts";
import type { Io } from "../io.ts";
import { marks } from "./marks.ts";
import { findAllProblems, type Problems } from "./problems.ts";

export interface RulesCheckOptions {
  readonly files: readonly string[];
  readonly format: "text" | "json";
}

/** `escope rules check`: 2 where a file is wrong, 1 where something in it cannot be meant. */
export async function runRulesCheck({ files, format }: RulesCheckOptions, io: Io): Promise<number> {
  const all = await findAllProblems(files);
  if (format === "json") io.stdout(`${JSON.stringify(all.map(toJson), null, 2)}\n`);
  else io.stdout(`${all.map((one) => problemsText(one, io)).join("\n")}\n`);
  if (all.some(({ errors }) => errors.length > 0)) return 2;
  return all.some(({ lints }) => lints.length > 0) ? 1 : 0;
}

function problemsText({ file, rules, errors, lints }: Problems, io: Io): string {
  const { yes } = marks(io);
  if (errors.length + lints.length === 0) return `${yes} ${file}: ${rules === 0 ? "nothing is wrong" : `${countText(rules, "rule")}, nothing is wrong`}`;
  return [...errors.map(formatError), ...lints.map(lintText)].join("\n");
}

function lintText({ file, line, column, rule, says, hint }: Lint): string {
  return `${file}:${line}:${column}: ${rule === null ? "" : `${rule}: `}${says}\nhint: ${hint}`;
}

function toJson({ file, rules, errors, lints }: Problems): unknown {
  return { file, rules, errors: errors.map(errorJson), warnings: lints };
}

function errorJson({ code, message, details: { file, line, column, hint } }: EscopeError): unknown {
  return { code, message, file: file ?? null, line: line ?? null, column: column ?? null, hint };
}

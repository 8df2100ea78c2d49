import type { Planned } from "../instrument.ts";
import { calledText, isMacro, textOfKey } from "../parser/index.ts";
import type { PlannedProbe, Skip } from "../planner/index.ts";
import { placeOf, valueText, type Candidate } from "../rules/index.ts";
import type { Span } from "../source.ts";
import type { Place, RuleVerdict } from "./place.ts";

export type Outcome = Pick<Place, "outcome" | "reason" | "probe">;

/** What became of a clause, or of the call or expression in it. */
export function outcomeOf(planned: Planned, candidate: Candidate, rules: readonly RuleVerdict[]): Outcome {
  const { clause } = candidate;
  const probe = planned.plan.probes.find((one) => isAt(one, candidate));
  if (probe !== undefined) return { outcome: "probed", reason: undefined, probe };
  const skip = planned.plan.skipped.find((one) => isSkipOf(one, candidate));
  if (skip !== undefined) return { outcome: "skipped", reason: skip.reason, probe };
  if (isMacro(clause) && !rules.some(({ matches }) => matches))
    return {
      outcome: "never",
      reason: "macros are probed only where a rule asks for them: function: { kind: macro }",
      probe,
    };
  if (!rules.some(({ matches }) => matches)) return { outcome: "not selected", reason: undefined, probe };
  return { outcome: "excluded", reason: excludedBy(planned, candidate), probe };
}

function isAt({ file, kind, site }: PlannedProbe, { module, clause, site: own }: Candidate): boolean {
  return file === module.file && kind === (own?.kind ?? "clause") && isSame(site.span, (own ?? clause).span);
}

function isSame(a: Span, b: Span): boolean {
  return a.start === b.start && a.end === b.end;
}

function isSkipOf(skip: Skip, candidate: Candidate): boolean {
  const { module, clause, site } = candidate;
  const isHere = skip.file === module.file && skip.module === module.name && skip.function === clause.name;
  if (!isHere || skip.line !== (site ?? clause).line) return false;
  return site === undefined ? skip.target === undefined : targetsOf(candidate).includes(skip.target);
}

/** What a plan may call a call or an expression. */
export function targetsOf({ calls = [], patterns = [] }: Candidate): (string | undefined)[] {
  return [...calls.map(calledText), ...patterns.map(textOfKey)];
}

/** What beats the rules that match: an exclusion, or a comment in the source. */
function excludedBy({ rules, index }: Planned, candidate: Candidate): string {
  const { site, calls: _calls, patterns: _patterns, ...whole } = candidate;
  const exclusion = rules.exclude?.find(({ sort, matches }) =>
    sort === "clause" ? matches(whole) : sort === site?.kind && matches(candidate),
  );
  if (exclusion !== undefined) {
    const { file, line } = placeOf(exclusion.written);
    return `excluded at ${file}:${line}: ${valueText(exclusion.written)}`;
  }
  const { clause, module } = candidate;
  const lines = new Set([
    clause.line,
    ...clause.attributes.map(({ line }) => line),
    site?.line ?? clause.line,
  ]);
  const comments = index.files.find(({ path }) => path === module.file)?.comments ?? [];
  const ignore = comments.find(({ word, about }) => word === "ignore" && lines.has(about));
  if (ignore === undefined) return "the rules that match cannot do there what they ask for";
  return `escope:ignore at ${module.file}:${ignore.line}${ignore.reason === "" ? "" : `: ${ignore.reason}`}`;
}

import type { ProbePolicy, RuleCondition } from "../protocol/index.ts";

/** What is recorded otherwise than usual, in the words of rule files; empty where nothing is. */
export function policyText(policy: ProbePolicy | undefined): string {
  if (policy === undefined) return "";
  const { capture, redact, limit, sample, when, any, tag, mark } = policy;
  const without = (["enter", "leave", "raise"] as const).filter((key) => policy[key] === false);
  const parts = [
    mark === undefined ? "" : `“${mark}”`,
    tag === undefined ? "" : `tag ${tag.join(", ")}`,
    without.length === 0 ? "" : `no ${without.join(", ")}`,
    capture?.args === undefined ? "" : argsText(capture.args),
    capture?.result === undefined ? "" : "no result",
    capture?.state === undefined ? "" : capture.state === "full" ? "whole states" : "no state",
    capture?.render === undefined ? "" : "no render",
    capture?.locals === undefined ? "" : `locals ${capture.locals.join(", ")}`,
    redact === undefined ? "" : `redact ${Object.values(redact).flat().join(", ")}`,
    limit === undefined ? "" : `limit ${pairs(limit)}`,
    sample === undefined ? "" : `sample ${sample}`,
    when === undefined ? "" : `when ${when.replaceAll(/\s+/g, " ")}`,
    any === undefined ? "" : any.map(conditionText).join(" or "),
  ];
  return parts.filter(Boolean).join("; ");
}

function conditionText({ rule, when }: RuleCondition): string {
  return when === undefined ? `always (${rule})` : `when ${when.replaceAll(/\s+/g, " ")} (${rule})`;
}

function argsText(args: false | readonly number[]): string {
  return args === false ? "no args" : `args ${args.join(", ")}`;
}

function pairs(limit: object): string {
  return Object.entries(limit)
    .map(([key, value]) => `${key} ${value}`)
    .join(", ");
}

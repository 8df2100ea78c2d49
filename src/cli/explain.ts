import { EscopeError } from "../errors.ts";
import { explainTarget, tracedTargets, type Place, type RuleVerdict } from "../explain/index.ts";
import { planTree, type Planned, type Request } from "../instrument.ts";
import type { Traced } from "../protocol/index.ts";
import type { Finding } from "../rules/index.ts";
import { placesText } from "./explain-text.ts";
import type { Io } from "./io.ts";
import { policyText } from "./policy-text.ts";
import { tracedName } from "./summary.ts";

export interface ExplainOptions extends Request {
  /** `FILE:LINE`, `Module.function` or `Module.function/arity`. */
  readonly target: string;
  readonly format: "text" | "json";
}

/** `escope explain`: why something is probed, or is not. */
export async function runExplain(options: ExplainOptions, io: Io): Promise<number> {
  const planned = await planTree({ ...options, inFull: true });
  const traced = tracedTargets(planned.plan, options.target);
  const places = await placesOf(planned, options.target, traced.length > 0);
  if (options.format === "json")
    io.stdout(`${JSON.stringify({ target: options.target, places: places.map(toJson), traced }, null, 2)}\n`);
  else
    io.stdout(
      `${[...(places.length === 0 ? [] : [placesText(places, io)]), ...traced.map(tracedText)].join("\n")}\n`,
    );
  return 0;
}

/** Of a function that the VM traces there may be no source. */
async function placesOf(planned: Planned, target: string, isTraced: boolean): Promise<readonly Place[]> {
  try {
    return (await explainTarget(planned, target, process.cwd())).places;
  } catch (error) {
    if (isTraced && error instanceof EscopeError) return [];
    throw error;
  }
}

function tracedText({ callback, rules, do: policy, ...target }: Traced): string {
  const whose = callback === undefined ? "" : `, where it is a callback of ${callback}`;
  const asks = policyText(policy);
  return `${tracedName(target)}: traced by the VM while a recording is on${whose}  ${rules.join(", ")}${asks && `  ${asks}`}`;
}

function toJson({
  name,
  target,
  reason,
  probe,
  way,
  text,
  conflicts,
  rules,
  inside,
  ...place
}: Place): unknown {
  return {
    ...place,
    name,
    target: target ?? null,
    reason: reason ?? null,
    probe:
      probe === undefined
        ? null
        : {
            id: probe.id,
            mode: probe.mode,
            rules: probe.rules,
            conflicts,
            callback: probe.callback ?? null,
            do: probe.do ?? {},
            text,
          },
    way: way ?? null,
    rules: rules.map(ruleJson),
    inside,
  };
}

function ruleJson({ id, file, matches, conditions, failed, asks }: RuleVerdict): unknown {
  return {
    rule: id,
    file,
    matches,
    first_failed: failed === undefined ? null : { condition: failed.condition, miss: failed.miss ?? null },
    do: asks ?? null,
    conditions: findingJson(conditions),
  };
}

function findingJson({ condition, holds, how, miss, parts }: Finding): unknown {
  return { condition, holds, how, miss: miss ?? null, parts: parts.map(findingJson) };
}

import { explainTarget, type Place, type RuleVerdict } from "../explain/index.ts";
import { planTree, type Request } from "../instrument.ts";
import type { Finding } from "../rules/index.ts";
import { placesText } from "./explain-text.ts";
import type { Io } from "./io.ts";

export interface ExplainOptions extends Request {
  /** `FILE:LINE`, `Module.function` or `Module.function/arity`. */
  readonly target: string;
  readonly format: "text" | "json";
}

/** `escope explain`: why something is probed, or is not. */
export async function runExplain(options: ExplainOptions, io: Io): Promise<number> {
  const planned = await planTree({ ...options, inFull: true });
  const { target, places } = await explainTarget(planned, options.target, process.cwd());
  if (options.format === "json")
    io.stdout(`${JSON.stringify({ target, places: places.map(toJson) }, null, 2)}\n`);
  else io.stdout(`${placesText(places, io)}\n`);
  return 0;
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

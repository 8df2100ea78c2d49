import { createHash } from "node:crypto";
import type { Traced } from "../protocol/index.ts";
import type { TraceRule, TraceTarget } from "../rules/index.ts";
import { mergeActions } from "./policy.ts";

/**
 * What the VM is to trace, a probe for each target; of rules with the same target, one. Which functions that are, the runtime
 * finds among the modules that are loaded. `taken`: ids of other probes.
 */
export function planTraced(rules: readonly TraceRule[], taken: Iterable<number>): Traced[] {
  const targets = new Map<string, { readonly target: TraceTarget; readonly rules: TraceRule[] }>();
  for (const rule of rules)
    for (const target of rule.targets) {
      const known = targets.get(keyOf(target));
      if (known === undefined) targets.set(keyOf(target), { target, rules: [rule] });
      else if (!known.rules.includes(rule)) known.rules.push(rule);
    }
  const ids = new Set(taken);
  return [...targets].map(([key, { target, rules: asking }]) => toTraced(freeId(key, ids), target, asking));
}

function toTraced(
  id: number,
  { module, function: name, arity, callbackOf }: TraceTarget,
  rules: readonly TraceRule[],
): Traced {
  const { policy } = mergeActions(rules, { kind: "call", mode: "full", names: new Map(), mentions: [] });
  const ends = policy?.leave === false && policy.raise === false;
  return {
    id,
    kind: "trace",
    mode: ends ? "enter" : "full",
    module,
    function: name,
    arity: arity ?? null,
    rules: [...new Set(rules.map((rule) => rule.id))],
    ...(callbackOf === undefined ? {} : { callback: callbackOf }),
    ...(policy === undefined ? {} : { do: policy }),
  };
}

function keyOf({ module, function: name, arity, callbackOf }: TraceTarget): string {
  return [module, name, arity ?? "", callbackOf ?? ""].join("\0");
}

/** As those of other probes: the same in every tree, as long as the target is. */
function freeId(key: string, taken: Set<number>): number {
  for (let round = 0; ; round += 1) {
    const id = createHash("sha1").update(`${key}\0trace\0${round}`).digest().readUInt32BE(0) >>> 1;
    if (taken.has(id)) continue;
    taken.add(id);
    return id;
  }
}

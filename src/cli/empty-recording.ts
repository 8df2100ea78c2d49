import type { Recording } from "../collector/index.ts";
import type { ConditionCounts, ProbePolicy } from "../protocol/index.ts";

interface Probe {
  readonly rules: readonly string[];
  readonly do?: ProbePolicy;
}

/** Why there may be nothing in a recording, as far as it tells. */
export function reasonOf(recording: Recording): string {
  const probes: Probe[] = recording.vms.flatMap((vm) => [...vm.probes.values()]);
  if (probes.length === 0) return "nothing is probed";
  const known = [...neverHeld(recording), ...shareless(probes)];
  if (known.length > 0) return known.join("; ");
  const asking = probes.filter((probe) => probe.do !== undefined && isChoosy(probe.do));
  const nothing = "no probed function ran, or its VM was halted at once";
  if (asking.length === 0) return nothing;
  return `${nothing}, or what its rules ask of a call (${rulesOf(asking)}) left all of them out`;
}

/** Conditions for which nothing was recorded, each in a sentence. */
export function neverHeld(recording: Recording): string[] {
  return conditionsOf(recording)
    .filter(([, { asked, held }]) => asked > 0 && held === 0)
    .map(conditionText);
}

/** How often each was asked, over all VMs. */
function conditionsOf({ vms }: Recording): [rule: string, ConditionCounts][] {
  const all = vms.flatMap(({ info }) => Object.entries(info?.conditions ?? {}));
  return [...new Set(all.map(([rule]) => rule))].map((rule): [string, ConditionCounts] => {
    const own = all.filter(([of]) => of === rule).map(([, counts]) => counts);
    const sum = (key: keyof ConditionCounts): number => own.reduce((total, counts) => total + counts[key], 0);
    return [rule, { asked: sum("asked"), held: sum("held"), failed: sum("failed") }];
  });
}

function conditionText([rule, { asked, failed }]: readonly [string, ConditionCounts]): string {
  const raised =
    failed === 0 ? "" : failed === asked ? ": it raised each time" : `: it raised ${failed} of these times`;
  return `the condition of ${rule} was asked ${asked === 1 ? "once" : `${asked} times`}, and never held${raised}`;
}

/** `sample: 0` records no call of these, whatever ran. */
function shareless(probes: readonly Probe[]): string[] {
  const none = probes.filter((probe) => probe.do?.sample === 0);
  if (none.length === 0) return [];
  const others = none.length === probes.length ? "" : ", and no other probed function ran";
  return [`sample: 0 (${rulesOf(none)}) records none of its calls${others}`];
}

function rulesOf(probes: readonly Probe[]): string {
  return [...new Set(probes.flatMap(({ rules }) => rules))].join(", ");
}

/** Whether it records some calls only. */
function isChoosy({ when, any, sample, enter, leave }: ProbePolicy): boolean {
  return (
    when !== undefined || any !== undefined || sample !== undefined || (enter === false && leave === false)
  );
}

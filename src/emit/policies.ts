import type { PlannedProbe } from "../planner/index.ts";
import type { ProbePolicy, RuleCondition, Traced } from "../protocol/index.ts";
import { statePlace } from "./states.ts";
import { tracedTerms } from "./traced.ts";

/**
 * `policies.terms`: what the runtime reads, when a recording starts, of what the rules ask of their probes. One Erlang
 * term a policy, one a rule, for switching its probes on and off, one a sort of callback with a state, one a name of
 * arguments, which may be a name that is to be hidden, and one for what the VM is to trace. Probes that ask for nothing special stand in no policy. See `Escope.Policies`.
 */
export function renderPolicies(probes: readonly PlannedProbe[], traced: readonly Traced[] = []): string {
  const policies = group(
    [...probes, ...traced].flatMap(({ id, do: policy, rules }) =>
      policy ? termsOf(policy, rules).map((term) => [term, id]) : [],
    ),
  );
  const rules = group(
    [...probes, ...traced].flatMap(({ id, rules: chosen }) => chosen.map((rule) => [rule, id])),
  );
  const states = group(
    probes.flatMap((probe) => {
      const place = statePlace(probe);
      return place === null ? [] : [[place, probe.id]];
    }),
  );
  const names = group(
    probes.flatMap(({ id, site: { given = [] } }) =>
      given.filter(([name]) => name.length >= SHORTEST).map(([name, place]) => [name, `{${id}, ${place}}`]),
    ),
  );
  const lines = [
    ...[...policies].map(([term, ids]) => `{[${ids.join(", ")}], ${term}}.`),
    ...[...rules].map(([rule, ids]) => `{rule, ${binary(rule)}, [${ids.join(", ")}]}.`),
    ...[...states].map(([place, ids]) => `{state, ${place}, [${ids.join(", ")}]}.`),
    ...[...names].map(([name, places]) => `{argument, ${binary(name)}, [${places.join(", ")}]}.`),
    ...tracedTerms(traced),
  ];
  return ["%% coding: utf-8", ...lines, ""].join("\n");
}

/** Nobody hides what is called by two letters. */
const SHORTEST = 3;

function group<T>(pairs: readonly (readonly (string | T)[])[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const [key, id] of pairs as readonly [string, T][]) {
    const ids = groups.get(key);
    if (ids === undefined) groups.set(key, [id]);
    else ids.push(id);
  }
  return groups;
}

/** The map of a policy; none where it says nothing that matters at run time. */
function termsOf(policy: ProbePolicy, rules: readonly string[]): string[] {
  const { enter, leave, raise, capture, redact, limit = {}, sample, when, names, any } = policy;
  const { per_second: perSecond, ...limits } = limit;
  const fields: [key: string, term: string | undefined][] = [
    ["enter", atom(enter)],
    ["leave", atom(leave)],
    ["raise", atom(raise)],
    [
      "args",
      Array.isArray(capture?.args)
        ? `[${capture.args.join(", ")}]`
        : atom(capture?.args as false | undefined),
    ],
    ["result", atom(capture?.result)],
    ["state", capture?.state === "full" ? "full" : atom(capture?.state)],
    ["render", atom(capture?.render)],
    ["limits", mapTerm(Object.entries(limits).map(([key, value]) => [key, String(value)]))],
    ["per_second", perSecond === undefined ? undefined : String(perSecond)],
    ["sample", sample === undefined ? undefined : float(sample)],
    ["'when'", when === undefined ? undefined : binary(when)],
    ["names", list(placesOf(names))],
    ["rule", when === undefined || rules.length === 0 ? undefined : binary(rules.join(", "))],
    ["any", list(any?.map(conditionTerm))],
    ["redact", list(redact?.keys?.map(binary))],
    ["paths", list(redact?.paths?.map(binary))],
    ["patterns", list(redact?.patterns?.map(binary))],
  ];
  const term = mapTerm(fields);
  return term === undefined ? [] : [term];
}

function placesOf(names: ProbePolicy["names"] = {}): string[] {
  return Object.entries(names).map(([name, place]) => `{${binary(name)}, ${place}}`);
}

function conditionTerm({ rule, when, names }: RuleCondition): string {
  return `{${binary(rule)}, ${when === undefined ? "nil" : binary(when)}, [${placesOf(names).join(", ")}]}`;
}

function atom(value: false | undefined): string | undefined {
  return value === undefined ? undefined : "false";
}

function list(items: readonly string[] | undefined): string | undefined {
  return items === undefined || items.length === 0 ? undefined : `[${items.join(", ")}]`;
}

function mapTerm(fields: readonly (readonly [key: string, term: string | undefined])[]): string | undefined {
  const given = fields.filter(([, term]) => term !== undefined);
  return given.length === 0 ? undefined : `#{${given.map(([key, term]) => `${key} => ${term}`).join(", ")}}`;
}

/** Erlang reads no float without a point. */
function float(value: number): string {
  const [digits = "", exponent] = String(value).split("e");
  const withPoint = digits.includes(".") ? digits : `${digits}.0`;
  return exponent === undefined ? withPoint : `${withPoint}e${exponent.replace("+", "")}`;
}

function binary(text: string): string {
  const escaped = text.replaceAll(/[\\"]/g, String.raw`\$&`).replaceAll(/\p{Cc}/gu, controlCharacter);
  return `<<"${escaped}"/utf8>>`;
}

function controlCharacter(character: string): string {
  return String.raw`\x{${character.charCodeAt(0).toString(16)}}`;
}

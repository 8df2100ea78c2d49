import { pointAt, ruleDuplicateId, ruleId, ruleIncomplete, ruleMeaningless, ruleTrace, rulesNone } from "../errors.ts";
import { nearest } from "../nearest.ts";
import { compileAction } from "./action/compile.ts";
import { DEFAULT_ACTION, type Action } from "./action/types.ts";
import { whereAsked } from "./matchers/macros.ts";
import { compileMatch } from "./matchers/index.ts";
import type { Selection } from "./matchers/selection.ts";
import { checkShape } from "./schema/check.ts";
import { ID_FORM, RULE_FILE } from "./schema/keys.ts";
import { compileTargets, compileTraceAction, type TraceRule } from "./traced.ts";
import type { Exclusion, Match, Rule } from "./types.ts";
import { Utils } from "./utils.ts";
import { count, entries, flag, isMapping, list, oneOrMore, parseYaml, text, type Value } from "./yaml.ts";

/** A rule file with everything that it takes from others. */
export interface RuleFile {
  readonly rules: readonly Rule[];
  readonly exclude: readonly Exclusion[];
  readonly traced: readonly TraceRule[];
  readonly utils: Utils;
}

/** Compiles the file that an entry of `extends` names; nothing where its rules are there already. */
export type Extend = (name: Value) => RuleFile | undefined;

/**
 * Compiles a rule file. Errors, with line and column: all that begin with RULE_, but those of `do` only where it is
 * plain what the rule selects.
 */
export function compileFile(path: string, yaml: string, extend: Extend): RuleFile {
  const document = parseYaml({ path, text: yaml });
  const known = Object.keys(RULE_FILE.keys);
  if (!isMapping(document)) throw rulesNone(pointAt(document.source, document.span), known);
  checkShape(document, RULE_FILE);
  const keys = entries(document, known);
  if (keys.size === 0) throw rulesNone(pointAt(document.source, document.span), known);
  const [rules, utilsValue, extending, exclude] = ["rules", "utils", "extends", "exclude"].map((key) => keys.get(key));
  const bases = extending === undefined ? [] : oneOrMore(extending).flatMap((name) => extend(name) ?? []);
  const utils = new Utils(utilsValue, bases.map((base) => base.utils));
  utils.checkAll();
  const inherited = [...bases.flatMap((base) => base.rules), ...bases.flatMap((base) => base.traced)];
  const joined = joinRules(inherited, rules === undefined ? [] : list(rules), utils);
  return {
    rules: joined.filter(isMatching),
    traced: joined.filter(isTraced),
    exclude: [
      ...bases.flatMap((base) => base.exclude),
      ...(exclude === undefined ? [] : oneOrMore(exclude)).map((value) => compileExclusion(value, utils)),
    ],
    utils,
  };
}

/** A rule with the id of an extended one stands in its place. */
function joinRules(inherited: readonly AnyRule[], written: readonly Value[], utils: Utils): AnyRule[] {
  const seen = new Set<string>();
  const own = written.flatMap((value) => compileRule(value, { inherited, utils, seen }));
  return [...inherited.filter(({ id }) => !seen.has(id)), ...own];
}

type AnyRule = Rule | TraceRule;

function isTraced(rule: AnyRule): rule is TraceRule {
  return "targets" in rule;
}

function isMatching(rule: AnyRule): rule is Rule {
  return !isTraced(rule);
}

interface Beside {
  readonly inherited: readonly AnyRule[];
  readonly utils: Utils;
  readonly seen: Set<string>;
}

/** One rule; several where extended files have the id more than once; none where it is not enabled. */
function compileRule(value: Value, { inherited, utils, seen }: Beside): AnyRule[] {
  const keys = entries(value, RULE_KEYS);
  const [idValue, matchValue, traceValue, enabled] = ["id", "match", "trace", "enabled"].map((key) => keys.get(key));
  const bases = idValue === undefined ? [] : inherited.filter((rule) => rule.id === text(idValue));
  if (idValue === undefined || ((matchValue ?? traceValue) === undefined && bases.length === 0))
    throw ruleIncomplete(
      pointAt(value.source, value.span),
      "a rule with id and match",
      idValue && nearId(text(idValue), inherited),
    );
  const id = text(idValue);
  if (!new RegExp(ID_FORM, "u").test(id)) throw ruleId(pointAt(idValue.source, idValue.span), id);
  if (seen.has(id)) throw ruleDuplicateId(pointAt(value.source, idValue.span), id);
  seen.add(id);
  if (matchValue !== undefined && traceValue !== undefined)
    throw ruleTrace(pointAt(traceValue.source, traceValue.span), "a rule takes either match or trace, not both");
  const [traced, matched] = [bases.filter(isTraced), bases.filter(isMatching)];
  const isMatch = matchValue !== undefined || (traceValue === undefined && traced.length === 0);
  const rules = isMatch ? matchRules(value, keys, matched, utils) : traceRules(value, keys, traced);
  return enabled === undefined || flag(enabled) ? rules : [];
}

type RuleKeys = ReadonlyMap<string, Value>;

function traceRules(written: Value, keys: RuleKeys, bases: readonly TraceRule[]): TraceRule[] {
  const [id, trace, asked] = ["id", "trace", "do"].map((key) => keys.get(key));
  refuseUntraced(keys);
  const action = asked === undefined ? undefined : compileTraceAction(asked);
  const made = trace === undefined ? bases : [{ targets: compileTargets(trace), action: bases[0]?.action ?? DEFAULT_ACTION }];
  return made.map((base) => ({ targets: base.targets, action: action ?? base.action, id: text(id as Value), file: written.source.path, written }));
}

/** What is counted and tried on sources says nothing of functions that have none. */
function refuseUntraced(keys: RuleKeys): void {
  for (const key of ["max_probes", "tests"]) {
    const value = keys.get(key);
    if (value === undefined) continue;
    const instead = "Take it out: which functions these are, is known when the application runs.";
    throw ruleMeaningless(pointAt(value.source, value.span), key, "a rule with trace", instead);
  }
}

function matchRules(value: Value, keys: RuleKeys, bases: readonly Rule[], utils: Utils): Rule[] {
  const [idValue, matchValue, doValue, most] = ["id", "match", "do", "max_probes"].map((key) => keys.get(key));
  const id = text(idValue as Value);
  const matches: readonly (Match & { readonly base?: Rule | undefined })[] =
    matchValue === undefined
      ? bases.map((base) => ({ ...base, base }))
      : [{ ...toMatch(onlyAsked(compileMatch(matchValue, utils))), base: bases[0] }];
  return matches.map(({ sort, calls, patterns, context, matches: holds, base }): Rule => {
    const action = doValue === undefined ? (base?.action ?? DEFAULT_ACTION) : compileAction(doValue, sort, patterns);
    const match = { sort, calls, patterns, context, matches: holds };
    const budget = most === undefined ? base?.budget : { most: count(most), at: most };
    return Object.assign(match, { id, file: value.source.path, action, written: value }, budget && { budget }, unhidden(doValue && action, base));
  });
}

/** A `do` stands in the place of the other one as a whole. */
function unhidden(own: Action | undefined, base: Rule | undefined): Pick<Rule, "unhidden"> | undefined {
  if (own === undefined || base === undefined || own.written.has("redact")) return undefined;
  const names = Object.values(base.action.redact).flat();
  return names.length === 0 ? undefined : { unhidden: { file: base.file, names } };
}

/** The id of a rule that is there to be changed; one letter alone may be doubled. */
function nearId(id: string, inherited: readonly AnyRule[]): string | undefined {
  const ids = inherited.map((rule) => rule.id);
  return nearest(id, ids) ?? ids.find((known) => known.length < id.length && id.startsWith(known));
}

const RULE_KEYS = ["id", "description", "enabled", "match", "trace", "do", "max_probes", "tests"];

function compileExclusion(value: Value, utils: Utils): Exclusion {
  return { ...toMatch(compileMatch(value, utils)), file: value.source.path, written: value };
}

function onlyAsked(selection: Selection): Selection {
  return { ...selection, holds: whereAsked(selection.holds) };
}

function toMatch({ sort, calls, patterns, context, holds }: Selection): Match {
  return { sort, calls, patterns, context, matches: holds };
}

import { resolve } from "node:path";
import { planTree } from "../../instrument.ts";
import { findConfig, openProject, useNamed } from "../../project/index.ts";
import { builtinNames, describeRules, isBuiltin, member, type Described, type Rule, type RuleSet } from "../../rules/index.ts";
import { openRules } from "../../rule-tests.ts";
import type { Io } from "../io.ts";
import { countRules, type Counts } from "./count.ts";
import { marks } from "./marks.ts";

export interface RulesListOptions {
  readonly project: string | undefined;
  readonly rules: readonly string[];
  readonly format: "text" | "json";
}

/** A rule file: what its own rules are for, and with a project what they match in it. */
interface Listed {
  readonly file: string;
  readonly about: Described;
  readonly counts: Counts | undefined;
}

/** `escope rules list`: the sets that come with escope, and those of the project or the command line. */
export async function runRulesList({ project, rules, format }: RulesListOptions, io: Io): Promise<number> {
  const own = [...rules, ...(project === undefined ? [] : await configuredRules(project))];
  const builtin = builtinNames().map((name) => `builtin:${name}`);
  const files = [...new Set([...own.filter((file) => !isBuiltin(file)), ...builtin])];
  const sets = await Promise.all(files.map((file) => openRules([file])));
  const counts = project === undefined ? undefined : await countSets(project, sets);
  const listed = files.map((file, at): Listed => ({ file, about: describeRules(file), counts: counts?.[at] }));
  if (format === "json") io.stdout(`${JSON.stringify(listed.map(toJson), null, 2)}\n`);
  else io.stdout(`${listed.flatMap((one) => listLines(one, io)).join("\n")}\n`);
  return 0;
}

async function configuredRules(project: string): Promise<string[]> {
  const { root } = openProject(project);
  return useNamed(await findConfig(root), "rules", async (names) => {
    const files = names.map((file) => (isBuiltin(file) ? file : resolve(root, file)));
    await openRules(files);
    return files;
  });
}

/**
 * Sets that only select are counted in one plan, so that the project is read once; one whose rules ask for something in
 * `do` in a plan of its own, for what one rule asks can decide on what another one gets.
 */
async function countSets(project: string, sets: readonly RuleSet[]): Promise<Counts[]> {
  const asking = sets.filter((set) => set.rules.some(({ written }) => member(written, "do") !== undefined));
  const groups = [sets.filter((set) => !asking.includes(set)), ...asking.map((set) => [set])];
  const counts = new Map<RuleSet, Counts>();
  for (const group of groups.filter(({ length }) => length > 0)) {
    const counted = await countGroup(project, group);
    for (const [at, set] of group.entries()) counts.set(set, counted[at] as Counts);
  }
  return sets.map((set) => counts.get(set) as Counts);
}

async function countGroup(project: string, sets: readonly RuleSet[]): Promise<Counts[]> {
  const rules = sets.flatMap((set, at) => set.rules.map((rule) => numbered(rule, at, set)));
  const { plan } = await planTree({ project, rules: [] }, { rules });
  return countRules(plan, sets.length);
}

function numbered(rule: Rule, at: number, set: RuleSet): Rule {
  return { ...rule, id: `${at} ${rule.id}`, matches: without(rule.matches, set) };
}

function without(matches: Rule["matches"], { exclude = [] }: RuleSet): typeof matches {
  if (exclude.length === 0) return matches;
  return (candidate) => matches(candidate) && !exclude.some((exclusion) => exclusion.matches(candidate));
}

function toJson({ file, about: { description, rules, extended }, counts }: Listed): unknown {
  const own = rules.map(({ id, description: says }) => {
    return { id, description: says, ...(counts === undefined ? {} : countOf(counts, id)) };
  });
  return { file, description, extends: extended, ...(counts === undefined ? {} : counts.total), rules: own };
}

function countOf({ byRule }: Counts, id: string): Counts["total"] {
  return byRule.get(id) ?? { probes: 0, skipped: 0 };
}

function listLines({ file, about, counts }: Listed, io: Io): string[] {
  const { description, rules, extended } = about;
  const { dim, good } = marks(io);
  const width = Math.max(0, ...rules.map(({ id }) => id.length));
  const count = (of: Counts["total"] | undefined): string =>
    of === undefined ? "" : `${String(of.probes).padStart(7)}${of.skipped > 0 ? dim(` (+${of.skipped} skipped)`) : ""}  `;
  return [
    `${good(file)}${count(counts?.total).trimEnd()}${description === null ? "" : `  ${description}`}`,
    ...(extended.length === 0 ? [] : [`  ${dim("extends")} ${extended.join(", ")}`]),
    ...rules.map((rule) => {
      const own = counts && count(countOf(counts, rule.id));
      return `  ${rule.id.padEnd(width)}  ${own ?? ""}${dim(rule.description ?? "")}`.trimEnd();
    }),
    "",
  ];
}

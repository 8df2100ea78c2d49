import type { Place, RuleVerdict } from "../explain/index.ts";
import type { Io } from "./io.ts";
import { ANOTHER_FORM, type Finding } from "../rules/index.ts";
import { marks, type Marks } from "./rules/marks.ts";

/** Clauses, calls and expressions as people read them. */
export function placesText(places: readonly Place[], io: Io): string {
  const texts = places.map((place, at) =>
    placeLines(place, rulesLines(place, io), rulesLines(places[at - 1], io), io).join("\n"),
  );
  return texts.join("\n\n");
}

/** `above`: what was said of the rules of the place above; of one like it, that is enough. */
function placeLines(place: Place, rules: readonly string[], above: readonly string[], io: Io): string[] {
  const signs = marks(io);
  const isSame = rules.length > 0 && rules.join("\n") === above.join("\n");
  return [
    titleOf(place),
    `  ${outcomeText(place)}`,
    ...wayLines(place),
    ...askedLines(place),
    ...place.text.flatMap(({ line, before, after }) => [
      signs.bad(`  ${String(line).padStart(6)} - ${before}`),
      signs.good(`         + ${after}`),
    ]),
    ...(isSame ? [signs.dim("  of the rules, all as above")] : rules),
    ...insideLines(place, signs),
  ];
}

function rulesLines(place: Place | undefined, io: Io): string[] {
  return place === undefined ? [] : byVerdict(place.rules).flatMap((rule) => ruleLines(rule, marks(io)));
}

/** Rules that match first; those whose pattern is nothing like the expression last. */
function byVerdict(rules: readonly RuleVerdict[]): RuleVerdict[] {
  return rules.toSorted((a, b) => nearness(b) - nearness(a));
}

function nearness({ matches, failed }: RuleVerdict): number {
  if (matches) return 2;
  return failed?.miss === ANOTHER_FORM ? 0 : 1;
}

function titleOf({ kind, name, file, line, target }: Place): string {
  const what = kind === "clause" ? name : `${(target ?? "").replaceAll(/\s+/g, " ")} in ${name}`;
  return `${what}  ${file}:${line}`;
}

function outcomeText({ outcome, reason, probe }: Place): string {
  switch (outcome) {
    case "probed": {
      const { id, mode, callback } = probe ?? { id: 0, mode: "full" };
      const what = callback === undefined ? "" : `, a callback of ${callback}`;
      const comment = probe?.rules.includes("escope:trace") === true ? ", by a comment escope:trace" : "";
      return `probed as ${id}${mode === "enter" ? ", entries only" : ""}${what}${comment}`;
    }
    case "skipped":
      return `selected, and left as it is: ${reason}`;
    case "excluded":
      return `left out: ${reason}`;
    case "never":
      return `not probed: ${reason}`;
    case "not selected":
      return "not probed: no rule selects it";
  }
}

const ENDS = {
  "in itself": "its tail calls lead back to itself, and a span around it would let the stack grow:",
  "maybe in itself": "its tail calls may lead back to itself, and a span around it would let the stack grow:",
  "at run time": "it ends in code that is computed (`unquote`), which may lead back:",
  "in what takes the process over": "it ends in what takes the process over and never returns:",
} as const;

function wayLines({ way, probe }: Place): string[] {
  if (probe?.mode !== "enter") return [];
  if (way === undefined) return ["  entries only: a call in tail position may lead back to it"];
  return [
    `  entries only: ${ENDS[way.ends]}`,
    ...way.steps.map(
      ({ function: name, file, line, by }, at) =>
        `    ${at === 0 ? "  " : "→ "}${name}  ${file}:${line}${by === undefined ? "" : `, which ${by}`}`,
    ),
  ];
}

/** What is recorded otherwise than without a word, and the rules that said so. */
function askedLines({ probe, rules, conflicts }: Place): string[] {
  if (probe === undefined) return [];
  const asking = rules.filter(({ matches, asks }) => matches && asks !== undefined);
  const merged = probe.do === undefined ? [] : [`  recorded with ${JSON.stringify(probe.do)}`];
  return [
    ...merged,
    ...asking.map(({ id, asks }) => `    ${id} asks for ${asks}`),
    ...conflicts.map((says) => `    ${says}`),
  ];
}

function ruleLines({ id, file, matches, conditions, failed }: RuleVerdict, signs: Marks): string[] {
  const title = `${id} ${signs.dim(`(${file})`)}`;
  if (matches) return [`  ${signs.yes} ${title}`, ...findingLines(conditions, signs, 6)];
  const first = failed === undefined || conditions.parts.length === 0 ? "" : `: ${failed.condition} fails`;
  return [`  ${signs.no} ${title}${first}`, ...findingLines(conditions, signs, 6)];
}

/** `isSettled`: what stands around it holds, so that what comes nearest to it is of no interest. */
function findingLines(finding: Finding, signs: Marks, indent: number, isSettled = false): string[] {
  const { condition, holds, how, miss, parts } = finding;
  const below = isSettled || holds;
  // `all` at the top is what every rule is; naming it says nothing.
  if (how === "all" && condition === "all" && indent === 6)
    return parts.flatMap((part) => findingLines(part, signs, indent, below));
  const blank = " ".repeat(indent);
  return [
    `${blank}${holds ? signs.yes : signs.no} ${shortened(condition)}`,
    ...(miss === undefined || isSettled ? [] : [`${blank}    ${miss}`]),
    ...parts.flatMap((part) => findingLines(part, signs, indent + 4, below)),
  ];
}

const LONGEST = 110;

/** A condition may be a list of dozens. */
function shortened(condition: string): string {
  return condition.length <= LONGEST ? condition : `${condition.slice(0, LONGEST - 1)}…`;
}

/** What rules for calls and expressions select in the clause; of those that select nothing, only their names. */
function insideLines({ inside }: Place, signs: Marks): string[] {
  const [some, none] = [
    inside.filter(({ lines }) => lines.length > 0),
    inside.filter(({ lines }) => lines.length === 0),
  ];
  return [
    ...some.map(
      (rule) =>
        `  ${signs.yes} ${rule.id} ${signs.dim(`(${rule.file})`)}: selects ${rule.selects} in it, at line ${rule.lines.join(", ")}`,
    ),
    ...(none.length === 0
      ? []
      : [
          `  ${signs.dim(`nothing in it for the rules for calls and expressions: ${none.map(({ id }) => id).join(", ")}`)}`,
        ]),
  ];
}

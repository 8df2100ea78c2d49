import type { Rule } from "../rules/index.ts";

/** A rule, as far as it asks for something. */
export type Asking = Pick<Rule, "id" | "file" | "action">;

/** Two rules that ask for what does not go together, and what becomes of it. */
export interface Conflict {
  /** The key of `do`, as `capture.result`. */
  readonly key: string;
  /** Their ids; with the file where both have the same. */
  readonly rules: readonly [string, string];
  readonly says: string;
}

/** A conflict in a plan: how many probes have it, and the first of them. */
export interface PlannedConflict extends Conflict {
  readonly probes: number;
  readonly first: { readonly file: string; readonly line: number };
}

/** What becomes of a difference, `less` being the rule that wants less than `more`. */
interface Difference {
  readonly key: string;
  readonly wantsLess: (rule: Asking, names: ReadonlyMap<string, number>) => boolean;
  readonly says: (less: string, more: string) => string;
}

const events = (["enter", "leave", "raise"] as const).map((key): Difference => ({
  key,
  wantsLess: ({ action }) => !action[key],
  says: (less, more) => `${less} wants no ${key} events, and ${more} does: they are recorded`,
}));

const DIFFERENCES: readonly Difference[] = [
  ...events,
  {
    key: "capture.args",
    wantsLess: ({ action }) => action.args !== true,
    says: (less, more) => `${less} leaves arguments out, and ${more} keeps all: they are kept`,
  },
  {
    key: "capture.result",
    wantsLess: ({ action }) => !action.result,
    says: (less, more) => `${less} leaves the result out, and ${more} keeps it: it is kept`,
  },
  {
    key: "capture.state",
    wantsLess: ({ action }) => action.state === false,
    says: (less, more) => `${less} leaves states out, and ${more} keeps them: they are kept`,
  },
  {
    key: "capture.render",
    wantsLess: ({ action }) => !action.render,
    says: (less, more) => `${less} leaves templates untimed, and ${more} times them: they are timed`,
  },
  {
    key: "when",
    wantsLess: ({ action }) => action.when !== undefined,
    says: (less, more) => `${less} has a condition, and ${more} has none: all calls are recorded`,
  },
];

/** Where one rule of a probe takes from another what that says. Tells each rule that wants less of one that wants more. */
export function findConflicts(rules: readonly Asking[], names: ReadonlyMap<string, number>): Conflict[] {
  const differences = DIFFERENCES.flatMap(({ key, wantsLess, says }) => {
    const more = rules.find((rule) => !wantsLess(rule, names));
    if (more === undefined) return [];
    const less = rules.filter((rule) => wantsLess(rule, names));
    return less.map((rule) => conflict(key, rule, more, says));
  });
  return [...differences, ...marks(rules)];
}

function marks(rules: readonly Asking[]): Conflict[] {
  const [first, ...others] = rules.filter(({ action }) => action.mark !== undefined);
  if (first === undefined) return [];
  const different = others.filter(({ action }) => action.mark !== first.action.mark);
  return different.map((rule) =>
    conflict(
      "mark",
      rule,
      first,
      (less, more) => `${less} and ${more} give different names: ${more}'s counts`,
    ),
  );
}

function conflict(key: string, less: Asking, more: Asking, says: Difference["says"]): Conflict {
  const named = ({ id, file }: Asking): string => (less.id === more.id ? `${id} (${file})` : id);
  return { key, rules: [named(less), named(more)], says: says(named(less), named(more)) };
}

/** The same conflict of many probes is told once. */
export function countConflicts(
  found: readonly { readonly conflicts: readonly Conflict[]; readonly file: string; readonly line: number }[],
): PlannedConflict[] {
  const told = new Map<string, PlannedConflict>();
  for (const { conflicts, file, line } of found)
    for (const one of conflicts) {
      const key = `${one.key} ${one.says}`;
      const known = told.get(key);
      if (known === undefined) told.set(key, { ...one, probes: 1, first: { file, line } });
      else told.set(key, { ...known, probes: known.probes + 1 });
    }
  return [...told.values()];
}

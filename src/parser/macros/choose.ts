import type { Value } from "../about/value.ts";
import { evaluate } from "./evaluate.ts";
import type { Branch, Condition, QuotedInfo } from "./facts.ts";
import { equal } from "./functions.ts";
import { agreed, truthOf, UNKNOWN, type Bindings, type World } from "./values.ts";

/** Whether `value` has the form of `pattern`. What the pattern names is put into `bound`. */
export function matches(pattern: Value, value: Value, bound: Map<string, Value>): boolean | undefined {
  if (pattern.type === "variable") {
    bound.set(pattern.name, value);
    return true;
  }
  if (value.type === "branches" && pattern.type !== "any")
    return agreed(value.values.map((each) => matches(pattern, each, bound)));
  if (pattern.type === "tuple") return tupleMatches(pattern, value, bound);
  if (pattern.type === "list") return listMatches(pattern, value, bound);
  if (pattern.type === "keywords")
    return listMatches({ type: "list", items: elementsOf(pattern) ?? [], open: false }, value, bound);
  if (pattern.type === "map") return value.type === "map" ? undefined : known(value, false);
  if (pattern.type === "literal" || pattern.type === "module" || pattern.type === "text")
    return equal(pattern, value);
  return undefined;
}

function known(value: Value, answer: boolean): boolean | undefined {
  return truthOf(value) === undefined ? undefined : answer;
}

function tupleMatches(
  { items }: Value & { type: "tuple" },
  value: Value,
  bound: Map<string, Value>,
): boolean | undefined {
  const given = value.type === "tuple" ? value.items : undefined;
  if (value.type === "module") return undefined;
  if (given !== undefined && given.length !== items.length) return false;
  const answers = items.map((item, at) => matches(item, given?.[at] ?? UNKNOWN, bound));
  if (given === undefined) return known(value, false);
  return every(answers);
}

function listMatches(
  { items, open }: Value & { type: "list" },
  value: Value,
  bound: Map<string, Value>,
): boolean | undefined {
  const given = elementsOf(value);
  const length = given?.length;
  const answers = items.map((item, at) => matches(item, given?.[at] ?? UNKNOWN, bound));
  if (length === undefined) return known(value, false);
  if (open ? length < items.length : length !== items.length) return false;
  return every(answers);
}

/** Options are pairs. */
function elementsOf(value: Value): readonly Value[] | undefined {
  if (value.type === "keywords")
    return value.pairs.map((pair) => ({ type: "tuple", items: [pair.key, pair.value] }));
  return value.type === "list" ? value.items : undefined;
}

function every(answers: readonly (boolean | undefined)[]): boolean | undefined {
  if (answers.includes(false)) return false;
  return answers.every((answer) => answer === true) ? true : undefined;
}

/** Whether it is `taken` that is taken: certain where no other can be. */
export function isTaken(
  answers: readonly (boolean | undefined)[],
  taken: number,
  raises: readonly boolean[] = [],
): boolean | undefined {
  const first = answers.indexOf(true);
  const possible = answers.flatMap((answer, at) =>
    answer === false || (first !== -1 && at > first) || raises[at] === true ? [] : [at],
  );
  if (!possible.includes(taken)) return false;
  return possible.length === 1 ? true : undefined;
}

/** Whether a condition holds; what the branch's pattern names is put into `bound`. */
export function holds(
  { subject, branches, taken }: Condition,
  bound: Map<string, Value>,
  world: World,
): boolean | undefined {
  const value = subject === undefined ? UNKNOWN : evaluate(subject, bound, world);
  const answers = branches.map((branch) => answerOf(branch, value, new Map(bound), world));
  const { pattern } = branches[taken] ?? {};
  if (pattern !== undefined) matches(pattern, value, bound);
  return isTaken(
    answers,
    taken,
    branches.map(({ raises }) => raises),
  );
}

function answerOf(
  { pattern, guard }: Branch,
  value: Value,
  bound: Map<string, Value>,
  world: World,
): boolean | undefined {
  const fits = pattern === undefined ? true : matches(pattern, value, bound);
  return guard === undefined || fits === false ? fits : every([fits, truthIn(guard, bound, world)]);
}

function truthIn(guard: Value, bound: Bindings, world: World): boolean | undefined {
  return truthOf(evaluate(guard, bound, world));
}

/** A clause that may run with these arguments, with what it binds. */
export interface Chosen {
  readonly clause: QuotedInfo;
  readonly bound: Map<string, Value>;
  /** No other clause can run. */
  readonly certain: boolean;
}

/** The clauses that may run: the first that takes the arguments, and those before it of which that is not known. */
export function choose(clauses: readonly QuotedInfo[], args: readonly Value[], world: World): Chosen[] {
  const fitting = clauses.filter(({ parameters, defaults }) => {
    const most = parameters.length;
    return args.length <= most && args.length >= most - defaults.length;
  });
  const tried = fitting.map((clause) => tryClause(clause, args, world));
  const answers = tried.map(({ answer }) => answer);
  return tried.flatMap(({ clause, bound }, at) => {
    const taken = isTaken(answers, at);
    return taken === false ? [] : [{ clause, bound, certain: taken === true }];
  });
}

function tryClause(
  clause: QuotedInfo,
  args: readonly Value[],
  world: World,
): { clause: QuotedInfo; bound: Map<string, Value>; answer: boolean | undefined } {
  const bound = new Map<string, Value>();
  const given = withDefaults(clause, args);
  const answers = clause.parameters.map(({ pattern, names }, at) => {
    const value = given[at] ?? UNKNOWN;
    for (const name of names) bound.set(name, value);
    return matches(pattern, value, bound);
  });
  if (clause.guard !== undefined) answers.push(truthIn(clause.guard, bound, world));
  bindAll(clause, bound, world);
  return { clause, bound, answer: every(answers) };
}

/** Arguments fill the parameters with defaults from the left, as far as they reach. */
function withDefaults({ parameters, defaults }: QuotedInfo, args: readonly Value[]): Value[] {
  let spare = args.length - (parameters.length - defaults.length);
  const rest = [...args];
  return parameters.map((_, position) => {
    const fallback = defaults.find((each) => each.position === position);
    if (fallback === undefined) return rest.shift() ?? UNKNOWN;
    spare -= 1;
    return spare >= 0 ? (rest.shift() ?? UNKNOWN) : fallback.value;
  });
}

/** Of a name that is bound again in a branch nothing is known. */
function bindAll({ bindings }: QuotedInfo, bound: Map<string, Value>, world: World): void {
  for (const { pattern, value, nested } of bindings) {
    const before = new Set(bound.keys());
    const found = new Map<string, Value>();
    matches(pattern, evaluate(value, bound, world), found);
    for (const [name, each] of found) bound.set(name, nested && before.has(name) ? UNKNOWN : each);
  }
}

import { nearest } from "../nearest.ts";
import type { AttributeInfo, CommentInfo, ModuleIndex } from "../parser/index.ts";
import {
  compileRules,
  isBuiltin,
  placeOf,
  unhiddenText,
  type Candidate,
  type Exclusion,
  type Rule,
  type RuleSet,
} from "../rules/index.ts";

/** What somebody wrote for escope and has no effect. */
export interface Idle {
  readonly file: string;
  readonly line: number;
  readonly says: string;
}

/** The rule of what a comment selects. */
const [TRACE] = compileRules("escope:trace", "rules: [{ id: 'escope:trace', match: {} }]") as [Rule];

/** What of a rule is there, of its arguments or variables. */
type Served = Map<Rule, ReadonlySet<number | string>>;

/** What those parts are called. */
type Named = Map<Rule, ReadonlySet<string>>;

function note<T>(served: Map<Rule, ReadonlySet<T>>, rule: Rule, there: Iterable<T>): void {
  served.set(rule, new Set([...(served.get(rule) ?? []), ...there]));
}

/** What exclusions and comments leave out or add; remembers which of them had an effect. */
export class Effects {
  readonly #exclude: readonly Exclusion[];
  readonly #comments: ReadonlyMap<string, readonly CommentInfo[]>;
  readonly #working = new Set<Exclusion | CommentInfo>();
  readonly #matched = new Set<Rule>();
  /** The rules that a comment left something out of. */
  readonly #ignored = new Map<CommentInfo, ReadonlySet<string>>();
  readonly #arguments: Served = new Map();
  readonly #locals: Served = new Map();
  /** What the arguments of its clauses are called. */
  readonly #names: Named = new Map();
  /** Variables of its clauses that may have been meant. */
  readonly #words: Named = new Map();

  constructor(index: ModuleIndex, { exclude = [] }: RuleSet) {
    this.#exclude = exclude;
    const spoken = index.files.filter(({ comments }) => comments.length > 0);
    this.#comments = new Map(spoken.map(({ path, comments }) => [path, comments]));
  }

  /** Of the rules that match a clause, those that hold in spite of everything; with that of a comment, where one asks. */
  forClause(candidate: Candidate, matching: readonly Rule[]): readonly Rule[] {
    for (const rule of matching) this.#matched.add(rule);
    const traces = this.#about(candidate, clauseLines(candidate)).filter(({ word }) => word === "trace");
    const wanted = traces.length === 0 ? matching : [...matching, TRACE];
    if (wanted.length === 0 || this.#isExcluded(candidate)) return [];
    const left = this.#notIgnored(candidate, clauseLines(candidate), wanted);
    if (left.includes(TRACE)) for (const trace of traces) this.#working.add(trace);
    return left;
  }

  /** Of the rules that match a call or an expression in the clause, those that hold. */
  forSite(candidate: Candidate, line: number, matching: readonly Rule[]): readonly Rule[] {
    for (const rule of matching) this.#matched.add(rule);
    if (matching.length === 0 || this.#isExcluded(candidate)) return [];
    return this.#notIgnored(candidate, [...clauseLines(candidate), line], matching);
  }

  /** Notes which of the arguments that a rule asks for are there. */
  servedArguments(
    rule: Rule,
    isThere: (argument: number | string) => boolean,
    names: ReadonlyMap<string, number>,
  ): void {
    const { args } = rule.action;
    if (typeof args === "boolean") return;
    note(this.#arguments, rule, args.filter(isThere));
    note(this.#names, rule, names.keys());
  }

  /** Notes which of the variables that a rule asks for are there. */
  servedLocals(rule: Rule, mentioned: readonly string[]): void {
    const { locals } = rule.action;
    if (locals.length === 0) return;
    note(
      this.#locals,
      rule,
      locals.filter((name) => mentioned.includes(name)),
    );
    note(this.#words, rule, mentioned);
  }

  isMatched(rule: Rule): boolean {
    return this.#matched.has(rule);
  }

  /** Everything that had no effect, in order of file and line. */
  idle(): Idle[] {
    const comments = [...this.#comments].flatMap(([file, all]) =>
      all.filter((comment) => !this.#working.has(comment)).map((comment) => idleComment(file, comment)),
    );
    const excluded = this.#exclude.filter((one) => !this.#working.has(one) && !isBuiltin(one.file));
    const listed = [...this.#comments].flatMap(([file, all]) =>
      all.flatMap((one) => [...idleList(file, one), ...idleNames(file, one, this.#ignored.get(one))]),
    );
    return [
      ...listed,
      ...[...this.#arguments].flatMap(([rule, known]) =>
        idleParts(rule, "args", known, [...(this.#names.get(rule) ?? [])]),
      ),
      ...[...this.#locals].flatMap(([rule, known]) =>
        idleParts(rule, "locals", known, [...(this.#words.get(rule) ?? [])]),
      ),
      ...excluded.map(({ written }) => idle(placeOf(written), "excludes nothing that a rule selects")),
      ...comments,
    ].toSorted((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1));
  }

  /** Whether an exclusion holds for it, or for the clause that it stands in. */
  #isExcluded(candidate: Candidate): boolean {
    const { site, calls: _calls, patterns: _patterns, ...clause } = candidate;
    const holding = this.#exclude.filter(({ sort, matches }) => {
      if (sort === "clause") return matches(clause);
      return sort === site?.kind && matches(candidate);
    });
    for (const one of holding) this.#working.add(one);
    return holding.length > 0;
  }

  #notIgnored(candidate: Candidate, lines: readonly number[], rules: readonly Rule[]): readonly Rule[] {
    const ignores = this.#about(candidate, lines).filter(({ word }) => word === "ignore");
    return rules.filter((rule) => {
      const holding = ignores.filter((ignore) => ignore.rules.length === 0 || ignore.rules.includes(rule.id));
      for (const one of holding) {
        this.#working.add(one);
        this.#ignored.set(one, new Set([...(this.#ignored.get(one) ?? []), rule.id]));
      }
      return holding.length === 0;
    });
  }

  #about({ module }: Candidate, lines: readonly number[]): CommentInfo[] {
    const comments = this.#comments.get(module.file);
    return comments === undefined ? [] : comments.filter(({ about }) => lines.includes(about));
  }
}

/** Where a comment about a clause may stand: at its `def`, or above, and so at the attributes before it. */
function clauseLines({ clause }: Candidate): number[] {
  return [clause.line, ...clause.attributes.filter(isOfClause).map(({ line }) => line)];

  /** `@limit 1` with a blank line below is a constant of the module, no part of the function that follows. */
  function isOfClause({ name, line }: AttributeInfo, at: number): boolean {
    const next = clause.attributes[at + 1]?.line ?? clause.line;
    return OF_FUNCTIONS.has(name) || next === line + 1;
  }
}

/** Attributes that always speak of the function below. */
const OF_FUNCTIONS: ReadonlySet<string> = new Set("deprecated dialyzer doc impl since spec".split(" "));

function idle({ file, line }: Omit<Idle, "says">, says: string): Idle {
  return { file, line, says };
}

const WORDS = ["ignore", "trace"];

function idleComment(file: string, { word, rules, line, about }: CommentInfo): Idle {
  const meant = nearest(word, WORDS);
  const place = { file, line };
  if (word === "ignore" && rules.includes(""))
    return { ...place, says: "escope:ignore[]: no rule stands in the brackets" };
  if (word === "ignore") {
    const which = rules.length === 0 ? "no rule selects" : `none of its rules (${rules.join(", ")}) selects`;
    return { ...place, says: `escope:ignore: ${which} anything at line ${about}` };
  }
  if (word === "trace")
    return { ...place, says: `escope:trace: no function's clause at line ${about} that it could select` };
  const hint =
    meant === undefined ? "there are escope:ignore and escope:trace" : `did you mean escope:${meant}?`;
  return { ...place, says: `escope:${word} means nothing; ${hint}` };
}

/** A comment that selects has no rules to name. */
function idleList(file: string, { word, rules, line }: CommentInfo): Idle[] {
  if (word !== "trace" || rules.length === 0) return [];
  const says = `escope:trace takes no rules: [${rules.join(", ")}] has no effect`;
  return [{ file, line, says }];
}

/** Of a comment that leaves something out, the rules that it names for nothing. */
function idleNames(file: string, { rules, line, about }: CommentInfo, working?: ReadonlySet<string>): Idle[] {
  const named = working === undefined ? [] : rules.filter((id) => !working.has(id));
  if (named.length === 0) return [];
  return [{ file, line, says: `escope:ignore: ${named.join(", ")} would select nothing at line ${about}` }];
}

/** What the rules of extended files hide, and those that stand in their places do not. */
export function unhiddenIn({ rules }: RuleSet): Idle[] {
  return rules.flatMap(({ id, unhidden, action, written }) => {
    if (unhidden === undefined) return [];
    const [asked] = action.written.values();
    return [idle(placeOf(asked ?? written), `${id}: ${unhiddenText(unhidden)}`)];
  });
}

const PARTS = { args: "an argument", locals: "a variable" };

function idleParts(
  { id, action, written }: Rule,
  key: "args" | "locals",
  known: ReadonlySet<number | string>,
  names: readonly string[],
): Idle[] {
  const wanted = action[key];
  if (typeof wanted === "boolean") return [];
  const place = placeOf(action.written.get(`capture.${key}`) ?? written);
  const missing = wanted.filter((one) => !known.has(one));
  return missing.map((one) => {
    const meant = typeof one === "string" ? nearest(one, names) : undefined;
    const hint = meant === undefined ? "" : ` (did you mean ${meant}?)`;
    return idle(place, `nothing that the rule ${id} selects has ${PARTS[key]} ${one}${hint}`);
  });
}

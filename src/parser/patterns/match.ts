import { kindOf, type Constraint, type Where } from "./constraint.ts";
import { matchPairs } from "./pairs.ts";
import type { Term } from "./term.ts";

/** What the metavariables of a pattern stand for; only those that stand in it more than once are kept. */
export type Bindings = ReadonlyMap<string, readonly Term[]>;

const NONE: Bindings = new Map();

/** The full name of a module as it is written at the place of the code. */
export type Expand = (alias: string) => string;

/** Who wants to know why something has not the form. */
export interface Misses {
  other(pattern: Term, code: Term): void;
  refused(pattern: Term, code: Term, constraint: Constraint | undefined): void;
  differs(pattern: Term, code: Term | undefined, before: readonly Term[]): void;
  surplus(code: Term): void;
  missing(pattern: Term, whole: Term): void;
}

/** What is asked of a piece of code. */
export interface Form {
  readonly text: string;
  readonly root: Term;
  readonly where: Where;
  /** The metavariables that stand in it more than once: what they stand for must be the same. */
  readonly shared: ReadonlySet<string>;
  /** What to throw where the search takes too long. */
  readonly tooHard?: (() => Error) | undefined;
}

/** Whether `code` has the form of `pattern`: one metavariable's code is the same wherever it stands. */
export function matches(form: Form, code: Term, expand: Expand, miss?: Misses): boolean {
  return new Matcher(form, expand, miss).term(form.root, code, NONE) !== undefined;
}

/** Steps that a search may take; one that comes to an end needs a few for each part of the code. */
const MOST_STEPS = 200_000;

/** One search. Of a metavariable that stands once, any code will do: then a part that failed once fails always. */
export class Matcher {
  readonly #form: Form;
  readonly #expand: Expand;
  readonly #miss: Misses | undefined;
  #steps = 0;

  constructor(form: Form, expand: Expand, miss?: Misses) {
    this.#form = form;
    this.#expand = expand;
    this.#miss = miss;
  }

  term(pattern: Term, written: Term, bound: Bindings): Bindings | undefined {
    this.#steps += 1;
    if (this.#steps > MOST_STEPS) throw this.#tooHard();
    const code = withoutDefault(pattern, written);
    // A block is an argument for Elixir, but not for people.
    if (pattern.type === "one")
      return code.type === "section" ? this.#fails(pattern, code) : this.bind(pattern, [code], bound);
    if (pattern.type === "pipe") {
      const sides = code.pipe?.();
      return sides ? this.#parts(pattern.parts, sides, bound, code) : this.#fails(pattern, code);
    }
    if (isShortForm(pattern, code)) return this.#meant(pattern, code, bound);
    if (pattern.type !== code.type || !this.#sameLabel(pattern, code)) return this.#fails(pattern, code);
    if (pattern.type === "both") return this.#both(pattern, code, bound);
    if (pattern.type === "definition") return this.#definition(pattern, code, bound);
    if (pattern.type === "map") return matchPairs(this, pattern, code, bound) ?? this.#fails(pattern, code);
    return this.#parts(pattern.parts, code.parts, bound, code);
  }

  #meant(pattern: Term, code: Term, bound: Bindings): Bindings | undefined {
    const [plain, own] = [pattern.meant, code.meant];
    return plain.type === own.type ? this.term(plain, own, bound) : this.#fails(pattern, code);
  }

  /** `%User{} = user` in a head is `user = %User{}`. */
  #both(pattern: Term, code: Term, bound: Bindings): Bindings | undefined {
    const asWritten = this.#parts(pattern.parts, code.parts, bound, code);
    return asWritten ?? this.#parts(pattern.parts.toReversed(), code.parts, bound, code);
  }

  isShared({ label }: Term): boolean {
    return this.#form.shared.has(label);
  }

  isAsked({ label }: Term): boolean {
    return this.#form.where.has(label);
  }

  bind(pattern: Term, code: readonly Term[], bound: Bindings): Bindings | undefined {
    const name = pattern.label;
    if (name.startsWith("_")) return bound;
    const wrong = code.find((part) => !this.#satisfies(part, this.#form.where.get(name)));
    if (wrong !== undefined) return this.#refuses(pattern, wrong);
    if (!this.#form.shared.has(name)) return bound;
    const before = bound.get(name);
    if (before === undefined) return new Map(bound).set(name, code);
    if (sameParts(before, code)) return bound;
    this.#miss?.differs(pattern, code[0], before);
    return undefined;
  }

  /** What the pattern does not name may be there: a guard, a body, `rescue`. */
  #definition(pattern: Term, code: Term, bound: Bindings): Bindings | undefined {
    const [head, guard, ...sections] = pattern.parts;
    const [ownHead, ownGuard, ...ownSections] = code.parts;
    if (!head || !guard || !ownHead || !ownGuard) return undefined;
    let next = this.term(head, ownHead, bound);
    if (guard.parts.length > 0) next = next && this.term(guard, ownGuard, next);
    for (const section of sections) {
      const own = ownSections.find(({ label }) => label === section.label);
      next = next && (own === undefined ? this.#fails(section, code) : this.term(section, own, next));
    }
    return next;
  }

  #sameLabel(pattern: Term, code: Term): boolean {
    if (pattern.label === code.label) return true;
    if (pattern.type !== "alias") return false;
    const meant = this.#expand(code.label);
    return (
      pattern.label === meant ||
      (this.#expand(pattern.label) === meant && pattern.label.startsWith("__MODULE__"))
    );
  }

  #parts(
    patterns: readonly Term[],
    parts: readonly Term[],
    bound: Bindings,
    whole: Term,
  ): Bindings | undefined {
    return this.#sequence({ patterns, parts, whole, failed: new Map() }, 0, 0, bound);
  }

  /** The patterns from `at` on for the parts from `from` on. */
  #sequence(all: Sequence, at: number, from: number, bound: Bindings): Bindings | undefined {
    const { patterns, parts, whole } = all;
    const first = patterns[at];
    const part = parts[from];
    if (first === undefined) return part === undefined ? bound : this.#isLong(part);
    const place = at * (parts.length + 1) + from;
    if (all.failed.get(bound)?.has(place)) return undefined;
    const found =
      first.type === "many"
        ? this.#many(all, at, from, bound)
        : part === undefined
          ? this.#isShort(first, whole)
          : this.#next(all, at, from, this.term(first, part, bound));
    if (found === undefined) remember(all.failed, bound, place);
    return found;
  }

  #next(all: Sequence, at: number, from: number, bound: Bindings | undefined): Bindings | undefined {
    return bound && this.#sequence(all, at + 1, from + 1, bound);
  }

  /** As few as possible; more where what follows needs it. */
  #many(all: Sequence, at: number, from: number, bound: Bindings): Bindings | undefined {
    const { patterns, parts } = all;
    const name = patterns[at] as Term;
    const needed = patterns.slice(at + 1).filter(({ type }) => type !== "many").length;
    const isLast = at === patterns.length - 1;
    for (let to = isLast ? parts.length : from; to <= parts.length - needed; to += 1) {
      const next = this.bind(name, parts.slice(from, to), bound);
      const found = next && this.#sequence(all, at + 1, to, next);
      if (found !== undefined) return found;
      // What one part does not allow, more parts do not.
      if (next === undefined && !this.isShared(name)) return undefined;
    }
    return undefined;
  }

  #tooHard(): Error {
    return this.#form.tooHard?.() ?? new Error(`the pattern ${this.#form.text} does not come to an end`);
  }

  #satisfies(code: Term, constraint: Constraint | undefined): boolean {
    if (constraint === undefined) return true;
    const { text, kinds, forms, not } = constraint;
    if (kinds !== undefined && !kinds.includes(kindOf(code))) return false;
    if (forms !== undefined && !forms.some((form) => matches(form, code, this.#expand))) return false;
    if (text !== undefined && !this.#textsOf(code).some(text)) return false;
    return not === undefined || !this.#satisfies(code, not);
  }

  /** Of a module, its full name as well. */
  #textsOf(code: Term): string[] {
    if (code.type !== "alias") return [code.text];
    return [code.text, this.#expand(code.label)];
  }

  #fails(pattern: Term, code: Term): undefined {
    this.#miss?.other(pattern, code);
  }

  #refuses(pattern: Term, code: Term): undefined {
    this.#miss?.refused(pattern, code, this.#form.where.get(pattern.label));
  }

  #isLong(code: Term): undefined {
    this.#miss?.surplus(code);
  }

  #isShort(pattern: Term, whole: Term): undefined {
    this.#miss?.missing(pattern, whole);
  }
}

interface Sequence {
  readonly patterns: readonly Term[];
  readonly parts: readonly Term[];
  readonly whole: Term;
  /** Places from which nothing was found, by what was bound then. */
  readonly failed: Map<Bindings, Set<number>>;
}

function remember(failed: Map<Bindings, Set<number>>, bound: Bindings, place: number): void {
  const places = failed.get(bound);
  if (places === undefined) failed.set(bound, new Set([place]));
  else places.add(place);
}

/** Whether what is to be compared is what they are short for. */
function isShortForm(pattern: Term, code: Term): boolean {
  const shorts = [pattern, code].filter((term) => term.meant !== term).length;
  return pattern.type === code.type ? shorts === 2 : shorts > 0;
}

/** A parameter with a default is one that the pattern need not speak of. */
function withoutDefault(pattern: Term, code: Term): Term {
  if (code.type !== "operator" || code.label !== "\\\\") return code;
  if (pattern.type === "operator" && pattern.label === "\\\\") return code;
  return code.parts[0] ?? code;
}

function same(a: Term, b: Term): boolean {
  return a.type === b.type && a.label === b.label && sameParts(a.parts, b.parts);
}

function sameParts(a: readonly Term[], b: readonly Term[]): boolean {
  return a.length === b.length && a.every((part, at) => same(part, b[at] as Term));
}

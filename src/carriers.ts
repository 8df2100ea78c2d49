import {
  ELIXIR,
  ELIXIR_ROOTS,
  firstSegment,
  lastSegment,
  namesOfBehaviour,
  quotes,
  saysTrait,
  type Outline,
} from "./parser/index.ts";

/** Modules that stand at the top of a file, as written. */
const TOP = /^defmodule[\s(]+(\p{Lu}[\p{L}\p{N}_.]*)/gmu;

/** What a short name may stand for: the last parts of aliases, and modules inside of others. */
const SHORT =
  /\balias\b[\s(]+[\p{L}\p{N}_.]*\.(?:(\p{Lu}[\p{L}\p{N}_]*)|\{([^}]*)\})|\bas:\s*(\p{Lu}[\p{L}\p{N}_]*)|^[ \t]+defmodule[\s(]+(\p{Lu}[\p{L}\p{N}_]*)/gmu;

/** What brings something into a module, with its name; without where that is computed. */
const BRINGS =
  /(?:\buse[\s(]+(?=[\p{Lu}_]|unquote)|@before_compile[\s(]+)(?:unquote\()?((?:__MODULE__|\p{Lu}[\p{L}\p{N}_]*)(?:\.\p{Lu}[\p{L}\p{N}_]*)*(?![\p{L}\p{N}_.]))?/gu;

/** A behaviour that is computed. */
const COMPUTED = /@behaviour[\s(]+(?![\p{Lu}:])/u;

/** Calls of other modules, from quoted code or from what makes it. */
const CALLS = /(?<![\p{L}\p{N}_.])(\p{Lu}[\p{L}\p{N}_.]*)\.[\p{Ll}_]/gu;

/**
 * Tells from texts which files may hold a module with certain behaviours: such a module names the behaviour itself, or takes
 * it from macros that do; or from what is no part of the project, of which nothing is known here.
 */
export class Carriers {
  readonly #quoting: readonly Outline[];
  readonly #own: ReadonlySet<string>;
  /** What a name may be short for wherever macros of the project are used. */
  readonly #short: ReadonlySet<string>;

  constructor(outlines: readonly Outline[]) {
    this.#quoting = outlines.filter(({ code }) => quotes(code));
    this.#own = new Set(outlines.flatMap(({ code }) => [...code.matchAll(TOP)].map(([, name = ""]) => name)));
    this.#short = new Set(this.#quoting.flatMap(({ code }) => [...shortNames(code)]));
  }

  /** A test of texts. `macros`: the modules of dependencies whose macros may stand in them. */
  test(behaviours: readonly string[], macros: readonly string[]): (code: string) => boolean {
    const says = this.#says(behaviours);
    const carrying = new Set(this.#quoting.filter(({ code }) => says(code) || this.#isOpen(code)));
    for (let known = -1; known < carrying.size;) {
      known = carrying.size;
      const mentions = mentioning(segments(carrying));
      for (const outline of this.#quoting) if (mentions(outline.code)) carrying.add(outline);
    }
    const mentions = mentioning([...macros, ...segments(carrying)]);
    return (code) => says(code) || mentions(code);
  }

  /** Whether a module may be something by what it says itself. */
  #says(behaviours: readonly string[]): (code: string) => boolean {
    const names = mentioning(behaviours.flatMap(namesOf));
    return (code) => saysTrait(code) && (names(code) || this.#bringsOthers(code));
  }

  #bringsOthers(code: string): boolean {
    if (COMPUTED.test(code)) return true;
    const short = shortNames(code);
    return [...code.matchAll(BRINGS)].some(([, name]) => name === undefined || !this.#isKnown(name, short));
  }

  /** Whether quoted code may come from anywhere. */
  #isOpen(code: string): boolean {
    if (this.#bringsOthers(code)) return true;
    const short = shortNames(code);
    const isHarmless = (name: string): boolean =>
      !this.#isShort(name, short) && (this.#own.has(name) || ELIXIR_ROOTS.has(firstSegment(name)));
    return [...code.matchAll(CALLS)].some(([, name = ""]) => !isHarmless(name));
  }

  /** Whether a name surely means a module of the project, or one of Elixir's in which nothing is to be found. */
  #isKnown(name: string, short: ReadonlySet<string>): boolean {
    if (name === "__MODULE__") return true;
    return !this.#isShort(name, short) && (this.#own.has(name) || ELIXIR.has(name));
  }

  #isShort(name: string, short: ReadonlySet<string>): boolean {
    const first = firstSegment(name);
    return short.has(first) || this.#short.has(first);
  }
}

function shortNames(code: string): Set<string> {
  const found = [...code.matchAll(SHORT)].flatMap(([, last, list, as, inner]) =>
    [last, as, inner].concat(list?.match(/\p{Lu}[\p{L}\p{N}_]*/gu) ?? []),
  );
  return new Set(found.filter((name) => name !== undefined));
}

/** The words that a text must hold which names the behaviour. */
function namesOf(behaviour: string): string[] {
  return namesOfBehaviour(behaviour).map((name) => lastSegment(name).replace(/^:/, ""));
}

function segments(outlines: Iterable<Outline>): string[] {
  return [...outlines].flatMap(({ defines }) => defines.map(lastSegment));
}

/** Whether a text has one of the words. */
export function mentioning(names: readonly string[]): (code: string) => boolean {
  if (names.length === 0) return () => false;
  const any = new RegExp(String.raw`\b(?:${[...new Set(names)].join("|")})\b`, "u");
  return (code) => any.test(code);
}

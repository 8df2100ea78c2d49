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

/** Names of modules, part by part, and what they may be called in Erlang. */
const WORDS = /\p{Lu}[\p{L}\p{N}_]*|:[a-z]\w*/gu;

/** What is asked of a file's code more than once. */
interface Read {
  readonly outline: Outline;
  readonly words: ReadonlySet<string>;
  readonly saysTrait: boolean;
  readonly bringsOthers: boolean;
}

/**
 * Tells from texts which files may hold a module with certain behaviours: such a module names the behaviour itself, or takes
 * it from macros that do; or from what is no part of the project, of which nothing is known here.
 */
export class Carriers {
  readonly #own: ReadonlySet<string>;
  /** What a name may be short for wherever macros of the project are used. */
  readonly #short: ReadonlySet<string>;
  readonly #read = new Map<Outline, Read>();
  readonly #quoting: readonly Read[];
  readonly #open: ReadonlySet<Read>;

  constructor(outlines: readonly Outline[]) {
    const quoting = outlines.filter(({ code }) => quotes(code));
    this.#own = new Set(outlines.flatMap(({ code }) => [...code.matchAll(TOP)].map(([, name = ""]) => name)));
    this.#short = new Set(quoting.flatMap(({ code }) => [...shortNames(code)]));
    this.#quoting = quoting.map((outline) => this.#readOnce(outline));
    this.#open = new Set(this.#quoting.filter((read) => this.#isOpen(read)));
  }

  /** A test of files. `macros`: the modules of dependencies whose macros may stand in them. */
  test(behaviours: readonly string[], macros: readonly string[]): (outline: Outline) => boolean {
    const names = new Set(behaviours.flatMap(namesOf));
    const says = ({ words, saysTrait: isSaid, bringsOthers }: Read): boolean =>
      isSaid && (bringsOthers || holdsAny(words, names));
    const carrying = new Set(macros);
    for (let left = this.#quoting, known = -1; known < carrying.size;) {
      known = carrying.size;
      const found = left.filter(
        (read) => this.#open.has(read) || says(read) || holdsAny(read.words, carrying),
      );
      for (const { outline } of found) for (const name of outline.defines) carrying.add(lastSegment(name));
      left = left.filter((read) => !found.includes(read));
    }
    return (outline) => {
      const read = this.#readOnce(outline);
      return says(read) || holdsAny(read.words, carrying);
    };
  }

  #readOnce(outline: Outline): Read {
    const known = this.#read.get(outline);
    if (known !== undefined) return known;
    const { code } = outline;
    const read = {
      outline,
      words: new Set(code.match(WORDS)),
      saysTrait: saysTrait(code),
      bringsOthers: this.#bringsOthers(code),
    };
    this.#read.set(outline, read);
    return read;
  }

  #bringsOthers(code: string): boolean {
    if (COMPUTED.test(code)) return true;
    const brought = [...code.matchAll(BRINGS)];
    if (brought.length === 0) return false;
    const short = shortNames(code);
    return brought.some(([, name]) => name === undefined || !this.#isKnown(name, short));
  }

  /** Whether quoted code may come from anywhere. */
  #isOpen({ outline: { code }, bringsOthers }: Read): boolean {
    if (bringsOthers) return true;
    const short = shortNames(code);
    const isHarmless = (name: string): boolean =>
      !this.#isShort(name, short) && (this.#own.has(name) || ELIXIR_ROOTS.has(firstSegment(name)));
    return [...new Set(code.match(CALLS))].some(
      (called) => !isHarmless(called.slice(0, called.lastIndexOf("."))),
    );
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

function holdsAny(words: ReadonlySet<string>, wanted: ReadonlySet<string>): boolean {
  for (const word of words) if (wanted.has(word)) return true;
  return false;
}

function shortNames(code: string): Set<string> {
  const found = [...code.matchAll(SHORT)].flatMap(([, last, list, as, inner]) =>
    [last, as, inner].concat(list?.match(/\p{Lu}[\p{L}\p{N}_]*/gu) ?? []),
  );
  return new Set(found.filter((name) => name !== undefined));
}

/** The words that code must hold which names the behaviour. */
function namesOf(behaviour: string): string[] {
  return namesOfBehaviour(behaviour).map(lastSegment);
}

/** A clause that may help with `use`, before anybody knows whether it does. */
interface Candidate {
  readonly name: string;
  readonly text: string;
  readonly read: () => void;
}

const NAME = /[a-z_]\w*[?!]?/g;

/**
 * The clauses of a file with a `__using__`. Reading what they quote is dear, so only those are read that quote, or to which
 * such a macro may lead: by a name that it mentions, or by `apply`.
 */
export class QuotingClauses {
  readonly #candidates: Candidate[] = [];

  add(candidate: Candidate): void {
    this.#candidates.push(candidate);
  }

  /** In the order of the file, for the first to bring something counts. */
  readReached(): void {
    const reached = this.#reached();
    for (const candidate of this.#candidates) if (reached.has(candidate)) candidate.read();
  }

  #reached(): Set<Candidate> {
    const byName = new Map<string, Candidate[]>();
    for (const each of this.#candidates) byName.set(each.name, [...(byName.get(each.name) ?? []), each]);
    const reached = new Set(
      this.#candidates.filter(
        ({ name, text }) => name.startsWith("__") || text.includes("quote") || takesBlock(text),
      ),
    );
    // A Set's iteration also visits what is added on the way.
    for (const { text } of reached) {
      if (text.includes("apply(")) return new Set(this.#candidates);
      for (const [name] of text.matchAll(NAME)) for (const each of byName.get(name) ?? []) reached.add(each);
    }
    return reached;
  }
}

/** A macro that is given a `do` block, which may hold more than code that is run. */
export function takesBlock(definition: string): boolean {
  return /^\s*defmacro\b[^\n]*\bdo:/.test(definition);
}

/** What a function quotes may help the `__using__` of another module. */
export function quotesUse(definition: string): boolean {
  return (
    definition.includes("quote") &&
    /^[ \t]+(?:(?:use|import|require|@behaviour|@before_compile|on_mount) |def[ (]handle_)/m.test(definition)
  );
}

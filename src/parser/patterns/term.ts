import type { Node } from "../node.ts";

/** Stands for `$` in the text of a pattern that the grammar reads: a letter that no code begins a name with. */
export const MARK = "ƺ";

/**
 * Code in the one form in which it is compared: blind to `do … end` or `do:`, to parentheses that mean nothing, to pipes,
 * and to the brackets of a keyword list that comes last. Its parts are read when they are asked for.
 */
export class Term {
  readonly type: string;
  readonly label: string;
  readonly #node: Node;
  readonly #read: () => readonly Term[];
  #parts: readonly Term[] | undefined;
  #text: string | undefined;
  #at: number | undefined;
  /** Both sides of a pipe as they are written; `parts` has it as the call that it makes. */
  readonly pipe: (() => readonly [Term, Term]) | undefined;
  readonly #other: (() => Term) | undefined;
  #meant: Term | undefined;

  constructor(
    node: Node,
    type: string,
    label: string,
    read: () => readonly Term[],
    pipe?: () => readonly [Term, Term],
    other?: () => Term,
  ) {
    this.#node = node;
    this.type = type;
    this.label = label;
    this.#read = read;
    this.pipe = pipe;
    this.#other = other;
  }

  /** Where it stands; in a pattern, for messages. */
  get at(): number {
    return (this.#at ??= this.#node.startIndex);
  }

  /** How it is written. */
  get text(): string {
    return (this.#text ??= this.#node.text.replaceAll(MARK, "$"));
  }

  /** The same in plain code, where it is a short form: `["a", "b"]` of `~w(a b)`. */
  get meant(): Term {
    return (this.#meant ??= this.#other?.() ?? this);
  }

  get parts(): readonly Term[] {
    return (this.#parts ??= this.#read());
  }
}

const NOTHING = (): readonly Term[] => [];

export function leaf(node: Node, type: string, label: string): Term {
  return new Term(node, type, label, NOTHING);
}

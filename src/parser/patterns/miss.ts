import { kindOf, type Constraint } from "./constraint.ts";
import type { Term } from "./term.ts";

const LONGEST = 40;

/** Where a search got furthest in the code, and why it got no further. */
export class Miss {
  #at = -1;
  #says: string | undefined;

  get says(): string | undefined {
    return this.#says;
  }

  other(pattern: Term, code: Term): void {
    this.#note(code.at, `${shown(code)} stands where the pattern has ${shown(pattern)}`);
  }

  refused({ label }: Term, code: Term, constraint: Constraint | undefined): void {
    const kind = kindOf(code);
    const what =
      constraint?.kinds !== undefined || constraint?.not?.kinds !== undefined
        ? `, which is ${article(kind)}`
        : "";
    this.#note(code.at, `$${label} would be ${shown(code)}${what}, and where does not allow that`);
  }

  differs({ label }: Term, code: Term | undefined, before: readonly Term[]): void {
    const [first] = before;
    if (code === undefined || first === undefined) return;
    this.#note(code.at, `$${label} is ${shown(first)} before, and ${shown(code)} here`);
  }

  surplus(code: Term): void {
    this.#note(code.at, `the pattern ends before ${shown(code)}`);
  }

  missing(pattern: Term, whole: Term): void {
    this.#note(whole.parts.at(-1)?.at ?? whole.at, `nothing stands where the pattern has ${shown(pattern)}`);
  }

  /** What a metavariable for any number tries in vain is not what was meant: the first word on a place stays. */
  #note(at: number, says: string): void {
    if (at <= this.#at) return;
    this.#at = at;
    this.#says = says;
  }
}

function article(kind: string): string {
  if (kind === "nil") return kind;
  return `${/^[aeiou]/.test(kind) ? "an" : "a"} ${kind}`;
}

function shown({ text }: Term): string {
  const line = text.replaceAll(/\s+/g, " ");
  return `\`${line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line}\``;
}

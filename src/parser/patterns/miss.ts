import type { Pattern } from "./compile.ts";
import { kindOf, type Constraint } from "./constraint.ts";
import { matches, type Expand, type Misses } from "./match.ts";
import type { Term } from "./term.ts";

const LONGEST = 40;

/** Where a search got furthest in the code, and why it got no further. */
class Miss implements Misses {
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

/** Of the patterns that `code` begins like: what keeps it from having their form, by their text. */
export function missesOf(patterns: readonly Pattern[], code: Term, expand: Expand): Map<string, string> {
  const misses = new Map<string, string>();
  for (const pattern of patterns.filter(({ root }) => beginsLike(root, code, expand))) {
    const miss = new Miss();
    if (!matches(pattern, code, expand, miss) && miss.says !== undefined) misses.set(pattern.text, miss.says);
  }
  return misses;
}

/** The same operator, or a call of a function of the same name; of what else there is, the same sort. */
function beginsLike(root: Term, code: Term, expand: Expand): boolean {
  if (root.type !== code.type || root.label !== code.label) return false;
  if (root.type !== "call") return true;
  const names = [root, code].map(({ parts }) => (parts[0] && calleeName(parts[0])) ?? "");
  if (names.includes("$")) {
    const [callee, own] = [root.parts[0], code.parts[0]];
    const form = callee && { text: "", root: callee, where: new Map(), shared: new Set<string>() };
    return form !== undefined && own !== undefined && matches(form, own, expand);
  }
  return names[0] === names[1];
}

/** `$` where any will do. */
function calleeName({ type, label, parts }: Term): string {
  const name = type === "remote" ? parts.at(-1) : undefined;
  if (name !== undefined) return calleeName(name);
  return type === "one" ? "$" : `${type} ${label}`;
}

function article(kind: string): string {
  if (kind === "nil") return kind;
  return `${/^[aeiou]/.test(kind) ? "an" : "a"} ${kind}`;
}

function shown({ text }: Term): string {
  const line = text.replaceAll(/\s+/g, " ");
  return `\`${line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line}\``;
}

import { pointAt, ruleCycle, ruleUnknownName, ruleUtils } from "../errors.ts";
import { nearest } from "../nearest.ts";
import { compileMatch } from "./matchers/index.ts";
import type { Selection } from "./matchers/selection.ts";
import { pairs, text, type Value } from "./yaml.ts";

const MOST_USES = 10_000;

/** The matches with names of a rule file, and of those that it extends; its own come first. */
export class Utils {
  readonly #written: ReadonlyMap<string, Value>;
  readonly #inherited: readonly Utils[];
  readonly #compiled = new Map<string, Selection>();
  /** Names whose matches are being compiled: one that is met again leads back to itself. */
  readonly #open: string[] = [];

  /** For how many uses of a name each stands, its own included; and that of those that are being compiled. */
  readonly #sizes = new Map<string, number>();
  readonly #counting: number[] = [];

  constructor(written: Value | undefined, inherited: readonly Utils[]) {
    const named = written === undefined ? [] : pairs(written);
    this.#written = new Map(named.map(([name, value]) => [name, value]));
    this.#inherited = inherited;
  }

  names(): string[] {
    return [...new Set([...this.#written.keys(), ...this.#inherited.flatMap((utils) => utils.names())])];
  }

  /** What `name` stands for. Errors: RULE_UNKNOWN_NAME, RULE_CYCLE, RULE_UTILS. */
  match(name: Value): Selection {
    const wanted = text(name);
    const found = this.#find(wanted, name);
    if (found !== undefined) {
      this.#count(name, this.#sizeOf(wanted) ?? 1);
      return found;
    }
    const names = this.names();
    throw ruleUnknownName(pointAt(name.source, name.span), wanted, names, nearest(wanted, names));
  }

  /** A match that nobody uses is checked as well. */
  checkAll(): void {
    for (const [name, value] of this.#written) this.#find(name, value);
  }

  #find(name: string, asked: Value): Selection | undefined {
    const value = this.#written.get(name);
    if (value === undefined) {
      for (const utils of this.#inherited) {
        const found = utils.#find(name, asked);
        if (found !== undefined) return found;
      }
      return undefined;
    }
    return this.#compiled.get(name) ?? this.#compile(name, value, asked);
  }

  #sizeOf(name: string): number | undefined {
    const own = this.#sizes.get(name);
    if (own !== undefined) return own;
    for (const utils of this.#inherited) {
      const size = utils.#sizeOf(name);
      if (size !== undefined) return size;
    }
    return undefined;
  }

  /** A few names, each of which uses the one above twice, would take for ever to hold against a function. */
  #count(name: Value, size: number): void {
    const total = (this.#counting.at(-1) ?? 0) + size;
    if (this.#counting.length > 0) this.#counting[this.#counting.length - 1] = total;
    if (total > MOST_USES) throw ruleUtils(pointAt(name.source, name.span), text(name), MOST_USES);
  }

  #compile(name: string, value: Value, asked: Value): Selection {
    if (this.#open.includes(name))
      throw ruleCycle(pointAt(asked.source, asked.span), `matches: ${name}`, [...this.#open, name]);
    this.#open.push(name);
    this.#counting.push(1);
    const selection = compileMatch(value, this);
    this.#open.pop();
    this.#sizes.set(name, this.#counting.pop() ?? 1);
    this.#compiled.set(name, selection);
    return selection;
  }
}

import type { Value } from "../about/value.ts";
import { blockAt } from "./facts.ts";
import { equal } from "./functions.ts";
import type { BlockEnd } from "./traits.ts";

/** What becomes of the `do` blocks that macros are given, one after the other. */
export class BlockEnds {
  readonly ends: Map<number, BlockEnd> = new Map();
  /** Those that are kept, and of which nothing else is made. */
  readonly handedOn: Set<number> = new Set();
  #open: number | undefined;

  /** From now on it is about the macro of this statement; undefined for one without a block. */
  open(block: number | undefined): void {
    this.#open = block;
  }

  /** The macro is known. */
  note(): void {
    if (this.#open !== undefined && !this.ends.has(this.#open)) this.ends.set(this.#open, "unknown");
  }

  isIn(values: readonly Value[]): boolean {
    const block = this.#open === undefined ? undefined : blockAt(this.#open);
    return block !== undefined && values.some((value) => equal(value, block) === true);
  }

  /** Two ends are none. */
  end(end: BlockEnd, isCertain: boolean, isHandedOn = false): void {
    if (this.#open === undefined) return;
    this.handedOn.delete(this.#open);
    const isFirst = (this.ends.get(this.#open) ?? "unknown") === "unknown";
    this.ends.set(this.#open, isFirst && isCertain ? end : "unknown");
    if (isFirst && isCertain && isHandedOn) this.handedOn.add(this.#open);
  }
}

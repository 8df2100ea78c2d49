import { FactsReader } from "./facts.ts";
import type { Parser } from "./parser/index.ts";
import { queryKey, type RuleSet } from "./rules/index.ts";
import type { SourceFile } from "./source.ts";

/** What a process that goes on keeps from one run to the next. */
export class Memory {
  #reader: { readonly key: string | undefined; readonly reader: FactsReader } | undefined;
  readonly #seen = new Map<string, string>();
  readonly #good = new Map<string, SourceFile>();
  /** Files that do not parse just now, each with the place. The tree keeps what they were before. */
  readonly broken: Map<string, { readonly line: number; readonly column: number }> = new Map();

  /** The reader of the run before, as long as the rules look for the same. */
  reader(parser: Parser, rules: RuleSet, cache: string | undefined): FactsReader {
    const key = queryKey(rules);
    if (this.#reader === undefined || this.#reader.key !== key || key === undefined)
      this.#reader = { key, reader: new FactsReader(parser, rules, cache) };
    return this.#reader.reader;
  }

  /** The sources as they are, but for those that were right once and do not parse any more: these as they were. */
  lastGood(sources: readonly SourceFile[], reader: FactsReader): SourceFile[] {
    const paths = new Set(sources.map(({ path }) => path));
    for (const known of [this.#seen, this.#good, this.broken])
      for (const path of known.keys()) if (!paths.has(path)) known.delete(path);
    return sources.map((source) => {
      if (this.#seen.get(source.path) !== source.text) this.#look(source, reader);
      return this.#good.get(source.path) ?? source;
    });
  }

  #look(source: SourceFile, reader: FactsReader): void {
    const { path, text } = source;
    const isNew = !this.#seen.has(path);
    this.#seen.set(path, text);
    const fault = isNew ? undefined : reader.read(source).fault;
    if (fault !== undefined) this.broken.set(path, fault);
    else {
      this.broken.delete(path);
      this.#good.set(path, source);
    }
  }
}

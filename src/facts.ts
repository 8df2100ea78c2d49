import { hash } from "node:crypto";
import {
  collectFacts,
  readAbout,
  withTree,
  type FileAbout,
  type FileFacts,
  type Parser,
  type SiteQuery,
  type SyntaxTree,
} from "./parser/index.ts";
import { Cache, toolId } from "./project/index.ts";
import { asksForKinds, queryKey, siteQuery, type RuleSet } from "./rules/index.ts";
import type { Observer } from "./observer.ts";
import type { SourceFile } from "./source.ts";

/** Reads what is known of single files; a text that was read before, in this run or an earlier one, is not parsed again. */
export class FactsReader {
  readonly #parser: Parser;
  readonly #query: SiteQuery;
  readonly #cache: Cache | undefined;
  readonly #known = new Map<string, FileFacts>();
  /** What `about` gives of files that were parsed in this process. */
  readonly #abouts = new Map<string, FileAbout>();
  readonly #readsAbouts: boolean;
  #isSaved = false;
  #tell: () => void = () => undefined;
  readonly #verdicts = new Map<string, string>();
  /** How many texts were parsed. */
  parsed = 0;

  /** `folder`: where the cache lies; undefined for none. */
  constructor(parser: Parser, rules: RuleSet, folder: string | undefined) {
    this.#parser = parser;
    this.#query = siteQuery(rules);
    this.#readsAbouts = asksForKinds(rules);
    const key = queryKey(rules);
    const isCached = folder !== undefined && key !== undefined;
    this.#cache = isCached ? new Cache(folder, `${toolId()} ${key}`) : undefined;
  }

  /** `of`: how many files will be read, where that is known. */
  observe(observer: Observer | undefined, of: number | undefined): void {
    let done = 0;
    this.#tell = () => observer?.read((done += 1), of);
  }

  /** `query` of the rules; none for files of dependencies, in which nothing is selected. */
  read(source: SourceFile, kind: "project" | "library" = "project"): FileFacts {
    if (kind === "project") this.#tell();
    const key = keyOf(source, kind);
    const known = this.#known.get(key) ?? this.#readCached(key);
    if (known !== undefined) return known;
    this.parsed += 1;
    const facts = withTree(this.#parser, source, (tree) =>
      kind === "project" ? this.#readProject(tree, key) : collectFacts(tree),
    );
    this.#known.set(key, facts);
    this.#cache?.set(key, facts);
    return facts;
  }

  /** What the facts of a file of the project leave out. Where rules ask for it, `read` has it from the same tree. */
  about(source: SourceFile): FileAbout {
    const key = keyOf(source, "project");
    const known = this.#abouts.get(key);
    if (known !== undefined) return known;
    this.parsed += 1;
    const about = withTree(this.#parser, source, readAbout);
    this.#abouts.set(key, about);
    return about;
  }

  #readProject(tree: SyntaxTree, key: string): FileFacts {
    if (this.#readsAbouts) this.#abouts.set(key, readAbout(tree));
    return collectFacts(tree, this.#query);
  }

  /** Whether a text that escope made has no faults. `short`: a shorter one that has some where it has. */
  parses(source: SourceFile, short?: () => string): boolean {
    const key = keyOf(source, "output");
    const known = this.#verdicts.get(key) ?? this.#cache?.get(key);
    if (known !== undefined) return known === "clean";
    const isClean = (text: string): boolean =>
      withTree(this.#parser, { path: source.path, text }, ({ faults }) => faults.length === 0);
    const verdict = (short !== undefined && isClean(short())) || isClean(source.text) ? "clean" : "faulty";
    this.#verdicts.set(key, verdict);
    this.#cache?.set(key, verdict);
    return verdict === "clean";
  }

  #readCached(key: string): FileFacts | undefined {
    const facts = this.#cache?.get(key) as FileFacts | undefined;
    if (facts !== undefined) this.#known.set(key, facts);
    return facts;
  }

  /** Once: whoever goes on to read saves from then on in memory. */
  save(): void {
    if (!this.#isSaved) this.#cache?.save();
    this.#isSaved = true;
  }
}

/** The text is hashed alone first: as one string with the rest it would have to be copied. */
function keyOf({ path, text }: SourceFile, kind: "project" | "library" | "output"): string {
  return hash("sha1", `${kind}\0${path}\0${hash("sha1", text)}`);
}

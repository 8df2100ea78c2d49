import type { Node } from "../node.ts";
import { expandAlias, type Scope } from "../names.ts";
import { matches } from "../patterns/match.ts";
import { missesOf } from "../patterns/miss.ts";
import { TermReader } from "../patterns/reader.ts";
import { doBlock, localCallName, typeOf } from "../syntax.ts";
import { readEnds } from "../tail-calls.ts";
import type { Tails } from "../tails.ts";
import { isBareConstant } from "./constant.ts";
import { isForm } from "./forms.ts";
import { givenNames } from "./given.ts";
import { mayAnswer, type CallTarget } from "./query.ts";
import type { Search } from "./search.ts";
import type { SiteInfo, SiteKind } from "./site.ts";
import { takenIn } from "./taken-in.ts";

/** Where the walk is. Copied, never changed. */
export interface Place {
  readonly scope: Scope;
  /** The calls in whose arguments it is, as far as they may be macros. */
  readonly around: readonly CallTarget[];
  /** Why nothing here may be touched. */
  readonly obstacle: string | undefined;
  /** The functions, written out or captured, that it is in. */
  readonly closures: readonly Node[];
}

const CODE = new TermReader(false);

const CONSTANT = "it is a constant, whose value the source says";

/** The sites of one definition: asks of every node that is code whether it is one. */
export class FoundSites {
  readonly #search: Search;
  readonly #definition: Node;
  readonly #scope: Scope;
  readonly #sites: SiteInfo[] = [];
  readonly #ends = new Map<number, Tails>();
  readonly #endsRead = new Set<number>();
  /** What the definition ends in, where a site asked for it. */
  tails: Tails | undefined;

  constructor(definition: Node, scope: Scope, search: Search) {
    this.#search = search;
    this.#definition = definition;
    this.#scope = scope;
  }

  /** In order of their places, what encloses another one first. */
  sites(): SiteInfo[] {
    const kinds = { expr: 0, call: 1 };
    return this.#sites.toSorted(
      (a, b) => a.span.start - b.span.start || b.span.end - a.span.end || kinds[a.kind] - kinds[b.kind],
    );
  }

  /** `node` is a call, or what names one in a pipe or a capture; `whole` the pipe that it is a step of. */
  call(node: Node, targets: readonly CallTarget[], place: Place, own?: string, whole: Node = node): void {
    const asked = targets.some((target) =>
      this.#search.callsNamed(target.name).some((query) => mayAnswer(query, target)),
    );
    if (asked) this.#add("call", node, whole, place, own, { targets, patterns: [] });
  }

  /** `node` is an expression; of a pipe, its last step is what a probe takes in. */
  expr(node: Node, place: Place, own?: string, step: Node = node): void {
    const near = this.#search.patternsAt(node);
    if (near.length === 0) return;
    const term = CODE.read(node);
    const expand = (alias: string): string => expandAlias(alias, place.scope);
    const patterns = near.filter((pattern) => matches(pattern, term, expand)).map(({ key }) => key);
    const missed = this.#search.nearly === true ? missesOf(near, term, expand) : undefined;
    const obstacle = own ?? (isBareConstant(node) ? CONSTANT : takenIn(node));
    if (patterns.length > 0 || (missed !== undefined && missed.size > 0))
      this.#add("expr", step, node, place, obstacle, {
        targets: [],
        patterns,
        ...(missed === undefined ? {} : { misses: missed }),
      });
  }

  #add(
    kind: SiteKind,
    node: Node,
    whole: Node,
    place: Place,
    own: string | undefined,
    what: Pick<SiteInfo, "targets" | "patterns" | "misses">,
  ): void {
    this.#sites.push({
      kind,
      span: { start: node.startIndex, end: node.endIndex },
      whole: { start: whole.startIndex, end: whole.endIndex },
      line: node.startPosition.row + 1,
      ...what,
      given: givenNames(node, whole),
      brought: place.scope.brought,
      around: place.around,
      tails: this.#endsOf(whole, place),
      plain: isPlain(node),
      obstacle: place.obstacle ?? own,
    });
  }

  #endsOf(node: Node, { closures, scope }: Place): Tails | undefined {
    this.tails ??= readEnds(this.#definition, this.#scope, this.#ends);
    for (const closure of closures) this.#readEnds(closure, scope);
    return this.#ends.get(node.id);
  }

  #readEnds(node: Node, scope: Scope): void {
    if (this.#endsRead.has(node.id)) return;
    this.#endsRead.add(node.id);
    readEnds(node, scope, this.#ends);
  }
}

function isPlain(node: Node): boolean {
  if (typeOf(node) === "identifier") return true;
  if (typeOf(node) !== "call" || doBlock(node) !== undefined) return false;
  const name = localCallName(node);
  return name === undefined || !isForm(node, name);
}

import type { Causes } from "./causes.ts";
import { groupBy } from "./group-by.ts";
import type { Span, SpanSet } from "./spans.ts";

/** A span with what it has led to: the calls within it, and the spans that answer what was sent in it. */
export interface Link {
  readonly span: Span;
  /** In the order of time. */
  readonly children: Link[];
}

/**
 * How spans follow from each other, over all processes. A span follows from the one around it; an outermost one from the one
 * that has caused it. So each has at most one that it follows from, and all that a root has led to is a tree.
 */
export class Chains {
  readonly #causes: Causes;
  /** By the span that they follow from. */
  readonly #effects: ReadonlyMap<Span | null, readonly Span[]>;

  constructor(set: SpanSet, causes: Causes) {
    this.#causes = causes;
    this.#effects = groupBy(set.spans, (span) => this.#before(span));
  }

  /** From the root down to `span`, which is the last. */
  wayTo(span: Span): Span[] {
    const way: Span[] = [];
    const met = new Set<Span>();
    for (let at: Span | null = span; at !== null && !met.has(at); at = this.#before(at)) {
      met.add(at);
      way.unshift(at);
    }
    return way;
  }

  /** The root that has led to a span, and all that followed from it, in the order of time. */
  chainOf(span: Span): Span[] {
    const [root] = this.wayTo(span) as [Span];
    return [root, ...effectsOf(this.from(root))];
  }

  /** The span, and all that followed from it. A damaged recording may lead in a circle: no span comes twice. */
  from(span: Span): Link {
    const top: Link = { span, children: [] };
    const met = new Set([span]);
    const open = [top];
    for (let link = open.pop(); link !== undefined; link = open.pop()) {
      for (const effect of this.#effects.get(link.span) ?? []) {
        if (met.has(effect)) continue;
        met.add(effect);
        const child = { span: effect, children: [] };
        link.children.push(child);
        open.push(child);
      }
    }
    return top;
  }

  /** The span around, where it was kept, or the cause of the outermost. */
  #before(span: Span): Span | null {
    return this.#causes.around(span) ?? this.#causes.of(span);
  }
}

/** All below the link, in the order of time. */
export function effectsOf({ children }: Link): Span[] {
  const found: Span[] = [];
  const open = [...children];
  for (let link = open.pop(); link !== undefined; link = open.pop()) {
    found.push(link.span);
    open.push(...link.children);
  }
  return found.sort((left, right) => left.start - right.start);
}

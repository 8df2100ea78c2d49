/**
 * Numbers the strongly connected components of a directed graph: two vertices have one number exactly where each can be
 * reached from the other. Tarjan's algorithm, with a stack of its own, so that long chains of calls cannot exhaust
 * JavaScript's.
 */
export function strongComponents<V>(
  vertices: readonly V[],
  edges: (vertex: V) => readonly V[],
): ReadonlyMap<V, number> {
  const walk = new Walk(edges);
  for (const vertex of vertices) walk.from(vertex);
  return walk.component;
}

interface Visit<V> {
  readonly vertex: V;
  readonly targets: readonly V[];
  next: number;
  low: number;
  readonly order: number;
}

class Walk<V> {
  readonly component = new Map<V, number>();
  readonly #edges: (vertex: V) => readonly V[];
  readonly #visits = new Map<V, Visit<V>>();
  readonly #open: V[] = [];
  #components = 0;

  constructor(edges: (vertex: V) => readonly V[]) {
    this.#edges = edges;
  }

  from(root: V): void {
    if (this.#visits.has(root)) return;
    const path = [this.#enter(root)];
    for (let visit = path.at(-1); visit !== undefined; visit = path.at(-1)) {
      const target = visit.targets[visit.next];
      if (target !== undefined) {
        visit.next += 1;
        const known = this.#visits.get(target);
        if (known === undefined) path.push(this.#enter(target));
        else if (!this.component.has(target)) visit.low = Math.min(visit.low, known.order);
      } else {
        path.pop();
        this.#leave(visit);
        const parent = path.at(-1);
        if (parent !== undefined) parent.low = Math.min(parent.low, visit.low);
      }
    }
  }

  #enter(vertex: V): Visit<V> {
    const order = this.#visits.size;
    const visit: Visit<V> = { vertex, targets: this.#edges(vertex), next: 0, low: order, order };
    this.#visits.set(vertex, visit);
    this.#open.push(vertex);
    return visit;
  }

  #leave(visit: Visit<V>): void {
    if (visit.low !== visit.order) return;
    let member: V | undefined;
    do {
      member = this.#open.pop();
      if (member !== undefined) this.component.set(member, this.#components);
    } while (member !== visit.vertex);
    this.#components += 1;
  }
}

import { describe, expect, test } from "vitest";
import { strongComponents } from "../../src/planner/components.ts";

type Graph = Readonly<Record<string, readonly string[]>>;

/** The components of a graph, each as its sorted vertices. */
function components(graph: Graph): string[] {
  const numbers = strongComponents(Object.keys(graph), (vertex) => graph[vertex] ?? []);
  const groups = new Map<number, string[]>();
  for (const [vertex, number] of numbers) groups.set(number, [...(groups.get(number) ?? []), vertex]);
  return [...groups.values()].map((group) => group.toSorted().join("")).toSorted();
}

describe("strong components", () => {
  test.each<[string, Graph, string[]]>([
    ["none", {}, []],
    ["one", { a: [] }, ["a"]],
    ["itself", { a: ["a"] }, ["a"]],
    ["a chain", { a: ["b"], b: ["c"], c: [] }, ["a", "b", "c"]],
    ["a ring", { a: ["b"], b: ["c"], c: ["a"] }, ["abc"]],
    ["a ring with a tail", { a: ["b"], b: ["a", "c"], c: ["d"], d: [] }, ["ab", "c", "d"]],
    ["two rings with a bridge", { a: ["b"], b: ["a", "c"], c: ["d"], d: ["c"] }, ["ab", "cd"]],
    ["two rings with a common vertex", { a: ["b"], b: ["a", "c"], c: ["b"] }, ["abc"]],
    ["a cross edge", { a: ["b", "c"], b: ["c"], c: [] }, ["a", "b", "c"]],
  ])("%s", (_, graph, expected) => {
    expect(components(graph)).toEqual(expected);
  });

  test("of a chain that is longer than JavaScript's stack", () => {
    const length = 200_000;
    const vertices = Array.from({ length }, (_, at) => at);
    const ring = strongComponents(vertices, (vertex) => [(vertex + 1) % length]);
    const chain = strongComponents(vertices, (vertex) => (vertex + 1 < length ? [vertex + 1] : []));
    expect([new Set(ring.values()).size, new Set(chain.values()).size]).toEqual([1, length]);
  });

  test("agree with reachability on small random graphs", () => {
    for (let seed = 1; seed <= 200; seed += 1) {
      const graph = randomGraph(seed, 6);
      const numbers = strongComponents(Object.keys(graph), (vertex) => graph[vertex] ?? []);
      for (const a of Object.keys(graph))
        for (const b of Object.keys(graph)) {
          const together = reaches(graph, a, b) && reaches(graph, b, a);
          expect(numbers.get(a) === numbers.get(b), `seed ${seed}: ${a} ${b}`).toBe(together);
        }
    }
  });
});

function randomGraph(seed: number, size: number): Graph {
  let state = seed * 2_654_435_761;
  const chance = (): number =>
    ((state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648) * 10;
  const names = Array.from({ length: size }, (_, at) => String(at));
  return Object.fromEntries(names.map((name) => [name, names.filter(() => chance() < 2)]));
}

function reaches(graph: Graph, from: string, to: string): boolean {
  const seen = new Set([from]);
  for (const vertex of seen) for (const next of graph[vertex] ?? []) seen.add(next);
  return seen.has(to);
}

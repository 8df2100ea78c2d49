import { expect, test } from "vitest";
import { outsideBodies } from "../../src/emit/index.ts";
import type { PlannedProbe } from "../../src/planner/index.ts";

function probe(text: string, clause: string): PlannedProbe {
  const start = text.indexOf(clause);
  const at = clause.search(/\bdo\b(?!:)/);
  const block = at === -1 ? undefined : start + at;
  const site = { span: { start, end: start + clause.length }, form: "prefix", requireAt: 0, block };
  return { kind: "clause", site } as unknown as PlannedProbe;
}

test("of clauses with a block, that begins and ends it, and what stands before", () => {
  const clause = "def a(x) do\n  b(x)\nrescue\n  e -> e\nend";
  const text = `@doc "a"\n${clause}\n\ndef c, do: 1\n`;
  const probes = [probe(text, clause), probe(text, "def c, do: 1")];
  const edits = probes.map(({ site }) => ({ at: site.span.start, text: "P ", probeId: 1 }));
  expect(outsideBodies(text, edits, probes)).toBe('@doc "a"\nP def a(x) do\nend\n\nP def c, do: 1\n');
});

test("a body in which something is inserted stays, and so does an empty one", () => {
  const [outer, empty] = ["def a(x) do\n  b(x)\nend", "def d do end"];
  const text = `${outer}\n${empty}\n`;
  const edits = [{ at: text.indexOf("b(x)"), text: "C ", probeId: 1 }];
  const probes = [probe(text, outer), probe(text, empty)];
  expect(outsideBodies(text, edits, probes)).toBe("def a(x) do\n  C b(x)\nend\ndef d do end\n");
});

import { expect, it } from "vitest";
import { as, atomName, decodeTerm, type Term } from "../../src/collector/etf/index.ts";
import { banner, stackLines } from "../../src/collector/failure/index.ts";
import { inspectTerm } from "../../src/collector/inspect/index.ts";
import { runScript } from "./elixir.ts";

it("tells failures in Elixir's own words", () => {
  const lines = runScript("failures.exs").trim().split("\n");
  expect(lines.length).toBeGreaterThan(30);
  for (const line of lines) {
    const [term = "", said = "", stack = ""] = line.split(" ").map((part) => Buffer.from(part, "base64"));
    const [kind, reason, trace] = as(decodeTerm(term as Buffer), "tuple")?.items ?? [];
    const ours = banner(atomName(kind) ?? "", reason ?? 0, trace, inspectTerm);
    expect(ours).toBe(said.toString());
    expect(stackLines(trace, inspectTerm)).toEqual(stack.toString().split("\n"));
  }
});

const atom = (name: string): Term => ({ type: "atom", name });
const tuple = (...items: Term[]): Term => ({ type: "tuple", items });
const list = (...items: Term[]): Term => ({ type: "list", items });

it("shows the places of a stack trace that limits have cut, or that hold what is no file", () => {
  const letters = [...Buffer.from("lib/a")];
  const entry = (file: Term): Term =>
    tuple(atom("Elixir.A"), atom("f"), 1, list(tuple(atom("file"), file), tuple(atom("line"), 3)));
  const more = tuple(atom("$escope"), atom("more"), 7);
  const files = [
    list(...letters),
    list(...letters, more),
    { type: "binary", bytes: Buffer.from("a.ex"), lastBits: 8 } as const,
  ];
  const strange = [list(tuple(atom("$escope"), atom("depth"))), list(-1), atom("none"), more];
  expect(stackLines(list(...[...files, ...strange].map(entry)), inspectTerm)).toEqual([
    "lib/a:3: A.f/1",
    "lib/a…:3: A.f/1",
    "a.ex:3: A.f/1",
    ...strange.map(() => "A.f/1"),
  ]);
});

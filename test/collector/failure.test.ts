import { expect, it } from "vitest";
import { as, atomName, decodeTerm } from "../../src/collector/etf/index.ts";
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

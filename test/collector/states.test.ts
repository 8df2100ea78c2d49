import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { openRecording, PayloadReader, readSpans, type Span, statesOf } from "../../src/collector/index.ts";
import { as, field } from "../../src/collector/etf/index.ts";
import { inspectTerm } from "../../src/collector/inspect/index.ts";
import { builtRuntime, newFolder } from "./elixir.ts";

describe("states as a history", () => {
  let ebin: string;
  beforeAll(() => {
    ebin = builtRuntime();
  });

  function record(seed: number, policies: string): { recorded: readonly Span[]; said: string[][] } {
    const folder = newFolder();
    const file = join(folder, "policies.terms");
    writeFileSync(file, policies);
    const script = join(import.meta.dirname, "states.exs");
    const code = ["-pa", ebin, script, String(seed), file, join(folder, "r")];
    const env = { ...process.env, ESCOPE_RECORD: "" };
    const output = execFileSync("elixir", code, { env, encoding: "utf8", maxBuffer: 2 ** 30 });
    const said = output
      .trim()
      .split("\n")
      .map((line) => line.split("\t"));
    const { spans, report } = readSpans(openRecording(join(folder, "r")));
    expect(report.unknownKinds.size).toBe(0);
    return { recorded: spans, said };
  }

  it.each([
    ["changes", 1, "{state, 1, server, [1]}."],
    ["changes", 2, "{state, 1, server, [1]}."],
    ["changes", 3, "{state, 1, server, [1]}."],
    ["changes, without results", 5, "{state, 1, server, [1]}. {[1, 2], #{result => false}}."],
    ["whole states", 4, "{state, 1, server, [1]}. {[1, 2], #{state => full}}."],
  ])("%s: the state at every event is rebuilt exactly (seed %i)", (_, seed, policies) => {
    const { recorded, said } = record(seed, policies);
    const payloads = new PayloadReader();
    expect(recorded.length).toBe(said.length);
    const text = (span: Span, version: number | null): string => {
      const term = version === null ? null : payloads.states.term(span.process, version);
      const assigns = term === null ? null : as(term, "map");
      const shown = span.probeId === 2 && assigns !== null ? field(assigns, "assigns") : term;
      return shown === null || shown === undefined ? "?" : inspectTerm(shown);
    };
    let patches = 0;
    for (const [index, span] of recorded.entries()) {
      const [, , before, after] = said[index] as string[];
      const states = statesOf(span, payloads);
      expect(text(span, states?.before ?? null)).toBe(plain(before));
      expect(text(span, states?.after ?? null)).toBe(plain(after));
    }
    const processes = new Set(recorded.map(({ process }) => process));
    for (const process of processes)
      for (const { base } of payloads.states.versions(process).values()) if (base !== null) patches += 1;
    expect(patches > 300).toBe(policies.includes("full") === false);
    payloads.close();
  });
});

function plain(encoded: string | undefined): string {
  return Buffer.from(encoded ?? "", "base64").toString("utf8");
}

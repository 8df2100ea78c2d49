import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { decodeTerm } from "../../src/collector/etf/index.ts";
import { inspectTerm } from "../../src/collector/inspect/index.ts";

interface Sample {
  readonly bytes: Buffer;
  readonly inspected: string;
  readonly asLists: string;
}

describe("inspectTerm beside Elixir's inspect", () => {
  let samples: readonly Sample[] = [];

  beforeAll(() => {
    const script = join(import.meta.dirname, "terms.exs");
    const output = execFileSync("elixir", [script], {
      encoding: "utf8",
      maxBuffer: 2 ** 30,
      stdio: ["ignore", "pipe", "ignore"],
    });
    samples = output.trim().split("\n").map(parseSample);
  });

  it("prints every term as Elixir does, charlists as lists", () => {
    expect(samples.length).toBeGreaterThan(3000);
    const wrong = samples
      .map(({ bytes, asLists }) => ({
        elixir: asLists,
        ours: inspectTerm(decodeTerm(bytes), { charlists: false }),
      }))
      .filter(({ elixir, ours }) => elixir !== ours);
    expect(wrong.slice(0, 20)).toEqual([]);
  });

  it("prints every term as Elixir does, with charlists", () => {
    // Before 1.15 charlists had single quotes: there, terms with charlists are left to the test above.
    const newForm = samples.some(({ inspected }) => inspected.includes('~c"abc"'));
    const comparable = samples.filter(({ inspected, asLists }) => newForm || inspected === asLists);
    expect(comparable.length).toBeGreaterThan(2000);
    const wrong = comparable
      .map(({ bytes, inspected }) => ({ elixir: inspected, ours: inspectTerm(decodeTerm(bytes)) }))
      .filter(({ elixir, ours }) => elixir !== ours);
    expect(wrong.slice(0, 20)).toEqual([]);
  });
});

function parseSample(line: string): Sample {
  const [bytes = "", inspected = "", asLists = ""] = line.split(" ");
  return {
    bytes: decode(bytes),
    inspected: decode(inspected).toString(),
    asLists: decode(asLists).toString(),
  };
}

function decode(text: string): Buffer {
  return Buffer.from(text, "base64");
}

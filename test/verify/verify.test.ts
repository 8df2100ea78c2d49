import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { EscopeError } from "../../src/errors.ts";
import { verifyRewrites, type Rewrite } from "../../src/verify.ts";
import { probe } from "../support/core.ts";

const SOURCE = `defmodule M do
  @doc "text"
  def f(x, y) when x > 0 do
    {x, y}
  end

  def g(x), do: f(x, 2)

  def h, do: (1; 2)
end
`;

function rewriteOf(text: string, change: (text: string) => string = (same) => same): Rewrite {
  const source = { path: "a.ex", text };
  return { source, text: change(probe(source).text) };
}

async function verdicts(...rewrites: readonly Rewrite[]): Promise<(string | undefined)[]> {
  const different = await verifyRewrites(rewrites);
  return rewrites.map((rewrite) => different.get(rewrite)?.reason);
}

/** Changes exactly one place, or the test is wrong. */
function replacing(from: string | RegExp, to: string): (text: string) => string {
  return (text) => {
    expect(text.split(from).length, String(from)).toBe(2);
    return text.replace(from, to);
  };
}

describe("Elixir reads a rewritten file", () => {
  test("as its original, if the rewriter did its work", async () => {
    const texts = [
      SOURCE,
      "defmodule A do def é(x), do: x end",
      "defmodule(B, do: (def a, do: 1))",
      SOURCE.replaceAll("\n", "\r\n"),
    ];
    expect(await verdicts(...texts.map((text) => rewriteOf(text)))).toEqual(texts.map(() => undefined));
  });

  test.each<[string, string | RegExp, string, number]>([
    ["another literal", "f(x, 2)", "f(x, 3)", 7],
    ["another name", "{x, y}", "{x, x}", 4],
    ["another kind of definition", /def (?=g)/, "defp ", 7],
    ["another guard", "x > 0", "x < 0", 3],
    ["a lost statement", "1; 2", "2", 9],
    ["one statement more", "1; 2", "1; 2; 3", 9],
    ["a lost attribute", '@doc "text"', "", 2],
    ["another text", '"text"', '"texT"', 2],
    ["a token on another line", "{x, y}", "{x,\n y}", 4],
    ["a line more", '"text"\n', '"text"\n\n', 3],
    ["a definition that is no longer in its probe", /Escope\.probe (?=\d+, def f)/, "Escope.other ", 3],
    ["a foreign require", "require Escope;", "require Logger;", 1],
  ])("with %s: as another one", async (_, from, to, line) => {
    const rewrite = rewriteOf(SOURCE, replacing(from, to));
    const difference = (await verifyRewrites([rewrite])).get(rewrite);
    expect(difference?.reason).toBe(
      `with its probes Elixir reads it differently from line ${difference?.line} on`,
    );
    expect(Math.abs((difference?.line ?? 0) - line)).toBeLessThanOrEqual(1);
  });

  test.each([
    ["with its probes", replacing("f(x, 2)))", "f(x, 2)"), /^Elixir cannot parse it with its probes: /],
    [
      "with two semicolons",
      replacing("require Escope;", "require Escope;;"),
      /^Elixir cannot parse it with its probes: /,
    ],
  ])("%s: not at all", async (_, change, reason) => {
    expect(await verdicts(rewriteOf(SOURCE, change))).toEqual([expect.stringMatching(reason)]);
  });

  test("an original that it does not take is told", async () => {
    const bom = { source: { path: "b.ex", text: "\u{feff}:a" }, text: "\u{feff}:a" };
    expect(await verdicts(bom)).toEqual([expect.stringMatching(/^Elixir cannot parse the file: /)]);
  });

  test("each verdict goes to its file, whatever stands in them", async () => {
    const good = rewriteOf(SOURCE);
    const bad = rewriteOf(SOURCE, replacing("f(x, 2)", "f(x, 3)"));
    const empty = { source: { path: "e.ex", text: "" }, text: "" };
    const wide = { source: { path: "w.ex", text: "# 🎉 é\n:a" }, text: "# 🎉 é\n:b" };
    const different = await verifyRewrites([good, bad, empty, good, wide]);
    expect([...different.keys()]).toEqual([bad, wide]);
  });

  test("a probe that the original has itself is part of it", async () => {
    const twice = `defmodule M do require Escope;\n  Escope.probe 1, def f(x) do\n    x\n  end\n\n  def g(x), do: x\nend\n`;
    expect(await verdicts(rewriteOf(twice))).toEqual([undefined]);
    expect(await verdicts(rewriteOf(twice, replacing("Escope.probe 1, ", "")))).not.toEqual([undefined]);
  });

  test("many at once", async () => {
    const many = Array.from({ length: 400 }, (_, at) => rewriteOf(SOURCE.replace("M", `M${at}`)));
    expect((await verifyRewrites(many)).size).toBe(0);
  });
});

async function errorOf(): Promise<EscopeError> {
  try {
    await verifyRewrites([rewriteOf(SOURCE)]);
  } catch (error) {
    if (error instanceof EscopeError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("an Elixir that cannot be asked", () => {
  const path = process.env["PATH"];
  afterEach(() => {
    process.env["PATH"] = path;
  });

  function fakeElixir(script: string): void {
    const folder = mkdtempSync(join(tmpdir(), "escope-elixir-"));
    writeFileSync(join(folder, "elixir"), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, "elixir"), 0o755);
    process.env["PATH"] = `${folder}:${path}`;
  }

  test("because there is none", async () => {
    process.env["PATH"] = mkdtempSync(join(tmpdir(), "escope-nothing-"));
    const { code, details } = await errorOf();
    expect(code).toBe("COMMAND_FAILED");
    expect(details.hint).toContain("apt-get install elixir");
  });

  test.each([
    ["fails", "echo no beam >&2; exit 3", "no beam"],
    ["says nothing", "cat > /dev/null", "it ended before all files were checked"],
    ["ends before it has read", "exit 0", "it ended before all files were checked"],
  ])("because it %s", async (_, script, message) => {
    fakeElixir(script);
    const error = await errorOf();
    expect(error.code).toBe("ELIXIR_FAILED");
    expect(error.message).toContain(message);
  });

  test("is not asked about nothing", async () => {
    process.env["PATH"] = "";
    expect((await verifyRewrites([])).size).toBe(0);
  });
});

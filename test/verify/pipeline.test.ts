import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runInstrument } from "../../src/cli/instrument.ts";

const MIX = `defmodule Shop.MixProject do
  use Mix.Project

  def project do
    [app: :shop, version: "0.1.0", deps: []]
  end
end
`;

/** The grammar takes a byte order mark; Elixir does not. */
const MARKED = "\u{feff}defmodule Shop.Marked do\n  def a(x), do: x\nend\n";

function layProject(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), "escope-verify-"));
  mkdirSync(join(root, "lib"));
  for (const [path, text] of Object.entries({ "mix.exs": MIX, ...files }))
    writeFileSync(join(root, path), text);
  return root;
}

async function instrument(
  root: string,
  options: { verify?: boolean; strict?: boolean },
): Promise<{ status: number; out: string; err: string }> {
  const said = { out: "", err: "" };
  const io = {
    stdout: (text: string): void => void (said.out += text),
    stderr: (text: string): void => void (said.err += text),
    color: false,
    width: 100,
  };
  const fixed = { rules: ["builtin:everything"], dryRun: false, watch: false, format: "json" } as const;
  const given = { project: root, out: undefined, verify: false, strict: false, ...fixed, ...options };
  return { status: await runInstrument(given, io), ...said };
}

const GOOD = "defmodule Shop.Good do\n  def a(x), do: x\nend\n";

test("a file that fails is put back as it was, and its probes become skips", async () => {
  const root = layProject({ "lib/good.ex": GOOD, "lib/marked.ex": MARKED });
  const { status, out } = await instrument(root, { verify: true });
  expect(status).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    probes: 1,
    changed: ["lib/good.ex", "mix.exs"],
    skipped: [
      {
        file: "lib/marked.ex",
        line: 2,
        module: "Shop.Marked",
        function: "a",
        arity: 1,
        reason: expect.stringMatching(/^Elixir cannot parse the file: .*; the file is left as it was$/),
      },
    ],
  });
  expect(readFileSync(join(root, "_escope/lib/marked.ex"), "utf8")).toBe(MARKED);
  expect(readFileSync(join(root, "_escope/lib/good.ex"), "utf8")).toContain("Escope.probe(");
});

test("with --strict that is the exit code 1; without a failure it is 0", async () => {
  expect(
    (await instrument(layProject({ "lib/marked.ex": MARKED }), { verify: true, strict: true })).status,
  ).toBe(1);
  expect((await instrument(layProject({ "lib/good.ex": GOOD }), { verify: true, strict: true })).status).toBe(
    0,
  );
});

test("without --verify Elixir is not asked", async () => {
  const { out } = await instrument(layProject({ "lib/marked.ex": MARKED }), {});
  expect(JSON.parse(out)).toMatchObject({ probes: 1, skipped: [] });
});

test("nothing is written where Elixir cannot be asked", async () => {
  const root = layProject({ "lib/good.ex": GOOD });
  const path = process.env["PATH"];
  process.env["PATH"] = "";
  try {
    await expect(instrument(root, { verify: true })).rejects.toThrow(/cannot start elixir/);
  } finally {
    process.env["PATH"] = path;
  }
  expect(existsSync(join(root, "_escope"))).toBe(false);
});

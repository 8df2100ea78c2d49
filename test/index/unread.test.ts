import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { runIndex } from "../../src/cli/index/index.ts";

let project: string;

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "escope-test-"));
  mkdirSync(join(project, "lib"));
  mkdirSync(join(project, "extra"));
  writeFileSync(join(project, "lib/a.ex"), "defmodule A do\n  use Nowhere.Web, :server\nend\n");
  writeFileSync(join(project, "extra/b.ex"), "defmodule B do\nend\n");
});

afterEach(() => rmSync(project, { recursive: true, force: true }));

const mixfile = (paths: string): void =>
  writeFileSync(
    join(project, "mix.exs"),
    `defmodule C.MixProject do\n  use Mix.Project\n  @extra ["extra"]\n  def project, do: [app: :c, version: "0.1.0", elixirc_paths: ${paths}]\nend\n`,
  );

async function printed(format: "text" | "json"): Promise<{ out: string; err: string }> {
  let [out, err] = ["", ""];
  await runIndex({ project, format }, {
    stdout: (part: string) => void (out += part),
    stderr: (part: string) => void (err += part),
  } as never);
  return { out, err };
}

describe("what the index could not read", () => {
  test("folders of sources that are computed", async () => {
    mixfile('["lib"] ++ Path.wildcard("extra*")');
    const reason = "elixirc_paths is not written out here, and mix.exs is not run: only lib is in the index";
    expect((await printed("text")).err).toBe(`mix.exs:4: ${reason}\n`);
    const { unread, modules } = JSON.parse((await printed("json")).out);
    expect(unread).toEqual([{ file: "mix.exs", line: 4, reason }]);
    expect(modules.map(({ name }: { name: string }) => name)).toEqual(["A"]);
  });

  test.each(['@extra ++ ["lib"]', '["lib" | @extra]'])(
    "but not those that an attribute holds: %s",
    async (paths) => {
      mixfile(paths);
      const { out, err } = await printed("text");
      expect(err).toBe("");
      expect(out).toContain("B  extra/b.ex:1");
    },
  );

  test("what a module uses, in the overview", async () => {
    mixfile('["lib"]');
    const { out } = await printed("text");
    expect(out).toContain("plain (1)\n  A  lib/a.ex:1  may be more: Nowhere.Web is not followed\n");
    expect(out).toContain(
      "not followed to the end (1)\n  Nowhere.Web: its source is neither in the project nor in its dependencies (lib/a.ex:2)  A\n",
    );
  });
});

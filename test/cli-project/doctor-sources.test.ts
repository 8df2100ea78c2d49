import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Check } from "../../src/cli/doctor/check.ts";
import { runDoctor } from "../../src/cli/doctor/index.ts";
import { captureIo } from "../cli-rules/support.ts";
import { newProject } from "../project/sandbox.ts";

const mix = (deps = ""): string =>
  `defmodule A.MixProject do\n  use Mix.Project\n  def project, do: [app: :a, version: "0.1.0", deps: [${deps}]]\nend\n`;

async function doctor(
  layout: Record<string, string>,
): Promise<{ status: number; of: (name: string) => Check | undefined }> {
  const io = captureIo();
  const root = newProject({ "mix.exs": mix(), "lib/a.ex": "defmodule A do\nend\n", ...layout });
  const status = await runDoctor({ project: root, format: "json" }, io);
  const { checks } = JSON.parse(io.out()) as { checks: Check[] };
  return { status, of: (name) => checks.find((check) => check.name === name) };
}

describe("sources", () => {
  test("that Mix cannot compile are told, with the place", async () => {
    const { status, of } = await doctor({ "lib/bad.ex": "defmodule Bad do\n  def f(, do: 1\nend\n" });
    expect(status).toBe(1);
    expect(of("sources")).toMatchObject({
      status: "unfit",
      says: expect.stringMatching(/^lib\/bad\.ex:[23] does not parse as Elixir$/),
    });
  });

  test.each([
    [
      "config/config.exs",
      "import Config\nconfig :a, [\n",
      /^config\/config\.exs:\d+ does not parse as Elixir$/,
    ],
    ["test/a_test.exs", "defmodule ATest do\n", /^test\/a_test\.exs:\d+ does not parse as Elixir$/],
    ["lib/mark.ex", "\uFEFFdefmodule Mark do\nend\n", /^lib\/mark\.ex:1 does not parse as Elixir$/],
    ["lib/gone.ex", "-> nowhere", /^lib\/gone\.ex is a link to nothing$/],
    ["lib/empty.ex/", "", /^lib\/empty\.ex is a folder, and Mix takes it for a source by its name$/],
    ["lib/full.ex/x.txt", "", /^lib\/full\.ex is a folder, and Mix takes it for a source by its name$/],
  ])("that Mix would not take: %s", async (path, content, says) => {
    const { status, of } = await doctor({ [path]: content });
    expect([status, of("sources")?.says]).toEqual([1, expect.stringMatching(says)]);
  });

  test("that are no UTF-8", async () => {
    const root = newProject({ "mix.exs": mix(), "lib/": "" });
    writeFileSync(
      join(root, "lib/latin.ex"),
      Buffer.from('defmodule L do\n  def f, do: "\xe9"\nend\n', "latin1"),
    );
    const io = captureIo();
    expect(await runDoctor({ project: root, format: "text" }, io)).toBe(1);
    expect(io.out()).toContain("lib/latin.ex: it is no valid UTF-8");
  });

  test("scripts that nobody runs, and whole ones, are no hindrance", async () => {
    const { status, of } = await doctor({
      "test/fixtures/bad.exs": "defmodule (\n",
      "test/a_test.exs": "1\n",
      "config/config.exs": "import Config\n",
      "priv/gone.ex": "-> nowhere",
    });
    expect([status, of("sources")?.says]).toEqual([0, "1 file can be read"]);
  });

  test("that are nested too deeply are said; where it is a function, only the plan leaves that out", async () => {
    const deep = `${"if(x, do: ".repeat(4000)}x${")".repeat(4000)}`;
    const one = await doctor({
      "lib/one.ex": `defmodule D do\n  use GenServer\n  def init(x), do: ${deep}\nend\n`,
    });
    expect(one.of("sources")?.says).toBe("2 files can be read");
    const { status, of } = await doctor({
      "lib/deep.ex": `${"defmodule D do\n".repeat(4000)}${"end\n".repeat(4000)}`,
    });
    expect([status, of("sources")?.status, of("sources")?.says]).toEqual([
      0,
      "warning",
      "lib/deep.ex is nested too deeply to be read",
    ]);
  });

  test("that only escope's grammar does not know are no hindrance", async () => {
    const { status, of } = await doctor({ "lib/odd.ex": "defmodule Odd do\n  def f(変), do: 変\nend\n" });
    expect(status).toBe(0);
    expect(of("sources")).toMatchObject({ status: "warning", says: "lib/odd.ex cannot be read" });
  });
});

describe("a mix.lock", () => {
  test.each(["not mix\n", "<<<<<<< HEAD\n%{}\n=======\n", "%{}\n%{}\n", ""])(
    "that Mix would not take: %j",
    async (lock) => {
      const { status, of } = await doctor({ "mix.lock": lock });
      expect([status, of("dependencies")?.says]).toEqual([
        1,
        "mix.lock is no map of Elixir, as Mix writes it",
      ]);
    },
  );

  test.each(["%{}\n", "# kept\n%{\n}\n"])("that names nothing: %j", async (lock) => {
    const { status, of } = await doctor({ "mix.lock": lock });
    expect([status, of("dependencies")?.status]).toEqual([0, "fit"]);
  });
});

test("an empty folder is no dependency that was fetched", async () => {
  const { status, of } = await doctor({ "mix.exs": mix('{:jason, "~> 1.0"}'), "deps/jason/": "" });
  expect(status).toBe(1);
  expect(of("dependencies")?.says).toBe("none of the 1 in mix.exs and mix.lock is fetched: jason");
});

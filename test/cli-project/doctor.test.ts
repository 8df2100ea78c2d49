import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { Check } from "../../src/cli/doctor/check.ts";
import { checkElixir } from "../../src/cli/doctor/elixir.ts";
import { runDoctor } from "../../src/cli/doctor/index.ts";
import { CLI } from "../e2e/support.ts";
import { captureIo } from "../cli-rules/support.ts";
import { lay, mixfile, newProject, snapshot, tempFolder } from "../project/sandbox.ts";

const MIX = `defmodule A.MixProject do
  use Mix.Project
  def project, do: [app: :a, version: "0.1.0"]
end
`;
const SERVER = "defmodule A do\n  use GenServer\n  def init(n), do: {:ok, n}\nend\n";

afterEach(() => vi.unstubAllEnvs());

interface Report {
  readonly fit: boolean;
  readonly status: number;
  readonly checks: Readonly<Record<string, Check>>;
}

function project(layout: Record<string, string> = {}): string {
  return newProject({ "mix.exs": MIX, "lib/a.ex": SERVER, ...layout });
}

async function doctor(root: string): Promise<Report> {
  const io = captureIo();
  const status = await runDoctor({ project: root, format: "json" }, io);
  const { fit, checks } = JSON.parse(io.out()) as { fit: boolean; checks: Check[] };
  expect(status).toBe(fit ? 0 : 1);
  for (const { status: one, todo } of checks) expect(todo === null).toBe(one === "fit");
  return { fit, status, checks: Object.fromEntries(checks.map((check) => [check.name, check])) };
}

async function instrument(root: string): Promise<void> {
  const { planTree, renderTree, writeRendered } = await import("../../src/instrument.ts");
  writeRendered(await renderTree(await planTree({ project: root, rules: [] })));
}

/** A folder with programs of these names, alone on the PATH besides what a shell needs. */
function withPrograms(programs: Record<string, string>): void {
  const folder = tempFolder();
  for (const [name, script] of Object.entries(programs))
    fs.writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  vi.stubEnv("PATH", folder);
}

test("a project that is fit, before and after its tree is written; nothing is written", async () => {
  const root = project();
  const before = snapshot(root, { times: true });
  const { fit, checks } = await doctor(root);
  expect(fit).toBe(true);
  expect(Object.keys(checks)).toEqual(
    "node elixir mix dependencies configuration rules sources tree recordings".split(" "),
  );
  expect(checks["elixir"]?.says).toMatch(/^Elixir 1\.\d+\.\d+ on Erlang\/OTP \d\d$/);
  expect(checks["tree"]?.says).toBe("none yet; escope instrument writes _escope, with 1 probe");
  expect(snapshot(root, { times: true })).toEqual(before);
  await instrument(root);
  expect((await doctor(root)).checks["tree"]?.says).toBe("_escope is up to date, with 1 probe");
  lay(root, { "lib/a.ex": `${SERVER}\n`, "lib/b.ex": SERVER.replace("A", "B") });
  const { checks: later } = await doctor(root);
  expect(later["tree"]).toMatchObject({ status: "warning" });
  expect(later["tree"]?.says).toMatch(/^_escope is not up to date: \d+ paths would change$/);
});

test("as text, with what to do below what is not fit", async () => {
  const io = captureIo();
  const root = project({
    "mix.lock": '%{\n  "phoenix": {:hex, :phoenix, "1.7.0", "x", [:mix], [], "hexpm", "y"},\n}\n',
  });
  expect(await runDoctor({ project: root, format: "text" }, io)).toBe(1);
  expect(io.out()).toContain(`✓ node           Node ${process.versions.node}\n`);
  expect(io.out()).toContain(
    "✗ dependencies   none of the 1 in mix.exs and mix.lock is fetched: phoenix\n                 → Run mix deps.get in the project.\n",
  );
});

describe("Elixir", () => {
  test("that is missing", async () => {
    withPrograms({});
    const { checks } = await doctor(project());
    expect(checks["elixir"]).toMatchObject({ status: "unfit", says: "elixir cannot be started" });
    expect(checks["mix"]).toBeUndefined();
  });

  test.each([
    ["1.13.4", "24", "unfit", "too old"],
    ["1.14.0", "24", "unfit", "too old"],
    ["1.19.2", "28", "warning", "newer than what escope is tested with"],
    ["1.14.0", "25", "fit", "Elixir 1.14.0 on Erlang/OTP 25"],
    ["1.18.4-dev", "27", "fit", "Elixir 1.18.4-dev on Erlang/OTP 27"],
  ])("%s on OTP %s is %s", async (version, otp, status, says) => {
    withPrograms({ elixir: `echo "${version} ${otp} true"`, mix: `echo "Mix ${version}"` });
    const { checks } = await doctor(project());
    expect(checks["elixir"]).toMatchObject({ status, says: expect.stringContaining(says) });
    expect(checks["mix"]?.says).toBe(`Mix ${version}`);
  });

  test("that the project does not take, by Elixir's own word; Mix that fails", async () => {
    const root = project({ "mix.exs": MIX.replace("app: :a", 'app: :a, elixir: "~> 9.1"') });
    expect((await doctor(root)).checks["elixir"]).toMatchObject({
      status: "unfit",
      says: expect.stringContaining("and mix.exs asks for ~> 9.1"),
    });
    withPrograms({ elixir: 'echo "1.14.0 25 true"', mix: "exit 1" });
    expect((await doctor(root)).checks["mix"]).toMatchObject({ status: "unfit" });
  });
});

test("Elixir or Mix that hangs or fails is told from one that is not there", async () => {
  withPrograms({ elixir: "while :; do :; done", mix: 'echo "Mix 1.14.0"' });
  const root = project();
  const [elixir, mix] = await checkElixir(root, MIX, 300);
  expect(elixir).toMatchObject({ status: "unfit", says: "elixir has not answered within 0.3 seconds" });
  expect(elixir?.todo).toContain("See what elixir --version waits for");
  expect(mix).toMatchObject({ status: "fit", says: "Mix 1.14.0" });
  withPrograms({ elixir: "exit 3", mix: "while :; do :; done" });
  const failing = await checkElixir(root, MIX, 300);
  expect(failing.map(({ says }) => says)).toEqual([
    "elixir ends with an error",
    "mix has not answered within 0.3 seconds",
  ]);
});

describe("dependencies", () => {
  const lock = '%{\n  "jason": {:hex, :jason},\n  "plug": {:git, "x"},\n}\n';

  test("some that are not there, or not compiled", async () => {
    const some = await doctor(project({ "mix.lock": lock, "deps/jason/mix.exs": mixfile }));
    expect(some.checks["dependencies"]).toMatchObject({
      status: "warning",
      says: "1 of 2 are not fetched: plug",
    });
    const all = { "mix.lock": lock, "deps/jason/mix.exs": mixfile, "deps/plug/mix.exs": mixfile };
    const fetched = await doctor(project(all));
    expect(fetched.checks["dependencies"]?.says).toBe("2 packages fetched, none compiled");
    const built = { ...all, "_build/dev/lib/jason/ebin/": "", "_build/dev/lib/plug/ebin/": "" };
    expect((await doctor(project(built))).checks["dependencies"]).toMatchObject({
      status: "fit",
      says: "2 packages fetched; compiled applications: dev 2",
    });
  });
});

function listing(deps: string): string {
  return MIX.replace("app: :a", `app: :a, deps: [${deps}]`);
}

describe("dependencies that mix.exs names", () => {
  test("make a project unfit where they are not fetched, with and without a lock", async () => {
    const bare = await doctor(project({ "mix.exs": listing('{:jason, "~> 1.0"}') }));
    expect(bare).toMatchObject({ status: 1 });
    expect(bare.checks["dependencies"]).toMatchObject({
      status: "unfit",
      says: "none of the 1 in mix.exs and mix.lock is fetched: jason",
    });
    const two = {
      "mix.exs": listing('{:jason, "~> 1.0"}'),
      "mix.lock": '%{ "plug": {:hex, :plug, "1", [], [{:mime, "~> 1.0", [hex: :mime]}]}, }\n',
      "deps/plug/mix.exs": mixfile,
    };
    expect((await doctor(project(two))).checks["dependencies"]).toMatchObject({
      status: "unfit",
      says: "1 of 2 are not fetched: jason",
    });
    const tests = { ...two, "mix.exs": listing('{:jason, "~> 1.0", only: :test}') };
    expect((await doctor(project(tests))).checks["dependencies"]?.status).toBe("warning");
  });

  test("are looked for where MIX_DEPS_PATH says", async () => {
    const root = project({ "mix.exs": listing('{:jason, "~> 1.0"}'), "elsewhere/jason/mix.exs": mixfile });
    vi.stubEnv("MIX_DEPS_PATH", join(root, "elsewhere"));
    expect((await doctor(root)).checks["dependencies"]?.says).toBe("1 package fetched, none compiled");
  });

  test("by path are looked for there", async () => {
    const layout = { "mix.exs": listing('{:near, path: "vendor/near"}') };
    expect((await doctor(project(layout))).checks["dependencies"]).toMatchObject({
      status: "unfit",
      says: "the path dependency near is not there: no vendor/near",
    });
    const there = await doctor(project({ ...layout, "vendor/near/mix.exs": mixfile }));
    expect(there.checks["dependencies"]).toMatchObject({
      status: "fit",
      says: "mix.exs and mix.lock name none to fetch",
    });
  });
});

describe("the configuration", () => {
  test("that is wrong, with its place; the tree is then not looked at", async () => {
    const root = project({ "escope.config.yaml": "out: tree\nrule: []\n" });
    const { checks } = await doctor(root);
    expect(checks["configuration"]).toMatchObject({
      status: "unfit",
      says: `${join(root, "escope.config.yaml")}:2:1: unknown key rule [CONFIG_UNKNOWN_KEY]`,
      todo: "Did you mean rules?",
    });
    expect(checks["tree"]).toBeUndefined();
  });

  test("whose rules have patterns, in a process that has read nothing yet", () => {
    const root = project({
      "escope.config.yaml": "rules: [r.yml]\n",
      "r.yml": "rules: [{ id: a, match: { pattern: $A + $B } }]\n",
    });
    const { stdout, stderr } = spawnSync(process.execPath, [CLI, "doctor", "."], {
      cwd: root,
      encoding: "utf8",
    });
    expect([stderr, stdout]).toEqual(["", expect.stringContaining("✓ rules          1 rule in r.yml\n")]);
  });

  test("that names a rule file that is not there, with its place", async () => {
    const root = project({ "escope.config.yaml": "rules: [r.yml]\n" });
    expect((await doctor(root)).checks["rules"]?.says).toMatch(
      /escope\.config\.yaml:1:9: cannot read the rule file/,
    );
  });

  test("whose rules are wrong", async () => {
    const root = project({
      "escope.config.yaml": "rules: [r.yml]\n",
      "r.yml": "rules:\n  - id: a\n    mach: {}\n",
    });
    const { checks } = await doctor(root);
    expect(checks["rules"]?.status).toBe("unfit");
    expect(checks["rules"]?.says).toMatch(/r\.yml:3:5: unknown key mach/);
    expect(checks["tree"]).toBeUndefined();
  });
});

describe("the tree", () => {
  const dead = `${spawnSync("true").pid} 1\n`;

  test("that has sources without probes, for mix.exs computes where they are", async () => {
    const computed = MIX.replace("app: :a", 'app: :a, elixirc_paths: ["lib"] ++ Path.wildcard("extra/*")');
    const root = project({ "mix.exs": computed, "extra/b/b.ex": SERVER.replace("A", "B") });
    const { checks, fit } = await doctor(root);
    expect([fit, checks["tree"]?.status]).toEqual([true, "warning"]);
    expect(checks["tree"]?.says).toMatch(/with 1 probe; mix\.exs:3: elixirc_paths is not written out here/);
  });

  test("that is no tree", async () => {
    const { checks } = await doctor(project({ "_escope/notes.txt": "mine" }));
    expect(checks["tree"]).toMatchObject({ status: "unfit", says: expect.stringContaining("OUT_NOT_OURS") });
  });

  test("that has a lock, of a living or of a dead process, or an interrupted run", async () => {
    const root = project();
    await instrument(root);
    lay(root, { "_escope/.escope/lock": `${process.pid} -\n` });
    expect((await doctor(root)).checks["tree"]?.says).toContain(`escope (process ${process.pid}) writes`);
    lay(root, { "_escope/.escope/lock": dead });
    expect((await doctor(root)).checks["tree"]?.says).toContain("which is gone");
    lay(root, { "_escope/.escope/lock": null as never, "_escope/.escope/staging/": "" });
    expect((await doctor(root)).checks["tree"]?.says).toContain("was interrupted");
  });

  test.skipIf(process.getuid?.() !== 0)("that belongs to somebody else", async () => {
    const root = project();
    await instrument(root);
    fs.chownSync(join(root, "_escope"), 65534, 65534);
    expect((await doctor(root)).checks["tree"]).toMatchObject({
      status: "warning",
      says: "_escope belongs to another user (65534)",
    });
  });
});

describe("the place for recordings", () => {
  test("is what ESCOPE_RECORD names", async () => {
    const root = project();
    vi.stubEnv("ESCOPE_RECORD", join(root, "there"));
    expect((await doctor(root)).checks["recordings"]?.says).toContain("there (ESCOPE_RECORD) can be written");
    vi.stubEnv("ESCOPE_RECORD", join(root, "mix.exs"));
    expect((await doctor(root)).checks["recordings"]?.says).toContain("is no folder");
    vi.stubEnv("ESCOPE_RECORD", "unix:/tmp/x");
    expect((await doctor(root)).checks["recordings"]?.says).toContain("folders only");
  });

  test("that keeps no files is not said to be full", async () => {
    vi.stubEnv("ESCOPE_RECORD", join("/proc", "there"));
    const { checks } = await doctor(project());
    expect(checks["recordings"]?.status).toBe("unfit");
    expect(checks["recordings"]?.says).toContain("/proc/there (ESCOPE_RECORD) cannot be written");
  });

  test("with a file on its way names that", async () => {
    const root = project({ ".escope": "mine\n" });
    expect((await doctor(root)).checks["recordings"]).toMatchObject({
      status: "unfit",
      says: `${join(root, ".escope")} is no folder`,
      todo: "Remove it, or record elsewhere (--record, ESCOPE_RECORD).",
    });
  });

  test("with little space is told", async () => {
    const root = project();
    const free = vi.spyOn(fs, "statfsSync");
    free.mockReturnValue({ bavail: 1e9, blocks: 2e9, bsize: 1 } as never);
    expect((await doctor(root)).checks["recordings"]?.status).toBe("warning");
    free.mockReturnValue({ bavail: 1e6, blocks: 2e9, bsize: 1 } as never);
    expect((await doctor(root)).checks["recordings"]).toMatchObject({
      status: "unfit",
      says: ".escope/recordings: the disk is full",
    });
    vi.restoreAllMocks();
  });
});

test("what is no project is bad input", async () => {
  const root = project();
  await expect(doctor(join(root, "lib"))).rejects.toMatchObject({ code: "PROJECT_NO_MIX" });
  await expect(doctor(join(dirname(root), "none"))).rejects.toMatchObject({ code: "PROJECT_NOT_FOUND" });
});

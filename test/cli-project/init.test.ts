import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { describe, expect, test } from "vitest";
import { type Ask, runInit } from "../../src/cli/init/index.ts";
import { readConfig } from "../../src/project/index.ts";
import { captureIo } from "../cli-rules/support.ts";
import { lay, mixfile, newProject, snapshot, tempFolder } from "../project/sandbox.ts";

const CONFIG = "escope.config.yaml";
const JOB = ".github/workflows/escope.yml";

async function init(project: string, options: { yes?: boolean; ask?: Ask } = {}) {
  const io = captureIo();
  const { yes = false, ask } = options;
  const status = await runInit({ project, yes, version: "9.8.7" }, io, ask);
  expect(status).toBe(0);
  return { out: io.out(), err: io.err() };
}

function inGit(layout: Record<string, string> = {}): string {
  return newProject({ ".git/HEAD": "ref: refs/heads/main\n", ...layout });
}

function read(root: string, path: string): string {
  return fs.readFileSync(join(root, path), "utf8");
}

interface Job {
  readonly env: Record<string, string>;
  readonly defaults?: { readonly run: Record<string, string> };
  readonly steps: readonly {
    readonly run?: string;
    readonly uses?: string;
    readonly with?: Record<string, unknown>;
  }[];
}

function jobOf(text: string): Job {
  return (parse(text) as { jobs: { record: Job } }).jobs.record;
}

function beamOf(text: string): Record<string, unknown> | undefined {
  return jobOf(text).steps.find(({ uses }) => uses?.startsWith("erlef/"))?.with;
}

describe("what would be written", () => {
  test("is shown, and nothing is written without a yes", async () => {
    const root = inGit();
    const before = snapshot(root);
    const shown = await init(root);
    for (const path of [CONFIG, ".gitignore", JOB]) expect(shown.out).toContain(`+++ b/${path}`);
    const toDo =
      "to do: the job needs escope itself: commit what npm pack makes of it as ./escope-9.8.7.tgz, or set the repository's variable ESCOPE_PACKAGE\n";
    expect(shown.err).toBe(
      `paths are from ${root}\n${toDo}nothing was written; escope init --yes writes it\n`,
    );
    const asked: string[] = [];
    const ask = async (question: string): Promise<boolean> => (asked.push(question), false);
    expect((await init(root, { ask })).err).toBe(`paths are from ${root}\n${toDo}nothing was written\n`);
    expect(asked).toEqual(["write these 4 files?"]);
    expect(snapshot(root)).toEqual(before);
  });

  test("is what is written then, and a second run has nothing to do", async () => {
    const root = inGit({ ".gitignore": "/_build/" });
    const shown = await init(root, { ask: async () => true });
    expect(read(root, ".gitignore")).toBe(
      "/_build/\n\n# What escope writes: the instrumented tree, recordings.\n/_escope/\n/.escope/\n/recording/\n",
    );
    expect(await readConfig(root)).toEqual({ rules: ["builtin:default"] });
    for (const path of [CONFIG, ".gitignore", JOB])
      for (const line of read(root, path).trimEnd().split("\n")) expect(shown.out).toMatch(lineLike(line));
    const written = snapshot(root, { times: true });
    const again = await init(root, { yes: true });
    expect([again.out, snapshot(root, { times: true })]).toEqual(["", written]);
    expect(again.err).toContain("nothing to do");
  });

  test("is a patch that git takes", async () => {
    const root = inGit({ ".gitignore": "/_build/\n" });
    const io = captureIo();
    const cwd = process.cwd();
    process.chdir(root);
    try {
      await runInit({ project: ".", yes: false, version: "1.0.0" }, io, undefined);
    } finally {
      process.chdir(cwd);
    }
    fs.rmSync(join(root, ".git"), { recursive: true });
    spawnSync("git", ["init", "-q"], { cwd: root });
    const patch = io.out().replaceAll(/^new file .*\(.*\n/gm, "");
    const applied = spawnSync("git", ["apply", "-"], { cwd: root, input: patch, encoding: "utf8" });
    expect([applied.status, applied.stderr]).toEqual([0, ""]);
    expect(await readConfig(root)).toEqual({ rules: ["builtin:default"] });
  });

  test("is a patch that git takes from the top, wherever one stands", async () => {
    const root = inGit({ "apps/a/mix.exs": mixfile });
    fs.rmSync(join(root, ".git"), { recursive: true });
    spawnSync("git", ["init", "-q"], { cwd: root });
    const io = captureIo();
    const cwd = process.cwd();
    process.chdir(join(root, "apps/a"));
    try {
      await runInit({ project: ".", yes: false, version: "1.0.0" }, io, undefined);
    } finally {
      process.chdir(cwd);
    }
    expect(io.err()).toContain(`paths are from ${root}\n`);
    const patch = io.out().replaceAll(/^new file .*\(.*\n/gm, "");
    const applied = spawnSync("git", ["apply", "-"], { cwd: root, input: patch, encoding: "utf8" });
    expect([applied.status, applied.stderr]).toEqual([0, ""]);
    expect(fs.existsSync(join(root, "apps/a", CONFIG))).toBe(true);
    expect(fs.existsSync(join(root, JOB))).toBe(true);
  });

  test("stays as shown: what changes meanwhile is left as it is", async () => {
    const root = inGit({ ".gitignore": "a\n" });
    const ask = async (): Promise<boolean> => (lay(root, { ".gitignore": "b\n" }), true);
    const error = await init(root, { ask }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "INIT_CHANGED", details: { file: join(root, ".gitignore") } });
    expect(read(root, ".gitignore")).toBe("b\n");
  });
});

function lineLike(line: string): RegExp {
  return new RegExp(`^[ +]${line.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}$`, "m");
}

describe("what is there already stays", () => {
  test.each(["escope.config.json", "escope.config.mjs", "package.json"])("%s", async (name) => {
    const text = name.endsWith("mjs") ? "export default {};" : '{ "escope": {} }';
    const root = inGit({ [name]: name === "escope.config.json" ? "{}" : text });
    const { err } = await init(root, { yes: true });
    expect(err).toContain(`left alone: the configuration is there already: ${name}`);
    expect(fs.existsSync(join(root, CONFIG))).toBe(false);
  });

  test("a folder recording that is the user's own is not ignored", async () => {
    const root = inGit({ "recording/tape.ex": "" });
    await init(root, { yes: true });
    expect(read(root, ".gitignore")).not.toContain("/recording/");
  });

  test("ignored folders, however they are written, also the tree's own place", async () => {
    const root = inGit({ ".gitignore": "_escope\r\n.escope/\r\n/recording\r\n" });
    expect((await init(root)).err).toContain(".gitignore ignores");
    const placed = inGit({ "escope.config.yaml": "out: build/tree\n", ".gitignore": "a\r\n/.escope" });
    await init(placed, { yes: true });
    expect(read(placed, ".gitignore").split("\r\n").slice(-4)).toEqual([
      "# What escope writes: the instrumented tree, recordings.",
      "/build/tree/",
      "/recording/",
      "",
    ]);
  });

  test("links, through which nothing is written: git follows none", async () => {
    const outside = tempFolder();
    lay(outside, { ignore: "theirs\n", "github/": "" });
    const root = inGit({ ".gitignore": `-> ${outside}/ignore`, ".github": `-> ${outside}/github` });
    const before = snapshot(outside);
    const { err } = await init(root, { yes: true });
    expect(err).toContain("left alone: .gitignore is a link, which git does not follow");
    expect(err).toContain("left alone: .github is a link: no job for CI is written through it");
    expect(snapshot(outside)).toEqual(before);
    expect(fs.existsSync(join(root, CONFIG))).toBe(true);
    const nowhere = inGit({ ".gitignore": `-> ${outside}/none` });
    expect((await init(nowhere, { yes: true })).err).toContain(".gitignore is a link");
    expect(snapshot(outside)).toEqual(before);
  });

  test("a job that runs escope", async () => {
    const root = inGit({
      ".github/workflows/ci.yml": "jobs:\n  a:\n    steps:\n      - run: escope run . -- mix test\n",
    });
    expect((await init(root)).err).toContain(".github/workflows/ci.yml runs escope already");
  });
});

describe("the job", () => {
  test("is not written where another service runs the jobs, or without git", async () => {
    const root = inGit({ ".gitlab-ci.yml": "test:\n" });
    const { err } = await init(root, { yes: true });
    expect(err).toContain(
      ".gitlab-ci.yml: GitLab CI runs the jobs here. Add to one that tests, once npm install --global of the file that npm pack makes of escope: escope instrument",
    );
    expect(fs.existsSync(join(root, ".github"))).toBe(false);
    const bare = newProject();
    await init(bare, { yes: true });
    expect(fs.readdirSync(bare).sort()).toEqual([".escope", CONFIG, "mix.exs"]);
  });

  test("takes the project's own versions", async () => {
    const named = inGit({ ".tool-versions": "erlang 26.2\nelixir 1.16.3-otp-26\n" });
    await init(named, { yes: true });
    expect(beamOf(read(named, JOB))).toEqual({ "version-file": ".tool-versions", "version-type": "strict" });
    const workflow =
      "jobs:\n  a:\n    steps:\n      - with:\n          elixir-version: 1.17.3 # so\n          otp-version: '27.1'\n";
    const other = inGit({ ".github/workflows/ci.yaml": workflow });
    await init(other, { yes: true });
    expect(beamOf(read(other, JOB))).toEqual({ "elixir-version": "1.17.3", "otp-version": "27.1" });
    const matrix = "with:\n  elixir-version: ${{ matrix.elixir }}\n  otp-version: ${{ matrix.otp }}\n";
    const unknown = inGit({ ".github/workflows/ci.yaml": matrix });
    await init(unknown, { yes: true });
    expect(beamOf(read(unknown, JOB))).toEqual({ "elixir-version": "1.18", "otp-version": "27" });
  });

  test("runs at the top of the repository, in the project's folder; a worktree's .git is a file", async () => {
    const top = join(tempFolder(), "mono");
    lay(top, { ".git": "gitdir: elsewhere\n", "apps of all/shop/mix.exs": mixfile, ".gitmodules": "" });
    const project = join(top, "apps of all/shop");
    await init(project, { yes: true });
    const text = read(top, JOB);
    expect(jobOf(text).defaults?.run).toEqual({ "working-directory": "apps of all/shop" });
    expect(jobOf(text).steps.at(-1)?.with).toMatchObject({ path: "apps of all/shop/recording" });
    expect(jobOf(text).steps[0]?.with).toEqual({ submodules: true });
    expect(jobOf(text).env["ESCOPE_PACKAGE"]).toBe("${{ vars.ESCOPE_PACKAGE || './escope-9.8.7.tgz' }}");
    expect(fs.readdirSync(project).sort()).toEqual([".escope", ".gitignore", CONFIG, "mix.exs"]);
  });

  test("holds commands that this escope has", async () => {
    const root = inGit();
    await init(root, { yes: true });
    const runs = jobOf(read(root, JOB)).steps.flatMap(({ run }) => run ?? []);
    expect(runs).toEqual([
      expect.stringContaining('npm install --global "$ESCOPE_PACKAGE"'),
      "mix deps.get",
      "escope instrument . --verify",
      "escope run . --record recording -- mix test",
    ]);
  });
});

describe("where", () => {
  test("an application of an umbrella is named, the umbrella gets all", async () => {
    const root = inGit({
      "mix.exs": mixfile.replace("app: :a", 'apps_path: "apps"'),
      "apps/one/mix.exs": mixfile,
    });
    await init(join(root, "apps/one"), { yes: true });
    expect(fs.existsSync(join(root, CONFIG))).toBe(true);
    expect(fs.readdirSync(join(root, "apps/one"))).toEqual(["mix.exs"]);
  });

  test("a folder below the project is refused, with the project's", async () => {
    const root = newProject({ "lib/a.ex": "" });
    const error = await init(join(root, "lib")).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "PROJECT_NO_MIX", details: { hint: expect.stringContaining(root) } });
  });

  test("rule files of the project are taken in", async () => {
    const root = newProject({ "escope/b.yml": "", "escope/a.yaml": "", "escope/a.test.yml": "" });
    await init(root, { yes: true });
    expect(await readConfig(root)).toEqual({ rules: ["builtin:default", "escope/a.yaml", "escope/b.yml"] });
  });
});

test("the configuration names a schema that is there, and each of its lines can be taken in", async () => {
  const root = newProject();
  await init(root, { yes: true });
  const text = read(root, CONFIG);
  const schema = /\$schema=(\S+)/.exec(text)?.[1] ?? "";
  expect(read(root, schema)).toBe(
    fs.readFileSync(join(import.meta.dirname, "../../escope.config.schema.json"), "utf8"),
  );
  fs.writeFileSync(join(root, CONFIG), text.replaceAll(/^# (?=\w+: \S+$|deps: )/gm, ""));
  expect(await readConfig(root)).toEqual({
    rules: ["builtin:default"],
    out: "_escope",
    test_files: false,
    max_probes: 20000,
    deps: ["some_library"],
  });
});

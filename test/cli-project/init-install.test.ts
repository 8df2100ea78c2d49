import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { describe, expect, test } from "vitest";
import { runInit } from "../../src/cli/init/index.ts";
import { captureIo } from "../cli-rules/support.ts";
import { newProject, tempFolder } from "../project/sandbox.ts";

interface Workflow {
  readonly jobs: { readonly record: { readonly steps: readonly { readonly run?: string }[] } };
}

/** As GitHub starts it. */
const GITHUB_SHELL = ["--noprofile", "--norc", "-e", "-o", "pipefail"];

/** What it does in a repository, with an npm that only says what it is asked, and packs. */
async function installBy(
  value: string,
  layout: Record<string, string> = {},
): Promise<[number | null, string]> {
  const root = newProject({ ".git/HEAD": "ref: refs/heads/main\n", ...layout });
  await runInit({ project: root, yes: true, version: "9.8.7" }, captureIo(), undefined);
  const text = fs.readFileSync(join(root, ".github/workflows/escope.yml"), "utf8");
  const { steps } = (parse(text) as Workflow).jobs.record;
  const script = steps.find(({ run }) => run?.includes("npm install --global"))?.run;
  const [bin, temp] = [tempFolder(), tempFolder()];
  const npm = '#!/bin/sh\necho "npm $*"\n[ "$1" != pack ] || cp what "$3/escope-$(cat what).tgz"\n';
  fs.writeFileSync(join(bin, "npm"), npm, { mode: 0o755 });
  const env = { PATH: `${bin}:${process.env["PATH"]}`, RUNNER_TEMP: temp, ESCOPE_PACKAGE: value };
  const ran = spawnSync("bash", [...GITHUB_SHELL, "-c", script ?? ""], {
    cwd: root,
    env,
    encoding: "utf8",
  });
  return [ran.status, ran.stdout.replaceAll(temp, "TEMP") + ran.stderr];
}

describe("the job's installation", () => {
  test("takes a file of the repository, or a URL", async () => {
    const file = "./escope-9.8.7.tgz";
    expect(await installBy(file, { [file]: "x" })).toEqual([0, `npm install --global ${file}\n`]);
    const url = "https://example.org/escope.tgz";
    expect(await installBy(url)).toEqual([0, `npm install --global ${url}\n`]);
  });

  test("says what is missing where there is none", async () => {
    const [status, said] = await installBy("./escope-9.8.7.tgz");
    expect(status).toBe(1);
    expect(said).toMatch(
      /^::error::\.\/escope-9\.8\.7\.tgz is not in this repository: commit there what npm pack/,
    );
    expect(said).not.toContain("npm install");
  });

  test("packs it from a repository, at a revision", async () => {
    const source = tempFolder();
    const git = (...args: string[]): void => {
      const options = ["-c", "user.name=t", "-c", "user.email=t@localhost"];
      expect(spawnSync("git", [...options, ...args], { cwd: source }).status).toBe(0);
    };
    git("init", "-q", "-b", "main");
    for (const version of ["1", "2"]) {
      fs.writeFileSync(join(source, "what"), version);
      git("add", ".");
      git("commit", "-q", "-m", version);
    }
    git("tag", "v1", "HEAD~1");
    for (const [revision, version] of [
      ["", "2"],
      ["#v1", "1"],
    ]) {
      const [status, said] = await installBy(`git+file://${source}${revision}`);
      expect([status, said.split("\n").at(-2)]).toEqual([
        0,
        `npm install --global TEMP/escope-${version}.tgz`,
      ]);
    }
  });
});

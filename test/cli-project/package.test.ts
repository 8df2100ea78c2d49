import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test, type TestContext } from "vitest";
import { lay, tempFolder } from "../project/sandbox.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { version: string };

const PROJECT = {
  "mix.exs":
    'defmodule A.MixProject do\n  use Mix.Project\n  def project, do: [app: :a, version: "0.1.0"]\nend\n',
  "lib/a.ex": "defmodule A do\n  use GenServer\n  def init(n), do: {:ok, n}\nend\n",
};

interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(program: string, args: readonly string[], cwd: string): Ran {
  // What the test command sets for npm is none of a user's.
  const env = Object.entries(process.env).filter(
    ([name]) => !/^npm_|^NO_COLOR|^FORCE_COLOR|^MIX_ENV/.test(name),
  );
  return spawnSync(program, args, { cwd, encoding: "utf8", env: Object.fromEntries(env) });
}

/** The package as users get it, installed into a folder of its own. */
function install(context: TestContext): string {
  const place = tempFolder();
  const packed = run("npm", ["pack", "--ignore-scripts", "--pack-destination", place], ROOT);
  expect(packed.status, packed.stderr).toBe(0);
  const file = join(place, `escope-${version}.tgz`);
  const options = ["--prefer-offline", "--no-audit", "--no-fund"];
  const prefix = join(place, "empty");
  mkdirSync(prefix);
  const installed = run("npm", ["install", "--global", "--prefix", prefix, ...options, file], place);
  const unreachable = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENOTCACHED/.exec(installed.stderr)?.[0];
  context.skip(unreachable !== undefined, `npm's registry cannot be reached (${unreachable})`);
  expect(installed.status, installed.stderr).toBe(0);
  return prefix;
}

/** Without a network, where the system lets a process have none. */
function offline(): readonly string[] {
  return run("unshare", ["--map-root-user", "--net", "true"], "/").status === 0
    ? ["unshare", "--map-root-user", "--net"]
    : [];
}

function filesBelow(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

test("what npm packs is installed by itself and works without a network", { timeout: 300_000 }, (context) => {
  const prefix = install(context);
  const files = filesBelow(prefix);
  expect(files.filter((file) => /\.node$|binding\.gyp$|\.(?:so|dylib|dll|o)$/.test(file))).toEqual([]);
  const scripts = files.filter((file) => /"(?:pre|post)?install"\s*:/.test(manifestText(file)));
  expect(scripts).toEqual([]);
  const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0);
  expect(bytes).toBeLessThan(30e6);
  const project = join(tempFolder(), "a");
  lay(project, PROJECT);
  const escope = (...args: string[]): Ran => {
    const [program = "", ...rest] = [...offline(), join(prefix, "bin/escope"), ...args];
    return run(program, rest, project);
  };
  expect(escope("--version").stdout).toBe(`${version}\n`);
  const doctor = escope("doctor", "--format", "json");
  expect([doctor.status, doctor.stderr]).toEqual([0, ""]);
  const shown = escope("init");
  expect(shown.stdout).toContain("+rules: [builtin:default]\n");
  expect(escope("init", "--yes").status).toBe(0);
  expect(existsSync(join(project, ".escope/escope.config.schema.json"))).toBe(true);
  expect(escope("rules", "new", "mine").status).toBe(0);
  expect(escope("index", ".").stdout).toContain("lib/a.ex");
  const model = ["ESCOPE_AI_MODEL=m", "ESCOPE_AI_ENDPOINT=http://127.0.0.1:9/v1"];
  const asked = run("env", [...model, join(prefix, "bin/escope"), "plan", ".", "--ai", "why?"], project);
  expect([asked.status, asked.stderr]).toEqual([
    2,
    expect.stringContaining("npm install openai@6, with --global"),
  ]);
  const ran = escope("run", ".", "--verify", "--", "mix", "run", "-e", "{:ok, _} = GenServer.start(A, 5)");
  expect(ran.status, ran.stderr).toBe(0);
  expect(escope("trace", "show").stdout).toContain("A.init/1#1(5) → {:ok, 5}");
});

/** Tests of packages have manifests, too, that nobody installs. */
function manifestText(file: string): string {
  return /node_modules\/(?:@[^/]+\/)?[^/]+\/package\.json$/.test(file) ? readFileSync(file, "utf8") : "";
}

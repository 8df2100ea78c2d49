import fs from "node:fs";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Layout, lay, planFor, snapshot, tempFolder, write } from "./sandbox.ts";

function whyNoMix(): string | null {
  try {
    execFileSync("mix", ["--version"], { stdio: "pipe" });
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

const reason = whyNoMix();
if (reason !== null) console.warn(`skipped: mix cannot be run (${reason})`);

const library = (app: string): Layout => ({
  "mix.exs": `defmodule ${app}.MixProject do\n  use Mix.Project\n  def project, do: [app: :${app.toLowerCase()}, version: "0.1.0"]\nend\n`,
  [`lib/${app}.ex`]: `defmodule ${app} do\n  def name, do: File.read!(Application.app_dir(:${app.toLowerCase()}, "priv/name"))\nend\n`,
  "priv/name": `${app} `,
  [`src/${app.toLowerCase()}_part.erl`]: `-module(${app.toLowerCase()}_part).\n`,
});

const deps = `[
      {:near, path: "libs/near"},
      {:far, path: "../far"},
      {:git, git: "file://TOP/git", branch: "main"}
    ]`;

const application = {
  "mix.exs": `defmodule App.MixProject do
  use Mix.Project
  def project, do: [app: :app, version: "0.1.0", elixir: "~> 1.14", deps: deps()]
  defp deps do
    ${deps}
  end
end
`,
  "config/config.exs": "import Config\nconfig :app, key: 1\n",
  "lib/app.ex": "defmodule App do\n  def all, do: Near.name() <> Far.name() <> Git.name()\nend\n",
};

function mix(cwd: string, ...args: string[]): string {
  const env = {
    ...process.env,
    MIX_ENV: "dev",
    LC_ALL: "C.UTF-8",
    MIX_HOME: join(cwd, "../mix-home"),
    GIT_ALLOW_PROTOCOL: "file",
  };
  return execFileSync("mix", args, { cwd, env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

function git(cwd: string, ...args: string[]): void {
  execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@localhost", ...args], { cwd, stdio: "pipe" });
}

/** A project with dependencies of three kinds: within it, beside it, and fetched. */
function prepare(): string {
  const top = tempFolder();
  lay(join(top, "far"), library("Far"));
  lay(join(top, "git"), library("Git"));
  git(join(top, "git"), "init", "-q", "-b", "main");
  git(join(top, "git"), "add", ".");
  git(join(top, "git"), "commit", "-q", "-m", "first");
  const root = join(top, "app");
  lay(root, { ...application, "mix.exs": application["mix.exs"].replace("TOP", top) });
  lay(join(root, "libs/near"), library("Near"));
  mix(root, "deps.get");
  mix(root, "compile");
  return root;
}

/** Paths that leave the root are seen from the tree, as the pipeline rewrites them. */
function plan(root: string): ReturnType<typeof planFor> {
  const made = planFor(root);
  const files = made.files.map((file) =>
    file.path === "mix.exs" ? { ...file, text: file.text.replace('"../far"', '"../../far"') } : file,
  );
  return { ...made, files };
}

describe.skipIf(reason !== null)("Mix in the tree", () => {
  let root = "";
  let out = "";
  let originals = "";
  const original = (): string =>
    JSON.stringify(
      ["deps", "_build", "lib", "libs"].map((dir) => snapshot(join(root, dir), { times: true })),
    );

  beforeAll(() => {
    root = prepare();
    out = join(root, "_escope");
    originals = original();
    write(root, plan(root));
  });

  afterAll(() => expect(original()).toBe(originals));

  test("compiles the application alone, and runs", () => {
    const output = mix(out, "compile");
    expect(output.match(/Compiling .*\(\.ex\)/g)).toEqual(["Compiling 1 file (.ex)"]);
    expect(output).not.toMatch(/==> git/);
    expect(mix(out, "run", "-e", "IO.write(App.all())")).toContain("Near Far Git");
  });

  test("compiles nothing after a run that changed nothing", () => {
    write(root, plan(root));
    expect(mix(out, "compile")).not.toContain("Compiling");
  });

  test("compiles only what was instrumented differently", () => {
    write(root, {
      ...plan(root),
      files: plan(root).files.map(({ path, text }) => ({ path, text: text.replace("def all", "def  all") })),
    });
    const output = mix(out, "compile");
    expect(output).toContain("Compiling 1 file (.ex)");
    expect(output).not.toMatch(/==> (near|far|git)/);
  });

  test("keeps its links within the builds whole", () => {
    for (const name of ["near", "far", "git"]) {
      const priv = join(out, "_build/dev/lib", name, "priv");
      expect(fs.readlinkSync(priv)).not.toMatch(/^\//);
      expect(fs.existsSync(join(priv, "name")), name).toBe(true);
    }
  });

  test("cleans its own dependencies only", () => {
    mix(out, "deps.clean", "git");
    expect(fs.existsSync(join(out, "deps/git"))).toBe(false);
    expect(fs.existsSync(join(root, "deps/git/mix.exs"))).toBe(true);
    write(root, plan(root));
    expect(fs.existsSync(join(out, "deps/git/mix.exs"))).toBe(true);
  });

  test("gets a build again that the original compiled anew, and keeps its own until then", () => {
    const mark = join(out, "_build/dev/lib/git/mark");
    write(root, plan(root));
    fs.writeFileSync(mark, "the tree's own");
    write(root, plan(root));
    expect(fs.existsSync(mark)).toBe(true);
    mix(root, "deps.compile", "git", "--force");
    originals = original();
    write(root, plan(root));
    expect(fs.existsSync(mark)).toBe(false);
    expect(mix(out, "compile")).not.toMatch(/==> git/);
  });

  test("keeps its builds when the original's are cleaned away", () => {
    fs.rmSync(join(root, "_build"), { recursive: true });
    originals = original();
    write(root, plan(root));
    expect(mix(out, "compile")).not.toMatch(/Compiling|==> git/);
  });
});

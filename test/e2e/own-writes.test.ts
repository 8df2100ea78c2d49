import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { command, escope, existsSync, join, snapshot, tempDir, trace } from "./support.ts";

let home: string;

beforeAll(() => {
  home = tempDir();
});

function write(path: string, text: string): void {
  const full = join(home, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, text);
}

function mixfile(app: string, rest = ""): string {
  const name = app[0]?.toUpperCase() + app.slice(1);
  return `defmodule ${name}.MixProject do
  use Mix.Project
  def project, do: [app: :${app}, version: "0.1.0"${rest}]
end
`;
}

/** Writes into its own folder while it compiles, by a way that goes up, and while it runs. */
function library(name: string): string {
  return `defmodule ${name} do
  File.mkdir_p!(Path.join(__DIR__, "../priv"))
  File.write!(Path.join(__DIR__, "../priv/made.txt"), "made at #{System.os_time()}")
  def keep(text), do: File.write!(Application.app_dir(:${name.toLowerCase()}, "priv/kept.txt"), text)
end
`;
}

const SERVER = `defmodule App.Server do
  use GenServer
  def init(n), do: {:ok, n}
  def handle_call(:go, _from, n), do: {:reply, n, n + 1}
end
`;

const CALL = '{:ok, s} = GenServer.start(App.Server, 0); IO.puts("server #{GenServer.call(s, :go)}")';

function git(folder: string, ...args: readonly string[]): string {
  const options = ["-c", "user.name=t", "-c", "user.email=t@localhost", "-c", "protocol.file.allow=always"];
  const { status, stdout, stderr } = command("git", [...options, ...args], join(home, folder));
  expect(status, stderr).toBe(0);
  return stdout;
}

function callsIn(project: string): string[] {
  return trace(project).spans.map((span) => `${span.module}.${span.function}/${span.arity} ${span.file}`);
}

describe("dependencies that write into their own folder", () => {
  test("write into the tree's; nothing of the original's differs after runs in two environments", () => {
    write("gitted/mix.exs", mixfile("gitted"));
    write("gitted/lib/gitted.ex", library("Gitted"));
    write("gitted/priv/seed.txt", "seed");
    git("gitted", "init", "-q", "-b", "main");
    git("gitted", "add", ".");
    git("gitted", "commit", "-q", "-m", "first");
    write("app/deps/fetched/mix.exs", mixfile("fetched"));
    write("app/deps/fetched/lib/fetched.ex", library("Fetched"));
    write("app/near/mix.exs", mixfile("near"));
    write("app/near/lib/near.ex", library("Near"));
    write("beside/mix.exs", mixfile("beside"));
    write("beside/lib/beside.ex", "defmodule Beside do\n  def at, do: __DIR__\nend\n");
    const deps = `[{:gitted, git: ${JSON.stringify(join(home, "gitted"))}, branch: "main"},
      {:fetched, path: "deps/fetched"}, {:near, path: "near"}, {:beside, path: "../beside"}]`;
    write("app/mix.exs", mixfile("app", `, deps: ${deps}`));
    write("app/lib/app/server.ex", SERVER);
    const app = join(home, "app");
    for (const args of [["deps.get"], ["compile"]]) expect(command("mix", args, app).status).toBe(0);
    const before = snapshot(home);
    const script = `${CALL}; for m <- [Gitted, Fetched, Near], do: m.keep("kept")`;
    for (const env of [{}, { MIX_ENV: "test" }]) {
      const run = escope(["run", app, "--", "mix", "run", "-e", script], app, env);
      expect(run.stdout, run.stderr).toContain("server 0");
      expect(callsIn(app)).toContain("App.Server.handle_call/3 lib/app/server.ex");
    }
    expect(snapshot(home, ["app/_escope", "app/.escope"])).toEqual(before);
    for (const place of ["deps/gitted", "deps/fetched", "near"])
      expect(readFileSync(join(app, "_escope", place, "priv/kept.txt"), "utf8"), place).toBe("kept");
    expect(existsSync(join(app, "near/priv/kept.txt"))).toBe(false);
  });
});

describe("a compile step that writes into lib and priv", () => {
  const task = `defmodule Mix.Tasks.Compile.Made do
  use Mix.Task.Compiler
  def run(_) do
    text = "defmodule Made do\\n  use GenServer\\n  def init(_), do: {:ok, #{System.os_time()}}\\nend\\n"
    unless File.exists?("lib/made.ex"), do: File.write!("lib/made.ex", text)
    File.mkdir_p!("priv")
    File.write!("priv/made.txt", "#{System.os_time()}")
    {:ok, []}
  end
end
`;

  test("on both sides is no collision: the source is the original's with probes, what else it writes is each one's own", () => {
    write("steps/mix.exs", task + mixfile("steps", ", compilers: [:made] ++ Mix.compilers()"));
    write("steps/lib/app/server.ex", SERVER);
    const project = join(home, "steps");
    const run = (script: string): string => {
      const ran = escope(["run", project, "--", "mix", "run", "-e", script], project);
      expect(ran.status, ran.stderr).toBe(0);
      return ran.stdout;
    };
    expect(run(CALL)).toContain("server 0");
    expect(command("mix", ["compile"], project).status).toBe(0);
    const own = readFileSync(join(project, "priv/made.txt"), "utf8");
    run("GenServer.start(Made, 0)");
    expect(callsIn(project)).toEqual(["Made.init/1 lib/made.ex"]);
    expect(command("mix", ["compile", "--force"], project).status).toBe(0);
    run("GenServer.start(Made, 0)");
    expect(callsIn(project)).toEqual(["Made.init/1 lib/made.ex"]);
    expect(readFileSync(join(project, "priv/made.txt"), "utf8")).not.toBe(own);
    rmSync(join(project, "lib/made.ex"));
    run(CALL);
  });
});

describe("git", () => {
  const script = `${CALL}; if Code.ensure_loaded?(App.Fresh), do: GenServer.start(App.Fresh, 0)`;

  // Three projects, each compiled with the runtime.
  test(
    "a clean checkout, a dirty worktree and a submodule are projects like any other",
    { timeout: 240_000 },
    () => {
      write("repo/mix.exs", mixfile("app"));
      write("repo/lib/app/server.ex", SERVER);
      write("repo/.gitignore", "/_build/\n/lib/app/ignored.ex\n");
      git("repo", "init", "-q", "-b", "main");
      git("repo", "add", ".");
      git("repo", "commit", "-q", "-m", "first");
      git("repo", "worktree", "add", "-q", "-b", "other", join(home, "tree of work"));
      mkdirSync(join(home, "super"));
      git("super", "init", "-q", "-b", "main");
      git("super", "submodule", "--quiet", "add", join(home, "repo"), "inner");
      write(
        "tree of work/lib/app/server.ex",
        SERVER.replace("n + 1}", "n + 2}").replace("reply, n,", "reply, 7,"),
      );
      write("tree of work/lib/app/fresh.ex", SERVER.replace("App.Server", "App.Fresh"));
      write("tree of work/lib/app/ignored.ex", SERVER.replace("App.Server", "App.Ignored"));
      const expected = { repo: "server 0", "tree of work": "server 7", "super/inner": "server 0" };
      for (const [folder, said] of Object.entries(expected)) {
        const status = git(folder, "status", "--porcelain", "--untracked-files=all");
        const project = join(home, folder);
        const run = escope(["run", project, "--", "mix", "run", "-e", script], project);
        expect(run.stdout, run.stderr).toContain(said);
        expect(git(folder, "status", "--porcelain", "--untracked-files=all")).toBe(status);
      }
      expect(git("super", "status", "--porcelain", "--untracked-files=all", "--ignore-submodules=none")).toBe(
        "A  .gitmodules\nA  inner\n",
      );
      expect(callsIn(join(home, "tree of work"))).toEqual([
        "App.Server.init/1 lib/app/server.ex",
        "App.Server.handle_call/3 lib/app/server.ex",
        "App.Fresh.init/1 lib/app/fresh.ex",
      ]);
      const plan = escope(["plan", join(home, "tree of work"), "--format", "json"], home);
      expect(plan.stdout).toContain('"App.Ignored"');
    },
  );
});

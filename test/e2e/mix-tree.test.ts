import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { command, escope, join, snapshot, tempDir, trace } from "./support.ts";

let home: string;

function write(path: string, text: string): void {
  const full = join(home, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, text);
}

/** Two projects side by side; the first depends on the second by path, and names its applications itself. */
beforeAll(() => {
  home = tempDir();
  write(
    "app/mix.exs",
    `defmodule App.MixProject do
  use Mix.Project

  def project do
    [app: :app, version: "0.1.0", elixirc_paths: paths(Mix.env()), deps: [{:side, path: "../side"}]]
  end

  def application, do: [mod: {App, []}, applications: [:logger, :side]]

  defp paths(:test), do: ["lib", "test/support"]
  defp paths(_), do: ["lib", "web"]
end
`,
  );
  write(
    "app/lib/app.ex",
    "defmodule App do\n  use Application\n  def start(_, _), do: Supervisor.start_link([App.Counter], strategy: :one_for_one)\nend\n",
  );
  write(
    "app/web/counter.ex",
    `defmodule App.Counter do
  use GenServer
  def start_link(_), do: GenServer.start_link(__MODULE__, 0, name: __MODULE__)
  def init(n), do: {:ok, n}
  def handle_call(:next, _from, n), do: {:reply, Side.add(n, 1), n + 1}
end
`,
  );
  write(
    "side/mix.exs",
    'defmodule Side.MixProject do\n  use Mix.Project\n  def project, do: [app: :side, version: "0.1.0"]\nend\n',
  );
  write("side/lib/side.ex", "defmodule Side do\n  def add(a, b), do: a + b\nend\n");
});

test("a path dependency beside the project, further source folders and an explicit list of applications work", () => {
  const before = snapshot(home);
  const project = join(home, "app");
  const script = 'IO.puts("next #{GenServer.call(App.Counter, :next)}")';
  const run = escope(["run", project, "--", "mix", "run", "-e", script], project);
  expect(run.stderr).not.toMatch(/error/i);
  expect(run.stdout).toContain("next 1");
  const { spans } = trace(project);
  expect(spans.map((span) => `${span.module}.${span.function}/${span.arity}`)).toEqual([
    "App.Counter.init/1",
    "App.Counter.handle_call/3",
  ]);
  expect(snapshot(home, ["app/_escope", "app/.escope", "side/_build"])).toEqual(before);
  expect(command("git", ["init", "-q"], project).status).toBe(0);
  const status = command("git", ["status", "--porcelain", "--untracked-files=all"], project);
  expect(status.stdout).not.toMatch(/_escope|\.escope/);
});

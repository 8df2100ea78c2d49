import { cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { command, escope, join, snapshot, tempDir, trace } from "./support.ts";

let home: string;

function write(path: string, text: string): void {
  const full = join(home, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, text);
}

beforeAll(() => {
  home = tempDir();
  writeApp();
  writeScattered();
});

/** Two projects side by side; the first depends on the second by path, and names its applications itself. */
function writeApp(): void {
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
}

/** The beginning of a `mix.exs`. */
function mixModule(app: string, rest: string): string {
  return `defmodule ${app}.MixProject do
  use Mix.Project
  def project, do: [app: :${app.toLowerCase()}, version: "0.1.0", ${rest}]
`;
}

/**
 * A project in a git repository whose parts lie all over: sources that git ignores or that are behind a link, a submodule
 * that depends on what lies beside the project, configuration beside the project, links of every kind, a fifo.
 */
function writeScattered(): void {
  write(
    "scattered/mix.exs",
    `${mixModule("Scattered", 'description: File.read!("../WORDS"), elixirc_paths: paths(Mix.env()), deps: [{:part, path: Path.expand("vendor/part", __DIR__)}]')}
  def application, do: [mod: {Scattered, []}]
  defp paths(:test), do: paths(:dev) ++ ["test/support"]
  defp paths(_), do: ["lib", "generated"]
end
`,
  );
  write("scattered/config/config.exs", 'import Config\nimport_config "../../settings/#{config_env()}.exs"\n');
  write("WORDS", "all over");
  write("settings/test.exs", 'import Config\nimport_config "word.exs"\n');
  write("settings/word.exs", 'import Config\nconfig :scattered, word: "set"\n');
  write(
    "scattered/lib/scattered.ex",
    `defmodule Scattered do
  use Application
  def start(_, _), do: Supervisor.start_link([Shared], strategy: :one_for_one)
  def word, do: Generated.word() <> Part.word() <> Application.fetch_env!(:scattered, :word)
end
`,
  );
  write("scattered/.gitignore", "/generated/\n");
  write("scattered/generated/generated.ex", 'defmodule Generated do\n  def word, do: "generated "\nend\n');
  write(
    "shared/shared.ex",
    "defmodule Shared do\n  use GenServer\n  def start_link(_), do: GenServer.start_link(__MODULE__, 0)\n  def init(n), do: {:ok, n}\nend\n",
  );
  write("scattered/test/test_helper.exs", "ExUnit.start()\n");
  write("scattered/test/support/ask.ex", "defmodule Ask do\n  def word, do: Scattered.word()\nend\n");
  write(
    "scattered/test/scattered_test.exs",
    `defmodule ScatteredTest do
  use ExUnit.Case
  test "all parts are there" do
    assert Ask.word() == "generated part and ground set"
    assert File.read!(Application.app_dir(:scattered, "priv/link.txt")) == "generated"
  end
end
`,
  );
  write("scattered/priv/real.txt", "generated");
  const links = {
    "lib/shared": "../../shared",
    "priv/link.txt": "real.txt",
    "priv/lost": "nowhere",
    "priv/up": "..",
  };
  for (const [path, target] of Object.entries(links)) symlinkSync(target, join(home, "scattered", path));
  expect(command("mkfifo", [join(home, "scattered/priv/pipe")], home).status).toBe(0);
  write("ground/mix.exs", `${mixModule("Ground", "deps: []")}end\n`);
  write("ground/lib/ground.ex", 'defmodule Ground do\n  def word, do: "and ground "\nend\n');
  write("part/mix.exs", `${mixModule("Part", 'deps: [{:ground, path: "../../../ground"}]')}end\n`);
  write(
    "part/lib/part.ex",
    `defmodule Part do
  use GenServer
  def init(word), do: {:ok, word}
  def handle_call(:word, _from, word), do: {:reply, word, word}
  def word do
    {:ok, server} = GenServer.start(Part, "part ")
    GenServer.call(server, :word) <> Ground.word()
  end
end
`,
  );
  for (const repository of ["part", "scattered"]) git(repository, "init", "-q");
  commit("part");
  git("scattered", "submodule", "--quiet", "add", join(home, "part"), "vendor/part");
  commit("scattered");
}

function git(repository: string, ...args: readonly string[]): void {
  const options = ["-c", "user.name=t", "-c", "user.email=t@localhost", "-c", "protocol.file.allow=always"];
  const { status, stderr } = command("git", [...options, ...args], join(home, repository));
  expect(status, stderr).toBe(0);
}

function commit(repository: string): void {
  git(repository, "add", ".");
  git(repository, "commit", "-q", "-m", "first");
}

test("a path dependency beside the project, further source folders and an explicit list of applications work", () => {
  const before = snapshot(home);
  const project = join(home, "app");
  const script = 'IO.puts("next #{GenServer.call(App.Counter, :next)}")';
  const run = escope(["run", project, "--", "mix", "run", "-e", script], project);
  expect(run.stderr).not.toMatch(/\berror\b/i);
  expect(run.stdout).toContain("next 1");
  const { spans } = trace(project);
  expect(spans.map((span) => `${span.module}.${span.function}/${span.arity}`)).toEqual([
    "App.Counter.init/1",
    "App.Counter.handle_call/3",
  ]);
  expect(snapshot(home, ["app/_escope", "app/.escope"])).toEqual(before);
  expect(command("git", ["init", "-q"], project).status).toBe(0);
  const status = command("git", ["status", "--porcelain", "--untracked-files=all"], project);
  expect(status.stdout).not.toMatch(/_escope|\.escope/);
});

test("a tree that was moved alone says which dependency stayed behind; with copies of all it works anywhere", () => {
  const project = join(home, "app");
  const moved = (name: string): ReturnType<typeof command> => {
    expect(escope(["instrument", project], project).status).toBe(0);
    const place = join(tempDir(), "some/where", name);
    cpSync(join(project, "_escope"), place, { recursive: true, verbatimSymlinks: true });
    return command("mix", ["run", "-e", "IO.puts(Side.add(1, 2))"], place);
  };
  const without = moved("without");
  expect([without.status, without.stderr]).toEqual([
    1,
    expect.stringContaining("escope: this tree was moved without its original: side lies beside that"),
  ]);
  write("app/escope.config.yaml", "deps: [side]\n");
  try {
    expect(moved("with").stdout).toMatch(/^3$/m);
  } finally {
    rmSync(join(project, "escope.config.yaml"));
  }
});

test("parts that lie all over, links of every kind and a build folder of the environment's work", () => {
  const project = join(home, "scattered");
  const env = { MIX_BUILD_PATH: join(home, "built") };
  const original = command("mix", ["test"], project, env);
  expect(original.stdout, original.stderr).toContain("1 test, 0 failures");
  const before = snapshot(home);
  const run = escope(["run", project, "--", "mix", "test"], project, env);
  expect(run.stdout, run.stderr).toContain("1 test, 0 failures");
  expect(trace(project).spans.map(({ file, function: name }) => `${file} ${name}`)).toEqual([
    "lib/shared/shared.ex init",
    "vendor/part/lib/part.ex init",
    "vendor/part/lib/part.ex handle_call",
  ]);
  expect(snapshot(home, ["scattered/_escope", "scattered/.escope", "built_escope"])).toEqual(before);
  git("scattered", "diff", "--exit-code");
});

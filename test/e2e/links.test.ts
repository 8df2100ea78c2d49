import { expect, test } from "vitest";
import { lay, tempFolder, type Layout } from "../project/sandbox.ts";
import { escope, join, snapshot, trace } from "./support.ts";

const mix = (app: string, deps = ""): string => `defmodule ${moduleOf(app)}.MixProject do
  use Mix.Project
  def project, do: [app: :${app}, version: "0.1.0", deps: [${deps}]]
  def application, do: [extra_applications: [:logger]]
end
`;

function moduleOf(app: string): string {
  return `${app.charAt(0).toUpperCase()}${app.slice(1)}`;
}

/** An application with a GenServer that is started and asked by `go/0`. */
function application(folder: string, app: string, deps = ""): Layout {
  const source = `defmodule ${moduleOf(app)} do
  use GenServer
  def init(n), do: {:ok, n}
  def handle_call(:get, _, n), do: {:reply, n, n}

  def go do
    {:ok, pid} = GenServer.start_link(__MODULE__, 1)
    GenServer.call(pid, :get)
  end
end
`;
  return { [`${folder}/mix.exs`]: mix(app, deps), [`${folder}/lib/${app}.ex`]: source };
}

const dependent = application("home", "main", '{:near, path: "vendor/near"}');

function run(root: string, code: string): { modules: string[]; stdout: string } {
  const before = snapshot(root, ["_escope", ".escope"]);
  const { status, stdout, stderr } = escope(["run", root, "--", "mix", "run", "-e", code], root);
  expect(status, stdout + stderr).toBe(0);
  expect(snapshot(root, ["_escope", ".escope"])).toEqual(before);
  return { modules: [...new Set(trace(root).spans.map(({ module }) => module))].toSorted(), stdout };
}

test.each<[string, Layout]>([
  [
    "the dependency leads within the root",
    { ...application("home/real/near", "near"), "home/vendor/near": "-> ../real/near" },
  ],
  [
    "the dependency leads out of it",
    {
      ...application("libs/near", "near"),
      "home/vendor/near": "-> ../../libs/near",
      "home/escope.config.yaml": "deps: [near]\n",
    },
  ],
  [
    "the folder above leads out of it",
    {
      ...application("libs/near", "near"),
      "home/vendor": "-> ../libs",
      "home/escope.config.yaml": "deps: [near]\n",
    },
  ],
])("a path dependency behind a link is probed: %s", (_name, layout) => {
  const folder = tempFolder();
  lay(folder, { ...dependent, ...layout });
  expect(run(join(folder, "home"), "IO.inspect(Main.go() + Near.go())").modules).toEqual(["Main", "Near"]);
});

test("one that leads out of the root, and nobody named, is compiled where it lies, and said to be left out", () => {
  const folder = tempFolder();
  lay(folder, {
    ...dependent,
    ...application("libs/near", "near"),
    "home/vendor/near": "-> ../../libs/near",
  });
  const root = join(folder, "home");
  expect(run(root, "IO.inspect(Main.go() + Near.go())").modules).toEqual(["Main"]);
  expect(escope(["plan", root], root).stdout).toMatch(
    /deps: \[near\] takes them in\):\n {2}near {2}\.\.\/libs\/near/,
  );
});

test("applications of an umbrella that are links are probed, and their ways up start where the links lead to", () => {
  const folder = tempFolder();
  lay(folder, {
    "home/mix.exs": mix("home").replace("app: :home", 'apps_path: "apps"'),
    ...application("home/apps/one", "one"),
    ...application("home/parts/three", "three"),
    ...application("home/shared", "shared"),
    ...application("two", "two", '{:shared, path: "../home/shared"}, {:beside, path: "../beside"}'),
    ...application("beside", "beside"),
    "home/apps/two": "-> ../../two",
    "home/apps/three": "-> ../parts/three",
    "home/apps/gone": "-> ../../nowhere",
  });
  const { modules, stdout } = run(
    join(folder, "home"),
    "IO.inspect({One.go(), Two.go(), Three.go(), Shared.go(), Beside.go()})",
  );
  expect(stdout).toContain("{1, 1, 1, 1, 1}");
  expect(modules).toEqual(["One", "Shared", "Three", "Two"]);
});

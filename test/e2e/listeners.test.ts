import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { expect, test } from "vitest";
import { NEWER_ELIXIR } from "../support/newer-elixir.ts";
import { escope, existsSync, join, tempDir, trace } from "./support.ts";

const files = {
  "app/mix.exs": `defmodule App.MixProject do
  use Mix.Project
  def project, do: [app: :app, version: "0.1.0", listeners: [Ear], deps: [{:ear, path: "../ear"}]]
end
`,
  "app/lib/server.ex":
    "defmodule App.Server do\n  use GenServer\n  def init(n), do: {:ok, n}\n  def handle_call(:go, _, n), do: {:reply, n, n}\nend\n",
  "ear/mix.exs":
    'defmodule Ear.MixProject do\n  use Mix.Project\n  def project, do: [app: :ear, version: "0.1.0"]\nend\n',
  "ear/lib/ear.ex": `defmodule Ear do
  use GenServer
  def start_link(_), do: GenServer.start_link(__MODULE__, nil, name: __MODULE__)
  def init(_), do: {:ok, nil}
  def handle_info({:modules_compiled, info}, nil) do
    File.write!("../../heard.txt", inspect(info.modules_diff.changed))
    {:noreply, nil}
  end
end
`,
};

/** Changes a source of the tree itself, and compiles as a code reloader does. */
const SCRIPT = `
{:ok, server} = GenServer.start(App.Server, 1)
File.write!("lib/server.ex", File.read!("lib/server.ex") <> "# changed\\n")
for task <- Mix.Task.all_modules() |> Enum.map(&Mix.Task.task_name/1), String.starts_with?(task, "compile"), do: Mix.Task.reenable(task)
Mix.Task.run("compile")
Process.sleep(200)
GenServer.call(server, :go)
`;

const { path, missing } = NEWER_ELIXIR;

test.skipIf(missing !== undefined)(
  `a project's listeners hear of what is compiled in the tree${missing === undefined ? "" : ` (${missing})`}`,
  () => {
    const home = tempDir();
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(home, file)), { recursive: true });
      writeFileSync(join(home, file), text);
    }
    const project = join(home, "app");
    const run = escope(["run", project, "--", "mix", "run", "-e", SCRIPT], project, { PATH: path });
    expect(run.status, run.stdout + run.stderr).toBe(0);
    expect(existsSync(join(home, "heard.txt")), run.stdout + run.stderr).toBe(true);
    expect(readFileSync(join(home, "heard.txt"), "utf8")).toBe("[App.Server]");
    const { spans } = trace(project);
    expect(spans.map((span) => span.function)).toEqual(["init", "handle_call"]);
  },
);

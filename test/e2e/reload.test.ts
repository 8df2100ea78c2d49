import { spawn } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { expect, test } from "vitest";
import { CLI, escope, join, tempDir, trace, userEnv } from "./support.ts";

const MIX = `defmodule Again.MixProject do
  use Mix.Project
  def project, do: [app: :again, version: "0.1.0"]
end
`;

/** Line 5 answers \`:a\`. */
const BEFORE = `defmodule Again.Server do
  use GenServer
  def init(n), do: {:ok, n}
  @impl true
  def handle_call(:a, _from, n), do: {:reply, :a, n}
end
`;

/** What was clause 1 is clause 2 here, three lines further down. */
const AFTER = BEFORE.replace("  @impl", "  # one more\n\n  @impl").replace(
  "  def handle_call(:a",
  "  def handle_call(:b, _from, n), do: {:reply, :b, n}\n  def handle_call(:a",
);

/** The clauses as before, lines alone have moved. */
const MOVED = BEFORE.replace("  @impl", "  # moved\n\n\n\n\n  @impl");

/** Calls, waits for each file to come, compiles in the running VM as \`recompile\` in IEx does, and calls again. */
const SCRIPT = `
{:ok, pid} = GenServer.start(Again.Server, 0)
call = fn messages -> for message <- messages, do: GenServer.call(pid, message) end
wait = fn wait, file -> if File.exists?(file), do: :ok, else: (Process.sleep(20); wait.(wait, file)) end
call.([:a])
File.write!("../ready-0", "")
for {number, messages} <- [{1, [:b, :a]}, {2, [:a]}] do
  # What follows the loading may be killed, too: once it has looked, what it saw is on the disk.
  if number == 2, do: Process.sleep(300) && Process.exit(Process.whereis(Escope.Reload), :kill)
  wait.(wait, "../go-#{number}")
  for task <- Mix.Task.all_modules() |> Enum.map(&Mix.Task.task_name/1), String.starts_with?(task, "compile"), do: Mix.Task.reenable(task)
  Mix.Task.run("compile")
  call.(messages)
  File.write!("../ready-#{number}", "")
end
`;

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

async function until(met: () => boolean): Promise<void> {
  for (const end = Date.now() + 60_000; !met();) {
    if (Date.now() > end) throw new Error("waited too long");
    await new Promise((done) => setTimeout(done, 20));
  }
}

test("code that is instrumented and loaded anew while a recording runs is named rightly, before and after", async () => {
  const project = join(tempDir(), "again");
  const source = join(project, "lib/server.ex");
  write(join(project, "mix.exs"), MIX);
  write(source, BEFORE);
  const args = [CLI, "run", project, "--", "mix", "run", "-e", SCRIPT];
  const child = spawn(process.execPath, args, { cwd: project, env: userEnv(), stdio: "ignore" });
  const ended = new Promise((done) => child.once("close", done));
  for (const [number, text] of [AFTER, MOVED].entries()) {
    await until(() => existsSync(join(project, `ready-${number}`)));
    write(source, text);
    const again = escope(["instrument", project], project);
    expect(again.status, again.stderr).toBe(0);
    write(join(project, `go-${number + 1}`), "");
  }
  expect(await ended).toBe(0);
  const calls = trace(project).spans.filter((span) => span.function === "handle_call");
  expect(calls.map(({ module, clause, line, args: given }) => [module, clause, line, given?.[0]])).toEqual([
    ["Again.Server", 1, 5, ":a"],
    ["Again.Server", 1, 7, ":b"],
    ["Again.Server", 2, 8, ":a"],
    ["Again.Server", 1, 10, ":a"],
  ]);
});

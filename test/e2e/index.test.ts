import { mkdirSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { copyProject, escope, join } from "./support.ts";

function deep(open: string, close: string): string {
  return `${open.repeat(3000)}x${close.repeat(3000)}`;
}

test("the project's modules, one module, and nothing is written", () => {
  const project = copyProject("otp_shop");
  const all = escope(["index", project], project);
  expect(all.status, all.stderr).toBe(0);
  expect(all.stdout).toMatch(/^otp_shop: \d+ modules, \d+ functions\n/);
  expect(all.stdout).toContain("\ngen_statem (1)\n  OtpShop.Payment  lib/otp_shop/payment.ex:1\n");
  const one = escope(["index", project, "--module", "OtpShop.Robot"], project);
  expect(one.stdout).toMatch(/^OtpShop\.Robot {2}lib\/otp_shop\/robot\.ex:1\n {2}gen_server\n/);
});

test("JSON is the same at every run", () => {
  const project = copyProject("otp_shop");
  const [first, second] = [0, 1].map(() => escope(["index", project, "--format", "json"], project).stdout);
  expect(first).toBe(second);
  const { modules } = JSON.parse(first ?? "") as { modules: { name: string; kinds: string[] }[] };
  expect(modules.find(({ name }) => name === "OtpShop.Stats")?.kinds).toEqual(["agent"]);
});

test("a graph as text, JSON, for Graphviz and for Mermaid, narrowed to a module", () => {
  const project = copyProject("otp_shop");
  const graph = (format: string): string =>
    escope(
      ["index", project, "--graph", "messages", "--module", "OtpShop.Robot", "--format", format],
      project,
    ).stdout;
  expect(graph("text")).toContain("GenServer.call {:fetch, _} to OtpShop.Robot");
  expect(JSON.parse(graph("json"))).toMatchObject({ messages: [{ message: "{:fetch, _}" }] });
  expect(graph("dot")).toContain(
    '"OtpShop.Robot.fetch/2" -> "OtpShop.Robot.handle_call/3" [label="{:fetch, _}"];',
  );
  expect(graph("mermaid")).toMatch(/^flowchart LR\n/);
});

test("macros of dependencies are followed, in deps and by path", () => {
  const project = copyProject("otp_shop");
  mkdirSync(join(project, "deps/odd/lib"), { recursive: true });
  writeFileSync(
    join(project, "deps/odd/lib/elsewhere.ex"),
    "defmodule Odd.Server do\n  @callback tick(term) :: term\n  defmacro __using__(_) do\n    quote do\n      @behaviour Odd.Server\n      use GenServer\n      def handle_info(:odd, s), do: {:noreply, s}\n    end\n  end\nend\n",
  );
  writeFileSync(
    join(project, "lib/clock.ex"),
    "defmodule Clock do\n  use Odd.Server\n  def init(x), do: {:ok, send(self(), :odd)}\n  def tick(x), do: x\nend\n",
  );
  const { modules } = JSON.parse(
    escope(["index", project, "--module", "Clock", "--format", "json"], project).stdout,
  );
  expect(modules).toMatchObject([
    {
      kinds: ["gen_server"],
      behaviours: ["GenServer", "Odd.Server"],
      functions: [{ callback_of: ["GenServer"] }, { callback_of: ["Odd.Server"] }],
      handlers: [{ function: "Clock.handle_info/2", clause: 0, file: "deps/odd/lib/elsewhere.ex", line: 7 }],
      messages: [{ message: ":odd", taken_by: [{ file: "deps/odd/lib/elsewhere.ex", line: 7 }] }],
    },
  ]);
  const { probes, unfollowed } = JSON.parse(escope(["plan", project, "--format", "json"], project).stdout);
  expect(probes.filter(({ module }: { module: string }) => module === "Clock")).toMatchObject([
    { function: "init" },
  ]);
  expect(unfollowed).toEqual([]);
});

test("what a default may stand for is in the text, too", () => {
  const project = copyProject("otp_shop");
  const source = "defmodule Held do\n  def get(x), do: x\n  def f(m \\\\ Held), do: m.get(1)\nend\n";
  writeFileSync(join(project, "lib/held.ex"), source);
  const page = escope(["index", project, "--module", "Held"], project).stdout;
  expect(page).toContain("m.get(1) (maybe Held.get/1)");
  const graph = escope(["index", project, "--module", "Held", "--graph", "calls"], project).stdout;
  expect(graph).toContain("? m.get(1) (line 3, maybe of Held)");
});

test("what is wrong is said", () => {
  const project = copyProject("otp_shop");
  writeFileSync(join(project, "lib/broken.ex"), "defmodule Broken do\n  def f(, do: 1\nend\n");
  const found = escope(["index", project, "--module", "OtpShop.Robott"], project);
  expect(found.status).toBe(2);
  expect(found.stderr).toContain("hint: Did you mean OtpShop.Robot?");
  expect(escope(["index", project, "--format", "dot"], project)).toMatchObject({ status: 2 });
  expect(escope(["index", project, "--module", ""], project)).toMatchObject({ status: 2 });
  const all = escope(["index", project], project);
  expect(all.status).toBe(0);
  expect(all.stderr).toMatch(/^lib\/broken\.ex:2:\d+: does not parse as Elixir; it is not in the index\n$/);
});

test("deep nesting and modules defined twice are borne", () => {
  const project = copyProject("otp_shop");
  writeFileSync(
    join(project, "lib/deep.ex"),
    `defmodule Deep do\n  def f(x), do: ${deep("[", "]")}\n  def g(x), do: ${deep("h(", ")")}\nend\n`,
  );
  writeFileSync(
    join(project, "lib/twice.ex"),
    "defmodule Twice do\n  use GenServer\nend\ndefmodule Twice do\n  use Twice\nend\n",
  );
  const found = escope(["index", project], project);
  expect(found.status, found.stderr).toBe(0);
  expect(found.stderr).toMatch(
    /^lib\/deep\.ex:2: what is nested more than 400 levels deep here is not read$/m,
  );
  expect(found.stdout).toContain("  Twice  lib/twice.ex:");
});

test("one file that is nested too deeply to be read does not keep the others from being read", () => {
  const project = copyProject("otp_shop");
  const server = "defmodule Deepest do\n  use GenServer\n  def init(x), do: {:ok, x}\nend\n";
  const conditions = `${"if true do\n".repeat(5000)}${server}${"end\n".repeat(5000)}`;
  writeFileSync(join(project, "lib/deepest.ex"), conditions);
  const found = escope(["index", project], project);
  expect([found.status, found.stderr]).toEqual([
    0,
    expect.stringMatching(
      /^lib\/deepest\.ex:\d+:\d+: is nested too deeply to be read; it is not in the index\n$/,
    ),
  ]);
  expect(found.stdout).toContain("OtpShop.Robot");
  const plan = JSON.parse(escope(["plan", project, "--format", "json"], project).stdout);
  expect(plan.skipped).toMatchObject([{ file: "lib/deepest.ex", module: null }]);
  expect(plan.skipped[0].reason).toMatch(
    /^the file is nested too deeply to be read, from lib\/deepest\.ex:\d+:\d+ on$/,
  );
  expect(plan.probes.length).toBeGreaterThan(0);
  const written = escope(["instrument", project, "--format", "json"], project);
  expect([written.status, JSON.parse(written.stdout).skipped.length]).toEqual([0, 1]);
});

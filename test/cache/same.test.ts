import { cpSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { planTree, renderTree, writeRendered, type Rendered } from "../../src/instrument.ts";

const SHOP = fileURLToPath(new URL("../../fixtures/projects/otp_shop", import.meta.url));
const RULE_SETS = [
  [],
  ["builtin:everything"],
  ["builtin:agent_task"],
  ["builtin:gen_server", "builtin:messages"],
];
const scratch = mkdtempSync(join(tmpdir(), "escope-cache-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Repeats itself from run to run. */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) % sides;
}

function copy(seed: number): string {
  const project = join(scratch, `shop${seed}`);
  const left = new Set(["_build", "deps", "_escope", ".escope"]);
  cpSync(SHOP, project, { recursive: true, filter: (path) => !left.has(basename(path)) });
  return project;
}

const INSERTIONS = [
  "\n  def added(x), do: x\n",
  "\n  # escope:ignore nothing\n",
  "\n  use GenServer\n",
  "\n  use Shop.Made\n",
  "\n  def broken(\n",
  "\n  def loop(n), do: loop(n - 1)\n",
  "\n  def call(p), do: GenServer.call(p, :x)\n",
];
const MACROS = ["GenServer", "Agent", "Shop.Other"];

/** One change of the kind that people, editors and version control make. */
function edit(project: string, roll: (sides: number) => number): void {
  const lib = join(project, "lib");
  const files = readdirSync(lib, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ex"))
    .toSorted();
  const file = join(lib, files[roll(files.length)] ?? "");
  const text = readFileSync(file, "utf8");
  const lines = text.split("\n");
  const at = roll(lines.length);
  const kind = roll(6);
  if (kind === 0 && files.length > 3) rmSync(file);
  else if (kind === 1) renameSync(file, file.replace(/(_r)?\.ex$/, `_${roll(9)}_r.ex`));
  else if (kind === 2) writeFileSync(file, [...lines.slice(0, at), ...lines.slice(at + 1)].join("\n"));
  else if (kind === 3) writeFileSync(join(lib, "made.ex"), macroModule(MACROS[roll(MACROS.length)] ?? ""));
  else if (kind === 4) writeFileSync(join(lib, `copy${roll(3)}.ex`), text);
  else
    writeFileSync(
      file,
      [...lines.slice(0, at), INSERTIONS[roll(INSERTIONS.length)], ...lines.slice(at)].join("\n"),
    );
}

function macroModule(used: string): string {
  return `defmodule Shop.Made do\n  defmacro __using__(_), do: quote(do: use ${used})\nend\n`;
}

function comparable({ plan, changed, manifest }: Rendered): string {
  return JSON.stringify({ plan, changed, manifest });
}

/** Of a file in which nothing can be selected it is not said that it does not parse. */
function selected({ skipped, unfollowed: _unfollowed, ...plan }: Rendered["plan"]): string {
  return JSON.stringify({ ...plan, skipped: skipped.filter(({ module }) => module !== null) });
}

test("after any edits, what is worked out with a cache, and from the files that matter, is what is worked out anew from all", async () => {
  for (let seed = 1; seed <= 3; seed += 1) {
    const project = copy(seed);
    const roll = dice(seed);
    let [saved, read, total] = [0, 0, 0];
    for (let round = 0; round < 12; round += 1) {
      edit(project, roll);
      const request = { project, rules: RULE_SETS[roll(RULE_SETS.length)] ?? [] };
      const cold = await renderTree(await planTree({ ...request, cache: false }));
      const warm = await renderTree(await planTree(request));
      expect(comparable(warm)).toBe(comparable(cold));
      const full = await planTree({ ...request, cache: false, inFull: true });
      expect(selected(cold.planned.plan)).toBe(selected(full.plan));
      read += cold.planned.reader.parsed;
      total += full.reader.parsed;
      saved += warm.planned.files.sources.length - warm.planned.reader.parsed;
      if (roll(3) > 0) writeRendered(warm);
    }
    expect(saved).toBeGreaterThan(30);
    expect(read).toBeLessThan(total);
  }
}, 120_000);

/** A callback's tail calls lead through modules in which no rule selects anything, and back. */
const ROUND = {
  "clock.ex": `defmodule Round.Clock do
  use GenServer
  use Round.Names
  alias Round.Gear
  def init(state), do: {:ok, state}
  def handle_info(:tick, state), do: Gear.turn(state)
  def handle_info(:stop, state), do: Gear.rest(state)
  def handle_cast(:count, state), do: Round.Lent.last(Round.Gear.count(state))
  def handle_continue(:go, state), do: Round.Each.apply_to(state, &handle_continue(:go, &1))
  def terminate(reason, state), do: Lever.pull(reason, state)
  def handle_call(:far, from, state), do: held().far(from, state)
  defp held, do: Round.Held.held()
end`,
  "names.ex": `defmodule Round.Names do
  defmacro __using__(_), do: quote(do: alias Round.Deep.Lever)
end`,
  "lever.ex": `defmodule Round.Deep.Lever do
  def pull(reason, state), do: Round.Clock.terminate(reason, state)
end`,
  "gear.ex": `defmodule Round.Gear do
  import Round.Wheel
  def turn(state), do: roll(state)
  def rest(state), do: {:noreply, state}
  def count(state), do: Round.Clock.handle_cast(:count, state)
end`,
  "wheel.ex": `defmodule Round.Wheel do
  def roll(state), do: Round.Step.next(%Round.Spoke{state: state})
end`,
  "step.ex": "defprotocol Round.Step do\n  def next(step)\nend",
  "spoke.ex": "defmodule Round.Spoke do\n  defstruct [:state]\nend",
  "next.ex": `defimpl Round.Step, for: Round.Spoke do
  def next(%{state: state}), do: Round.Clock.handle_info(:tick, state)
end`,
  "lent.ex": `defmodule Round.Lent do
  defmacro last(code), do: quote(do: unquote(code))
end`,
  "each.ex": "defmodule Round.Each do\n  def apply_to(state, fun), do: Round.Call.call(fun, state)\nend",
  "call.ex": "defmodule Round.Call do\n  def call(fun, state), do: fun.(state)\nend",
  "held.ex": "defmodule Round.Held do\n  def held, do: Round.Far\nend",
  "far.ex": `defmodule Round.Far do
  def far(from, state), do: Round.Clock.handle_call(:far, from, state)
end`,
  "other.ex": "defmodule Round.Other do\n  def roll(state), do: state\nend",
};

test("a callback's loop counts, through whichever files it goes, and the other files are not read", async () => {
  const project = copy(9);
  for (const [name, text] of Object.entries(ROUND)) writeFileSync(join(project, "lib", name), text);
  const scoped = await planTree({ project, rules: ["builtin:gen_server"], cache: false });
  const full = await planTree({ project, rules: ["builtin:gen_server"], cache: false, inFull: true });
  const ofClock = scoped.plan.probes.filter(({ module }) => module === "Round.Clock");
  expect(ofClock.map(({ line, mode }) => `${line} ${mode}`)).toEqual([
    "5 full",
    "6 enter",
    "7 full",
    "8 enter",
    "9 enter",
    "10 enter",
    "11 enter",
  ]);
  expect(scoped.plan.probes).toEqual(full.plan.probes);
  expect(scoped.index.modules.has("Round.Other")).toBe(false);
});

test("where rules ask what modules are, no file is parsed twice", async () => {
  const project = copy(10);
  const rules = join(scratch, "kinds.yml");
  writeFileSync(rules, "rules: [{ id: servers, match: { module: { kind: gen_server } } }]\n");
  const { plan, reader, files } = await planTree({ project, rules: [rules], cache: false });
  expect(plan.probes.length).toBeGreaterThan(0);
  expect(reader.parsed).toBe(files.sources.length);
});

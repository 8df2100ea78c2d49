import { writeFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { copyProject, escope, join, trace, type TraceJson } from "./support.ts";

interface CallbackJson {
  module: string;
  pid: string;
  args: string[];
  result: string | null;
  state: { before: number | null; after: number | null } | null;
}

interface Version {
  version: number;
  span: string;
  by: string;
  changes: { key: string; before: string | null; after: string | null }[] | null;
  state: string | null;
}

/** What was the state at this event, and who changed it. */
describe("otp_shop's states", () => {
  let project: string;
  let recorded: TraceJson;

  beforeAll(() => {
    project = copyProject("otp_shop");
    const run = escope(["run", project, "--", "mix", "shop.demo"], project);
    expect(run.status, run.stdout + run.stderr).toBe(0);
    recorded = trace(project);
  });

  function ask<T>(...args: string[]): T {
    const { status, stdout, stderr } = escope(["trace", "state", ...args, "--format", "json"], project);
    expect(status, stderr).toBe(0);
    return JSON.parse(stdout) as T;
  }

  test("a callback begins with the state that the one before has left", () => {
    const last = new Map<string, { version: number; result: string }>();
    let followed = 0;
    for (const { pid, result, args, state } of recorded.spans as unknown as readonly CallbackJson[]) {
      if (state === null) continue;
      const before = last.get(pid);
      if (before !== undefined && state.before !== null) {
        expect(state.before).toBe(before.version);
        expect(before.result).toContain(args.at(-1));
        followed += 1;
      }
      if (state.after === null) last.delete(pid);
      else last.set(pid, { version: state.after, result: result ?? "" });
    }
    expect(followed).toBeGreaterThan(10);
  });

  test("every state of a cart, with the call that brought it", () => {
    const { processes } = ask<{ processes: { versions: Version[] }[] }>("--pid", "OtpShop.Cart");
    const [versions = []] = processes.map((process) => process.versions);
    expect(versions[0]).toMatchObject({
      version: 1,
      by: "OtpShop.Cart.init/1#1",
      changes: null,
      state: '%OtpShop.Cart{customer: "amber", items: %{}, notices: []}',
    });
    expect(versions[1]).toMatchObject({
      by: "OtpShop.Cart.handle_call/3#1",
      changes: [{ key: 'items."TEA-01"', before: null, after: "3", added: true, removed: false }],
    });
    const notices = ask<{ processes: { versions: Version[] }[] }>(
      "--pid",
      "OtpShop.Cart",
      "--key",
      "notices",
    );
    const changed = notices.processes[0]?.versions.filter(({ changes }) => changes !== null);
    expect(changed?.map(({ changes }) => changes?.map(({ after }) => after))).toEqual([
      ['[{"TEA-01", 390}]'],
      ["[]"],
    ]);
  });

  test("the whole state at an event", () => {
    const checkout = recorded.spans.find(
      ({ module, args }) => module === "OtpShop.Cart" && args?.[0]?.startsWith("{:checkout") === true,
    );
    const at = ask<{ before: { state: string }[]; after: { state: string }[] }>("--at", checkout?.span ?? "");
    expect(at.before.map(({ state }) => state)).toEqual([checkout?.args?.[2]]);
    expect(at.after[0]?.state).toContain("items: %{}, notices: []");
  });

  test("unknown processes and spans are told", () => {
    for (const args of [
      ["--pid", "nobody"],
      ["--at", "nothing:1"],
    ]) {
      const { status, stderr } = escope(["trace", "state", ...args], project);
      expect(status).toBe(2);
      expect(stderr).toMatch(/no (process nobody|span nothing:1) in this recording/);
    }
  });
});

const SERVER = `
  use GenServer
  def init(state), do: {:ok, state}
  def handle_call({:put, key, value}, _from, state), do: {:reply, :ok, Map.put(state, key, value)}
`;
const NAMES = ["Diff", "Full", "Without", "Narrow"];

/** Each mode in a module of its own; the first rule asks nothing of states. */
const RULES = `rules:
  - { id: diff, match: { module: { name: OtpShop.Modes.Diff }, function: { callback_of: GenServer } } }
  - id: full
    match: { module: { name: OtpShop.Modes.Full }, function: { callback_of: GenServer } }
    do: { capture: { state: full } }
  - id: without
    match: { module: { name: OtpShop.Modes.Without }, function: { callback_of: GenServer } }
    do: { capture: { state: false } }
  - id: narrow
    match: { module: { name: OtpShop.Modes.Narrow }, function: { callback_of: GenServer } }
    do: { capture: { args: [0], result: false, state: diff }, redact: [iban], limit: { items: 2 } }
`;

const SCRIPT = `
for name <- [Diff, Full, Without, Narrow] do
  {:ok, pid} = GenServer.start(Module.concat(OtpShop.Modes, name), %{n: 1, iban: "DE1", list: [1, 2, 3, 4]})
  for put <- [{:put, :n, 2}, {:put, :iban, "DE2"}, {:put, :n, 2}], do: GenServer.call(pid, put)
end
`;

/** What `capture.state` of a rule does, seen in the recording. */
describe("capture.state", () => {
  let project: string;
  let spans: readonly CallbackJson[];

  beforeAll(() => {
    project = copyProject("otp_shop");
    const modules = NAMES.map((name) => `defmodule OtpShop.Modes.${name} do${SERVER}end\n`);
    writeFileSync(join(project, "lib", "modes.ex"), modules.join("\n"));
    writeFileSync(join(project, "modes.yml"), RULES);
    const command = [
      "--",
      "mix",
      "run",
      "--no-start",
      "-e",
      `Application.ensure_all_started(:escope); ${SCRIPT}`,
    ];
    const run = escope(["run", project, "--rules", join(project, "modes.yml"), ...command], project);
    expect(run.status, run.stdout + run.stderr).toBe(0);
    spans = trace(project).spans as unknown as readonly CallbackJson[];
  });

  const of = (name: string): readonly CallbackJson[] => spans.filter((span) => span.module.endsWith(name));
  const versions = (name: string): Version[] => {
    const pid = of(name)[0]?.pid.slice("#PID<".length, -1) ?? "";
    const { stdout } = escope(["trace", "state", "--pid", pid, "--format", "json"], project);
    return (JSON.parse(stdout) as { processes: { versions: Version[] }[] }).processes[0]?.versions ?? [];
  };

  test("diff, and without a word: what has changed, and the whole state in its place", () => {
    expect(of("Diff").map(({ state }) => [state?.before ?? null, state?.after ?? null])).toEqual([
      [null, 1],
      [1, 2],
      [2, 3],
      [3, 3],
    ]);
    expect(of("Diff")[3]?.args[2]).toBe('%{iban: "DE2", list: [1, 2, 3, 4], n: 2}');
    expect(versions("Diff")[1]?.changes).toMatchObject([{ key: "n", before: "1", after: "2" }]);
  });

  test("full: the same history, of whole states", () => {
    expect(versions("Full").map(({ changes }) => changes?.map(({ key }) => key))).toEqual([
      undefined,
      ["n"],
      ["iban"],
    ]);
    expect(of("Full")[3]?.args[2]).toBe(of("Diff")[3]?.args[2]);
  });

  test("false: no state anywhere", () => {
    expect(of("Without").map(({ state }) => state)).toEqual([null, null, null, null]);
    expect(of("Without")[1]).toMatchObject({ result: "{:reply, :ok, (left out)}" });
    expect(of("Without")[1]?.args[2]).toBe("(left out)");
    expect(versions("Without")).toEqual([]);
  });

  test("arguments and result are other keys; limits and redactions hold for each key, and are told", () => {
    expect(of("Narrow")[1]).toMatchObject({
      result: "{(left out), (left out), %{iban: [REDACTED], list: [1, 2, ... (2 more)], n: 2}}",
    });
    expect(of("Narrow")[1]?.args.slice(0, 2)).toEqual(["{:put, :n, ... (1 more)}", "(left out)"]);
    expect(versions("Narrow")[0]).toMatchObject({
      complete: false,
      state: "%{iban: [REDACTED], list: [1, 2, ... (2 more)], n: 1}",
    });
    expect(versions("Narrow").map(({ changes }) => changes?.map(({ after }) => after))).toEqual([
      undefined,
      ["2"],
      [],
    ]);
  });
});

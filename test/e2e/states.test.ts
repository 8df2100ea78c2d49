import { beforeAll, describe, expect, test } from "vitest";
import { copyProject, escope, trace, type TraceJson } from "./support.ts";

interface CallbackJson {
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

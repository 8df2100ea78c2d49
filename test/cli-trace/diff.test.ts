import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { runTraceDiff } from "../../src/cli/trace/index.ts";
import { builtRuntime, newFolder } from "../collector/elixir.ts";

const folder = newFolder();

beforeAll(() => {
  const ebin = builtRuntime();
  const env = { ...process.env, ESCOPE_RECORD: "" };
  const script = join(import.meta.dirname, "diff.exs");
  const record = (name: string, order: string, price: number): void => {
    const code = ["-pa", ebin, script, join(folder, name), order, `${price}`];
    execFileSync("elixir", code, { env, stdio: "ignore" });
  };
  record("one", "tpt", 1);
  record("same", "tpt", 1);
  record("order", "ttp", 1);
  record("price", "tpt", 2);
  record("more", "tptt", 1);
}, 120_000);

function diff(a: string, b: string, format: "text" | "json" = "text"): string {
  let out = "";
  const io = { stdout: (text: string) => void (out += text), stderr: () => {}, color: false, width: 200 };
  expect(runTraceDiff({ a, b, cwd: folder, format }, io)).toBe(0);
  return out;
}

/** Without times and numbers of processes and spans. */
function settled(text: string): string {
  return text
    .replaceAll(/#(?:PID|Reference)<[\d.]+>/g, "PID")
    .replaceAll(/[\d.]+ (?:ns|µs|ms|s)\b/g, "TIME")
    .replaceAll(/why \S+/g, "why SPAN")
    .replaceAll(/\{PID, \[[^\]]*\]\}/g, "FROM");
}

it("two runs that did the same differ in nothing", () => {
  expect(diff("one", "same")).toMatch(/\n1 process did the same\n$/);
  expect(JSON.parse(diff("one", "same", "json"))).toMatchObject({
    processes: [{ process: "Bank", parted: null }],
    only_a: [],
    only_b: [],
    counts: [],
  });
});

it("messages in another order: another call", () => {
  expect(settled(diff("one", "order"))).toMatchInlineSnapshot(`
    "A  one  6 spans in 1 process
    B  order  6 spans in 1 process

    they first part in Bank  A PID, B PID  another call
      both  TIME  Bank.handle_call/3({:take, 10}, FROM, 100) → {:reply, {:fee, 10}, 90}  TIME
      A     TIME  Bank.handle_cast/2({:put, 5, PID}, 90) → {:noreply, 95}  TIME
      B     TIME  Bank.handle_call/3({:take, 10}, FROM, 90) → {:reply, {:fee, 10}, 80}  TIME
      escope trace why SPAN one
      escope trace why SPAN order
    "
  `);
});

it("another outcome is told where it came about, not where it was handed on", () => {
  expect(settled(diff("one", "price"))).toMatchInlineSnapshot(`
    "A  one  6 spans in 1 process
    B  price  6 spans in 1 process

    they first part in Bank  A PID, B PID  another outcome
      A     TIME  Bank.fee/1(10) → {:fee, 10}  TIME
      B     TIME  Bank.fee/1(10) → {:fee, 20}  TIME
      outcome
      A     {:fee, 10}
      B     {:fee, 20}
      escope trace why SPAN one
      escope trace why SPAN price
    "
  `);
});

it("what ran more often, and a process that did no more", () => {
  expect(settled(diff("one", "more"))).toMatchInlineSnapshot(`
    "A  one  6 spans in 1 process
    B  more  8 spans in 1 process

    they first part in Bank  A PID, B PID  another call
      both  TIME  Bank.handle_call/3({:take, 10}, FROM, 95) → {:reply, {:fee, 10}, 85}  TIME
      A     nothing more
      B     TIME  Bank.handle_call/3({:take, 10}, FROM, 85) → {:reply, {:fee, 10}, 75}  TIME
      escope trace why SPAN more

    what ran more often in one
      Bank.handle_call/3  A 2, B 3
      Bank.fee/1  A 2, B 3
    "
  `);
  expect(JSON.parse(diff("more", "one", "json"))).toMatchObject({
    processes: [{ parted: { by: "calls", b: null } }],
    counts: [
      { place: "Bank.handle_call/3", a: 3, b: 2 },
      { place: "Bank.fee/1", a: 3, b: 2 },
    ],
  });
});

import { beforeAll, describe, expect, it } from "vitest";
import { runTraceStats, type ShowOptions } from "../../src/cli/trace/index.ts";
import { sampleRecording } from "../collector/elixir.ts";

let sample: string;
beforeAll(() => {
  sample = sampleRecording();
});

async function run(options: Partial<ShowOptions>): Promise<string> {
  let out = "";
  const io = { stdout: (text: string) => void (out += text), stderr: () => {}, color: false, width: 110 };
  expect(await runTraceStats({ format: "text", cwd: sample, ...options }, io)).toBe(0);
  return out;
}

describe("escope trace stats", () => {
  it("counts by clause", async () => {
    expect(`\n${await run({ recording: sample })}`).toMatchInlineSnapshot(`
      "
      callback                    count     p50      p95      max    total  errors  open
      Shop.Stock.handle_call/3#2      3  500 µs  1.20 ms  1.20 ms  1.70 ms       1     1
      Shop.Stock.check/1#1            6  100 µs   300 µs   300 µs   400 µs       1     3
      Shop.Made.a/0#1                 1  400 µs   400 µs   400 µs   400 µs       0     0
      Shop.Stock.init/1#1             1  250 µs   250 µs   250 µs   250 µs       0     0
      Shop.Stock.drain/1#1 ↻          2       –        –        –        –       0     0

      slowest   1.20 ms  Shop.Stock.handle_call/3#2  span 77-0a1b2c3d:1002
      slowest    500 µs  Shop.Stock.handle_call/3#2  span 77-0a1b2c3d:1004
      slowest    400 µs  Shop.Made.a/0#1  span 77-0a1b2c3d:1152921504606846976
      slowest    300 µs  Shop.Stock.check/1#1  span 77-0a1b2c3d:1005
      slowest    250 µs  Shop.Stock.init/1#1  span 77-0a1b2c3d:1001

      crashed  #PID<0.151.0>  killed

      dropped: overwritten 3
      "
    `);
  });

  it("gives data", async () => {
    const data = JSON.parse(await run({ recording: sample, format: "json" })) as Record<string, unknown>;
    expect(data).toMatchObject({
      events: 22,
      spans: 13,
      processes: 4,
      drops: { overwritten: 3 },
      damage: [],
    });
    expect((data["callbacks"] as unknown[])[0]).toMatchObject({
      function: "handle_call",
      clause: 2,
      count: 3,
      p50_ns: 500_000,
    });
  });
});

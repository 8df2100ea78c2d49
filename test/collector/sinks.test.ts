import { execFile } from "node:child_process";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { field, textOf } from "../../src/collector/etf/index.ts";
import {
  dropsOf,
  openRecording,
  PayloadReader,
  placeOf,
  placeText,
  readSpans,
  spanDetails,
  summarise,
} from "../../src/collector/index.ts";
import { builtRuntime, newFolder } from "./elixir.ts";
import { WireServer } from "./wire-server.ts";

describe("where a recording goes", () => {
  let ebin: string;
  beforeAll(() => {
    ebin = builtRuntime();
  });

  async function record(to: string, calls: number, more: Record<string, string> = {}): Promise<string> {
    const code = ["-pa", ebin, join(import.meta.dirname, "wire.exs"), `${calls}`];
    const env = { ...process.env, ESCOPE_RECORD: to, ...more };
    const { stdout } = await promisify(execFile)("elixir", code, { env });
    return stdout.trim();
  }

  it.each([
    ["stays", 0],
    ["breaks twice", 2],
  ])("over a socket that %s: the folder that the other end writes is a recording", async (_, cuts) => {
    const folder = join(newFolder(), "recording");
    mkdirSync(folder);
    const server = new WireServer(folder, cuts);
    const path = join(newFolder(), "s");
    await server.listen(path);
    expect(await record(`unix:${path}`, 500, { ESCOPE_RECORD_TOKEN: "open sesame" })).toBe("%{}");
    await server.close();

    expect(server.hellos.map((hello) => textOf(field(hello, "token")))).toEqual(
      Array.from({ length: cuts + 1 }, () => "open sesame"),
    );
    const set = readSpans(openRecording(folder));
    expect(set.report.damage).toEqual([]);
    expect(summarise(set.recording)).toMatchObject({ complete: true, drops: {} });
    expect(set.spans.filter(({ status, probeId }) => status === "ok" && probeId === 1)).toHaveLength(500);
    const payloads = new PayloadReader();
    const said = set.spans.filter(({ probeId }) => probeId === null);
    expect(said.map((span) => placeText(placeOf(span, payloads)))).toEqual(["“a hundred”"]);
    expect(said.map((span) => spanDetails(span, payloads).result)).toEqual(["%{sold: 100}"]);
    payloads.close();
  });

  it("into a folder whose first segments had to go: what is left is whole, and what is gone is counted", async () => {
    const folder = join(newFolder(), "recording");
    const drops = await record(folder, 4000, { ESCOPE_RECORD_MAX: "300KB" });
    const segments = readdirSync(folder).filter((name) => name.endsWith(".events"));
    expect(segments.some((name) => name.endsWith("-000001.events"))).toBe(false);

    const set = readSpans(openRecording(folder));
    expect(set.report.damage).toEqual([]);
    const { rotated } = dropsOf(set.recording);
    expect(drops).toBe(`%{rotated: ${rotated}}`);
    // Beginnings, ends, the mark and the process, each numbered by it: from the first that is left on, none is missing.
    const own = set.spans
      .flatMap(({ enter, end }) => [enter?.seq ?? 0, end?.seq ?? 0])
      .filter((seq) => seq > 0);
    const from = Math.min(...own);
    expect(own.sort((one, other) => one - other)).toEqual(own.map((_, index) => from + index));
    expect(own.at(-1)).toBe(8002);
    // The process is told again when segments go: one write may make several go, and the recording may end before.
    const gone = (set.recording.vms[0]?.info?.first_segment ?? 1) - 1;
    const toldAgain = set.events + (rotated as number) - 8002;
    expect(toldAgain).toBeGreaterThan(0);
    expect(toldAgain).toBeLessThanOrEqual(gone);
    expect(set.events).toBe(set.recording.vms[0]?.info?.events);
    const last = set.spans.at(-1);
    const payloads = new PayloadReader();
    expect(last && spanDetails(last, payloads)).toMatchObject({
      args: ["{:tea, 4000}"],
      result: "{:ok, 4000}",
    });
    payloads.close();
    expect(set.processes).toHaveLength(1);
  });

  it("or that ended where it had no more room, and says so", async () => {
    const folder = join(newFolder(), "recording");
    const said = await record(folder, 4000, { ESCOPE_RECORD_MAX: "200KB", ESCOPE_RECORD_FULL: "stop" });
    expect(said).toMatch(/recording stopped: :max_bytes[^]*%\{\}$/);
    const summary = summarise(openRecording(folder));
    expect(summary).toMatchObject({ stopped: "max_bytes", complete: true, damage: [] });
    expect(summary.events).toBeGreaterThan(500);
  });
});

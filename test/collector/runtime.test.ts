import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import {
  openRecording,
  PayloadReader,
  placeOf,
  placeText,
  readSpans,
  type SpanSet,
  spanDetails,
  summarise,
} from "../../src/collector/index.ts";
import { builtRuntime, newFolder } from "./elixir.ts";

describe("a recording that the runtime wrote", () => {
  let ebin: string;
  beforeAll(() => {
    ebin = builtRuntime();
  });

  function record(...args: string[]): SpanSet {
    const folder = join(newFolder(), "recording");
    const code = ["-pa", ebin, join(import.meta.dirname, "runtime.exs"), ...args];
    const env = { ...process.env, ESCOPE_RECORD: folder };
    const { status, stderr } = spawnSync("elixir", code, { env, encoding: "utf8" });
    if (args.length === 0) expect(stderr).toBe("");
    expect(status === 0).toBe(args.length === 0);
    expect(readdirSync(folder).some((name) => name.endsWith(".events"))).toBe(true);
    return readSpans(openRecording(folder));
  }

  it("is read whole: arguments, results, nesting, failures, redaction, killed processes", () => {
    const set = record();
    const plain = { result: null, error: null, endedBy: null };
    expect(set.report.damage.filter(({ file }) => file !== "probes.json")).toEqual([]);
    expect(summarise(set.recording).complete).toBe(true);
    const lines = told(set);
    expect(lines).toContainEqual({
      ...plain,
      place: "Till.total/1",
      args: ["[tea: 300, jam: 150]"],
      result: "450",
    });
    expect(lines).toContainEqual({ ...plain, place: "Till.price/1", args: ["{:jam, 150}"], result: "150" });
    expect(lines).toContainEqual({ ...plain, place: "Till.drain/1", args: ["[]"], result: ":empty" });
    expect(lines).toContainEqual({
      ...plain,
      place: "Till.fail/1",
      args: ["%{cents: 1, password: [REDACTED]}"],
      error: "** (ArgumentError) no change: %{cents: 1, password: [REDACTED]}",
    });
    const [outer, call, within, value] = [107, 108, 101, 109].map((id) =>
      set.spans.findLast(({ probeId, enter }) => probeId === id && (enter !== null || id === 109)),
    );
    expect([call?.parent, within?.parent, value?.parent]).toEqual([outer?.id, call?.id, outer?.id]);
    expect(value).toMatchObject({ status: "ok", duration: null, enter: null });
    expect(lines).toContainEqual({ ...plain, place: "?.?/?", args: null, result: "{:large, 500}" });
    expect(lines).toContainEqual({ ...plain, place: "?.?/? → sum", args: null, result: "500" });
    const total = set.spans.find(({ probeId }) => probeId === 101);
    expect(set.spans.filter(({ parent }) => parent === total?.id).map(({ probeId }) => probeId)).toEqual([
      102, 102,
    ]);
    expect(lines.find(({ place }) => place === "Till.hang/1")).toMatchObject({
      endedBy: "killed",
      result: null,
    });
  });

  it("is read as far as it goes where the VM was killed", () => {
    const set = record("kill");
    expect(summarise(set.recording).complete).toBe(false);
    expect(told(set).find(({ place }) => place === "Till.total/1")).toMatchObject({ result: "450" });
    expect(told(set).find(({ place }) => place === "Till.hang/1")).toMatchObject({ endedBy: "vm" });
  });
});

function told(set: SpanSet): Record<string, unknown>[] {
  const payloads = new PayloadReader();
  const lines = set.spans.map((span) => {
    const { args, result, error } = spanDetails(span, payloads);
    return { place: placeText(placeOf(span, payloads)), args, result, error, endedBy: span.endedBy };
  });
  payloads.close();
  return lines;
}

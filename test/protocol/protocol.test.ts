import { describe, expect, it } from "vitest";
import { isManifest, parseRecordingInfo, recordingFormat } from "../../src/protocol/index.ts";

const INFO = {
  format: 1,
  vm: "1-a",
  node: "nonode@nohost",
  probes: "probes.json",
  started: { wall_ns: 0, monotonic_ns: 0 },
  ended: null,
  versions: { elixir: "1.14.0" },
  events: 3,
  drops: { overwritten: 1 },
};

describe("parseRecordingInfo", () => {
  it("keeps clocks exact beyond 2^53, and strings as they are", () => {
    const text = JSON.stringify({ ...INFO, node: "n: 12345678901234567890" }).replace(
      '"wall_ns":0,"monotonic_ns":0',
      '"wall_ns": 1795350000000000123,"monotonic_ns": -576460751234567890',
    );
    expect(parseRecordingInfo(text)).toMatchObject({
      node: "n: 12345678901234567890",
      started: { wall_ns: 1_795_350_000_000_000_123n, monotonic_ns: -576_460_751_234_567_890n },
      ended: null,
      events: 3,
      drops: { overwritten: 1 },
    });
  });

  it.each([
    "",
    "{",
    "null",
    "[]",
    "1",
    JSON.stringify({ ...INFO, started: null }),
    JSON.stringify({ ...INFO, vm: 5 }),
  ])("refuses %j", (text) => expect(parseRecordingInfo(text)).toBe(null));

  it("refuses another format, which can be asked for", () => {
    const text = JSON.stringify({ ...INFO, format: 2 });
    expect(parseRecordingInfo(text)).toBe(null);
    expect(recordingFormat(text)).toBe(2);
    expect(recordingFormat("{")).toBe(null);
  });
});

describe("isManifest", () => {
  const probe = {
    id: 7,
    kind: "clause",
    mode: "full",
    module: "Shop",
    function: "f",
    arity: 1,
    clause: 1,
    file: "lib/s.ex",
    line: 3,
    rules: [],
  };
  const manifest = { format: 1, project: null, probes: [probe] };

  it("accepts what the runtime writes", () => {
    expect(isManifest(manifest)).toBe(true);
    expect(isManifest({ ...manifest, probes: [] })).toBe(true);
  });

  it.each([
    null,
    [],
    { ...manifest, format: 2 },
    { ...manifest, probes: null },
    { ...manifest, probes: [{ ...probe, id: "7" }] },
    { ...manifest, probes: [{ ...probe, kind: "other" }] },
    { ...manifest, probes: [{ ...probe, mode: undefined }] },
  ])("refuses %j", (value) => expect(isManifest(value)).toBe(false));
});

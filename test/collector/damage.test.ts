import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import {
  openRecording,
  PayloadReader,
  readSpans,
  type Span,
  spanDetails,
  summarise,
} from "../../src/collector/index.ts";
import { newFolder, sampleRecording } from "./elixir.ts";

const FIRST = "77-0a1b2c3d-000001.events";
const SECOND = "77-0a1b2c3d-000002.events";

describe("a damaged recording", () => {
  let whole: string;
  let known: Set<string>;

  beforeAll(() => {
    whole = sampleRecording();
    known = eventsOf(whole);
  });

  /** A copy of the recording in which one file is what `change` makes of it. */
  function damaged(file: string, change: (bytes: Buffer) => Buffer): string {
    const folder = newFolder();
    cpSync(whole, folder, { recursive: true });
    writeFileSync(join(folder, file), change(readFileSync(join(whole, file))));
    return folder;
  }

  it("cut anywhere, gives all frames before the cut and tells where it was cut", () => {
    const bytes = readFileSync(join(whole, FIRST));
    const ends = frameEnds(bytes);
    const folder = damaged(FIRST, (all) => all);
    let before = 0;
    for (let length = 0; length <= bytes.length; length += 1) {
      writeFileSync(join(folder, FIRST), bytes.subarray(0, length));
      const { events, report } = readSpans(openRecording(folder));
      const frames = ends.filter((end) => end <= length).length;
      const isWhole = ends.includes(length) || length === 8;
      expect(report.damage.length, `cut at ${length}`).toBe(isWhole ? 0 : 1);
      if (!isWhole)
        expect(report.damage[0]).toMatchObject({
          file: FIRST,
          offset: length < 8 ? 0 : (ends[frames - 1] ?? 8),
        });
      expect(events).toBeGreaterThanOrEqual(before);
      before = events;
    }
    rmSync(folder, { recursive: true });
  });

  it("with any byte changed, loses frames of that segment at most, and shows nothing that was not recorded", () => {
    const bytes = readFileSync(join(whole, SECOND));
    const intact = new Set([...known].filter((event) => event.startsWith(FIRST)));
    const folder = damaged(SECOND, (all) => all);
    for (let at = 0; at < bytes.length; at += 1) {
      const copy = Buffer.from(bytes);
      copy[at] = (copy[at] as number) ^ (1 << (at % 8));
      writeFileSync(join(folder, SECOND), copy);
      const events = eventsOf(folder);
      expect(
        [...events].filter((event) => !known.has(event)),
        `byte ${at}`,
      ).toEqual([]);
      expect(
        [...intact].filter((event) => !events.has(event)),
        `byte ${at}`,
      ).toEqual([]);
      expect(readSpans(openRecording(folder)).report.damage.length, `byte ${at}`).toBe(1);
    }
    rmSync(folder, { recursive: true });
  });

  it("with a sound frame that holds no events, goes on with the next frame", () => {
    const folder = damaged(FIRST, (bytes) =>
      Buffer.concat([bytes.subarray(0, 8), frame("83610f"), bytes.subarray(8)]),
    );
    const { events, report } = readSpans(openRecording(folder));
    expect(events).toBe(readSpans(openRecording(whole)).events);
    expect(report.damage).toEqual([{ file: FIRST, offset: 17, reason: "a list of events expected" }]);
  });

  it("with a tail of zeros, ends there", () => {
    const length = readFileSync(join(whole, FIRST)).length;
    const folder = damaged(FIRST, (bytes) => Buffer.concat([bytes, Buffer.alloc(4096)]));
    const { report } = readSpans(openRecording(folder));
    expect(report.damage).toEqual([{ file: FIRST, offset: length, reason: "an empty frame" }]);
  });

  it("without its small files, still shows the spans", () => {
    const folder = damaged(FIRST, (all) => all);
    rmSync(join(folder, "recording.json"));
    writeFileSync(join(folder, "probes.json"), "{");
    const { spans, report } = readSpans(openRecording(folder));
    expect(spans.length).toBe(readSpans(openRecording(whole)).spans.length);
    expect(report.damage.map(({ file }) => file)).toEqual(["probes.json", "recording.json"]);
    expect(spans.find(({ id }) => id === 1002)).toMatchObject({ duration: 1_200_000, probe: null });
  });

  it("with a segment missing, says which", () => {
    const folder = damaged(FIRST, (all) => all);
    rmSync(join(folder, FIRST));
    expect(summarise(openRecording(folder)).damage).toMatchObject([{ file: FIRST }]);
  });

  it("tells a segment of another format", () => {
    const folder = damaged(FIRST, (bytes) =>
      Buffer.concat([bytes.subarray(0, 7), Buffer.of(2), bytes.subarray(8)]),
    );
    const { damage } = readSpans(openRecording(folder)).report;
    expect(damage).toEqual([
      { file: FIRST, offset: 0, reason: "a segment of format 2, which this version cannot read" },
    ]);
  });
});

/** Every event's own text, with the segment it came from: what a damaged recording shows must be among them. */
function eventsOf(folder: string): Set<string> {
  const payloads = new PayloadReader();
  const { spans } = readSpans(openRecording(folder));
  const texts = spans.flatMap((span) => eventTexts(span, payloads));
  payloads.close();
  return new Set(texts);
}

function eventTexts(span: Span, payloads: PayloadReader): string[] {
  const { args, result, error } = spanDetails(span, payloads);
  return [span.enter, span.end].flatMap((event) => {
    if (event === null) return [];
    const said = event === span.enter ? args : [result, error];
    const segment = event.frame.path.split("/").at(-1);
    return [`${segment} ${event.kind} ${event.seq} ${event.time} ${span.id} ${JSON.stringify(said)}`];
  });
}

function frameEnds(bytes: Buffer): number[] {
  const ends: number[] = [];
  for (let at = 8; at < bytes.length; at = ends.at(-1) as number) ends.push(at + 8 + bytes.readUInt32BE(at));
  return ends;
}

function frame(hex: string): Buffer {
  const body = Buffer.from(hex, "hex");
  const header = Buffer.alloc(8);
  header.writeUInt32BE(body.length, 0);
  header.writeUInt32BE(crc(body), 4);
  return Buffer.concat([header, body]);
}

/** CRC-32 bit by bit: not the code under test. */
function crc(bytes: Buffer): number {
  let value = 0xffff_ffff;
  for (const byte of bytes) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb8_8320 : value >>> 1;
  }
  return (value ^ 0xffff_ffff) >>> 0;
}

it("the sample has two segments", () => {
  expect(readdirSync(sampleRecording()).filter((name) => name.endsWith(".events"))).toEqual([FIRST, SECOND]);
});

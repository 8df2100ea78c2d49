import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import {
  listRecordings,
  newestRecording,
  openRecording,
  readSpans,
  recordingsFolder,
  summarise,
} from "../../src/collector/index.ts";
import { EscopeError } from "../../src/errors.ts";
import { newFolder, sampleRecording } from "./elixir.ts";

describe("the recordings of a project", () => {
  let sample: string;
  beforeAll(() => {
    sample = sampleRecording();
  });

  /** Copies the sample as `name`, with `change` made to the text of its recording.json. */
  function addRecording(project: string, name: string, change: (text: string) => string): string {
    const folder = join(recordingsFolder(project), name);
    cpSync(sample, folder, { recursive: true });
    const info = join(folder, "recording.json");
    writeFileSync(info, change(readFileSync(info, "utf8")));
    return folder;
  }

  it("are listed from the newest on, and other folders left out", () => {
    const project = newFolder();
    addRecording(project, "a-new", (text) => text.replace("1795350000000000123", "1795350000000000125"));
    addRecording(project, "b-old", (text) => text);
    mkdirSync(join(recordingsFolder(project), "empty"));
    writeFileSync(join(recordingsFolder(project), "notes.txt"), "");
    expect(listRecordings(project).map(({ name }) => name)).toEqual(["a-new", "b-old"]);
    expect(newestRecording(project)?.path).toBe(join(recordingsFolder(project), "a-new"));
  });

  it("are none in a project without", () => {
    expect(listRecordings(newFolder())).toEqual([]);
    expect(newestRecording(newFolder())).toBe(null);
  });

  it("say how long, how much, and what was lost", () => {
    expect(summarise(openRecording(sample))).toMatchObject({
      project: "shop",
      nodes: ["nonode@nohost"],
      started: 1_795_350_000_000_000_123n,
      duration: 10_000_000,
      events: 23,
      drops: { overwritten: 3 },
      damage: [],
      complete: true,
    });
  });

  it("are incomplete while a VM has not ended; then the last event tells the length", () => {
    const folder = addRecording(newFolder(), "open", (text) =>
      text.replace(/"ended":\{[^}]*\}/, '"ended":null'),
    );
    expect(summarise(openRecording(folder))).toMatchObject({ complete: false, duration: 8_000_000 });
  });

  it("join the VMs that recorded into one folder, on one clock", () => {
    const folder = addRecording(newFolder(), "two", (text) => text);
    const second = readFileSync(join(folder, "recording.json"), "utf8")
      .replaceAll("77-0a1b2c3d", "78-ffffffff")
      .replace('"wall_ns":1795350000000000123', '"wall_ns":1795350000500000123');
    writeFileSync(join(folder, "recording-78-ffffffff.json"), second);
    cpSync(join(folder, "77-0a1b2c3d-000001.events"), join(folder, "78-ffffffff-000001.events"));
    const { spans } = readSpans(openRecording(folder));
    const starts = spans.filter(({ id }) => id === 1002).map(({ start }) => start);
    expect(starts).toEqual([1_000_000, 1_000_000 + 500_000_000]);
    expect(summarise(openRecording(folder)).drops).toEqual({ overwritten: 6 });
  });

  it("are refused with a reason where there is none", () => {
    const empty = newFolder();
    const file = join(empty, "file");
    writeFileSync(file, "");
    for (const [path, code] of [
      [join(empty, "no"), "RECORDING_MISSING"],
      [empty, "RECORDING_NONE"],
      [file, "RECORDING_NONE"],
    ] as const) {
      expect(codeOf(() => openRecording(path))).toBe(code);
    }
  });
});

function codeOf(run: () => unknown): string | null {
  try {
    run();
    return null;
  } catch (error) {
    if (error instanceof EscopeError) return error.code;
    throw error;
  }
}

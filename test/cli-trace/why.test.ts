import { cpSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { runTraceWhy } from "../../src/cli/trace/index.ts";
import { newFolder, sampleRecording } from "../collector/elixir.ts";

let sample: string;
beforeAll(() => {
  sample = sampleRecording();
});

async function why(of?: string, recording = sample): Promise<string> {
  let out = "";
  const io = { stdout: (text: string) => void (out += text), stderr: () => {}, color: false, width: 110 };
  expect(await runTraceWhy({ of, recording, cwd: sample, format: "text" }, io)).toBe(0);
  return out;
}

it("takes a function's newest span", async () => {
  expect((await why("Shop.Stock.check/1#1")).split("\n")[0]).toBe(
    (await why("Shop.Stock.check")).split("\n")[0],
  );
  expect(await why("Shop.Made.a/0")).toContain("nothing that was recorded led to it");
});

it.each(["Shop.Stock.check/2", "Shop.Nope.f/1", "12345", "shop"])("knows no %s", async (of) => {
  await expect(why(of)).rejects.toMatchObject({ code: "TRACE_SPAN_UNKNOWN" });
});

it("says that nothing failed", async () => {
  const empty = newFolder();
  cpSync(join(sample, "recording.json"), join(empty, "recording.json"));
  await expect(why(undefined, empty)).rejects.toMatchObject({ code: "TRACE_NO_FAILURE" });
});

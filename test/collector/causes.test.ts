import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import { Causes, openRecording, PayloadReader, readSpans, type Span } from "../../src/collector/index.ts";
import { builtRuntime, newFolder } from "./elixir.ts";

function record(folder: string): string {
  const ebin = builtRuntime();
  const paths = ["-pa", ebin];
  const name = ["--sname", `a${process.pid}`];
  const { status, stdout, stderr } = spawnSync(
    "elixir",
    [...name, ...paths, join(import.meta.dirname, "causes.exs")],
    {
      env: { ...process.env, ESCOPE_RECORD: folder },
      encoding: "utf8",
    },
  );
  if (status === 0) return stdout;
  if (/epmd|distribution|nodistribution|nxdomain/.test(stdout + stderr))
    return `no node: ${stderr || stdout}`;
  throw new Error(stdout + stderr);
}

it("finds causes in the other VM of a recording", ({ skip }) => {
  const folder = join(newFolder(), "recording");
  const said = record(folder);
  if (said.startsWith("no ")) {
    console.log(`skipped: causes across nodes, for ${said}`);
    skip();
  }
  const set = readSpans(openRecording(folder));
  expect(set.recording.vms).toHaveLength(2);
  const payloads = new PayloadReader();
  const causes = new Causes(set, payloads);
  const of = (probe: number): Span[] => set.spans.filter((span) => span.probeId === probe);
  const [first, second] = of(201);
  const passed = of(203);
  expect(passed.map((span) => causes.of(span))).toEqual([first, second]);
  expect(passed[0]?.process.vm).not.toBe(first?.process.vm);
  expect(of(204).map((span) => causes.of(span))).toEqual(passed);
  const infos = of(207).map((span) => causes.of(span));
  // Who asked another node is still who sends afterwards.
  expect(infos).toEqual([of(202)[0], of(205)[0]]);
  expect(causes.of(of(206)[0] as Span)).toBe(of(205)[0]);
  payloads.close();
});

import { beforeAll, expect, it } from "vitest";
import { runTraceShow, type ShowOptions } from "../../src/cli/trace/index.ts";
import { sampleRecording } from "../collector/elixir.ts";

interface Shown {
  readonly span: string;
  readonly module: string;
  readonly function: string;
  readonly clause: number;
  readonly start_ns: number;
}

let sample: string;
beforeAll(() => {
  sample = sampleRecording();
});

async function shown(options: Partial<ShowOptions>): Promise<readonly Shown[]> {
  let out = "";
  const io = { stdout: (text: string) => void (out += text), stderr: () => {}, color: false, width: 110 };
  await runTraceShow({ recording: sample, cwd: sample, format: "json", ...options }, io);
  return (JSON.parse(out) as { spans: Shown[] }).spans;
}

/** Each as `function#clause at milliseconds`. */
async function selected(options: Partial<ShowOptions>): Promise<string[]> {
  const spans = await shown(options);
  return spans.map(({ function: name, clause, start_ns }) => `${name}#${clause} ${start_ns / 1e6}`);
}

it.each([
  [{ function: "init" }, ["init#1 0.1"]],
  [{ function: "check/1#1", to: "1.5ms" }, ["check#1 0.7", "check#1 0.8", "check#1 1.2"]],
  [{ function: "check/2" }, []],
  [{ function: "handle_*", longerThan: "1ms" }, ["handle_call#2 1"]],
  [{ function: "handle_*", longerThan: "0.4ms" }, ["handle_call#2 1", "handle_call#2 3"]],
  [{ module: "Shop.M*" }, ["a#1 6"]],
  [{ module: "Shop.**", function: "a" }, ["a#1 6"]],
  [{ module: "*.Nope" }, []],
  [{ text: '"tea"' }, ["init#1 0.1", "handle_call#2 1"]],
  [{ text: "boom" }, ["handle_call#2 3", "check#1 3.1"]],
  // Three of them never ended.
  [
    { from: "5ms", to: "6.5ms" },
    ["handle_call#2 0.6", "check#1 0.7", "check#1 0.8", "drain#1 5", "drain#1 5.001", "a#1 6"],
  ],
  [{ liveView: "phx-1" }, []],
])("%j", async (options, expected) => {
  expect(await selected(options)).toEqual(expected);
});

it("a chain is the root and all that followed from it, whichever of its spans is named", async () => {
  const spans = await shown({});
  const idAt = (ms: number): string => spans.find(({ start_ns }) => start_ns === ms * 1e6)?.span ?? "";
  const chain = await selected({ chain: idAt(0.8) });
  expect(chain).toEqual(expect.arrayContaining(["handle_call#2 0.6", "check#1 0.7", "check#1 0.8"]));
  expect(chain).not.toContain("a#1 6");
  expect(await selected({ chain: idAt(0.6) })).toEqual(chain);
  expect(await selected({ chain: "Shop.Made.a" })).toEqual(["a#1 6"]);
});

it.each([{ from: "noon" }, { to: "x:1" }, { longerThan: "5" }, { chain: "Shop.Nope.a/1" }])(
  "refuses %j",
  async (options) => {
    await expect(selected(options)).rejects.toMatchObject({
      code: expect.stringMatching(/^TRACE_\w+_UNKNOWN$/),
    });
  },
);

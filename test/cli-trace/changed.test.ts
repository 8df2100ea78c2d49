import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import stringWidth from "string-width";
import { beforeAll, expect, it } from "vitest";
import { runTraceShow } from "../../src/cli/trace/index.ts";
import { builtRuntime, newFolder } from "../collector/elixir.ts";

const folder = newFolder();

beforeAll(() => {
  const ebin = builtRuntime();
  const env = { ...process.env, ESCOPE_RECORD: "" };
  const record = (name: string, policies: string): void => {
    const file = join(folder, `${name}.terms`);
    writeFileSync(file, policies);
    const script = join(import.meta.dirname, "changed.exs");
    const code = ["-pa", ebin, script, file, join(folder, name)];
    execFileSync("elixir", code, { env, stdio: "ignore" });
  };
  record("changed", "{state, 1, server, [1]}.");
  record("no-failure", "{[1], #{enter => false, leave => false}}.");
}, 120_000);

async function shown(name: string, width: number): Promise<string> {
  let out = "";
  const io = { stdout: (text: string) => void (out += text), stderr: () => {}, color: false, width };
  await runTraceShow({ recording: join(folder, name), format: "text", cwd: folder }, io);
  return out;
}

async function callLine(width: number): Promise<string> {
  const lines = (await shown("changed", width)).split("\n");
  return lines.find((line) => line.includes("Δ")) ?? "";
}

it("long keys that have changed leave room for what was called", async () => {
  const narrow = await callLine(110);
  expect(stringWidth(narrow)).toBeLessThanOrEqual(110);
  expect(narrow).toMatch(/\(\{:heartbeat, "a…, state 1\) → \{:noreply, stat….*Δ sample_c\w+… \+3$/);
  const wide = await callLine(200);
  expect(wide).toMatch(/\(\{:heartbeat, "a node's name"\}, .*Δ sample_count_of_window_1, sampl… \+3$/);
});

it("events of processes without a call are no empty page", async () => {
  expect(await shown("no-failure", 110)).toContain(
    "no call was recorded: the events tell of processes alone",
  );
});

import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, it } from "vitest";
import { isRunning } from "../../src/collector/vm-state.ts";
import type { Vm } from "../../src/collector/index.ts";

const vm = (pid: number | undefined): Vm => ({
  name: `${pid}-0a1b2c3d`,
  info: null,
  segments: [],
  probes: new Map(),
  probeAt: () => null,
});

it("tells a VM that may still record from one that was killed", async () => {
  const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60000)"]);
  await once(child, "spawn");
  expect(isRunning(vm(child.pid))).toBe(true);
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(isRunning(vm(child.pid))).toBe(false);
});

// CPU seconds, wall seconds and peak memory of whole commands.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

/** Runs a command with all its children; memory is that of its own process. */
export function measure([program, ...args], cwd, env = {}) {
  const script = 'TIMEFORMAT="%U %S"; time "$@" 1>/dev/null 2>/dev/null';
  const began = performance.now();
  const child = spawn("bash", ["-c", script, "bench", program, ...args], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (data) => (said += String(data)));
  let peak = 0;
  const timer = setInterval(() => (peak = Math.max(peak, peakOf(child.pid))), 15);
  return new Promise((settle, reject) => {
    child.once("close", (status) => {
      clearInterval(timer);
      if (status !== 0)
        return reject(new Error(`${program} ${args.join(" ")} failed with ${status} in ${cwd}`));
      const [user, system] = said.trim().split("\n").at(-1).split(" ").map(Number);
      return settle({ cpu: user + system, wall: (performance.now() - began) / 1000, peak });
    });
  });
}

/** The most memory that a child of the process ever held, in MB. */
function peakOf(pid) {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8")
      .trim()
      .split(" ")
      .filter(Boolean);
    const peaks = children.map(
      (child) => /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child}/status`, "utf8"))?.[1],
    );
    return Math.max(0, ...peaks.map((text) => Number(text ?? 0) / 1024));
  } catch {
    return 0;
  }
}

export function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

/** Several rounds of several commands, in turns: what loads the machine loads all alike. */
export async function inTurns(commands, rounds) {
  const runs = new Map(commands.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1)
    for (const { name, before, command, cwd } of commands) {
      before?.();
      runs.get(name).push(await measure(command, cwd));
    }
  return new Map(
    [...runs].map(([name, all]) => [
      name,
      {
        cpu: median(all.map(({ cpu }) => cpu)),
        wall: median(all.map(({ wall }) => wall)),
        peak: Math.max(...all.map(({ peak }) => peak)),
      },
    ]),
  );
}

import { kill } from "node:process";
import type { Vm } from "./recording.ts";

/**
 * Whether a VM may still record: it has not said that it ended, and its process (whose number begins its name) lives on this
 * machine. For a recording brought from another machine the answer is no.
 */
export function isRunning({ name, info }: Vm): boolean {
  return (info?.ended ?? null) === null && isAlive(Number.parseInt(name, 10));
}

/** A signal of 0 is only asked for; EPERM says that there is somebody to ask. */
function isAlive(pid: number): boolean {
  try {
    return pid > 0 && kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

import type { ProcessId } from "../protocol/index.ts";
import type { Vm } from "./recording.ts";

/** One text a process of a recording: pids are numbered by VM, and what a VM calls its node does not matter. */
export function processKey(vm: Vm, { id, serial }: Pick<ProcessId, "id" | "serial">): string {
  return `${vm.name}:${id}.${serial}`;
}

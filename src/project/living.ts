import fs from "node:fs";
import { codeOf } from "./disk.ts";

/** Field 22 of `/proc/PID/stat`; `-` where the system does not say. */
export function startOf(pid: number): string {
  return statFields(pid)[19] ?? "-";
}

/** A number can be given to another process: the start time tells them apart where the system has it. */
export function isLiving(lock: string): boolean {
  const [number, start] = lock.trim().split(" ");
  const pid = Number(number);
  if (!Number.isInteger(pid) || pid <= 0 || !hasNumber(pid)) return false;
  const fields = statFields(pid);
  // One that has ended keeps its number until its parent asks for its exit code.
  if (fields[0] === "Z" || fields[0] === "X") return false;
  const now = fields[19] ?? "-";
  return start === undefined || start === "-" || now === "-" || now === start;
}

/** As `isLiving`; one that was killed is given time to end: on a busy machine it has its number for a while yet. */
export function staysLiving(lock: string): boolean {
  const end = Date.now() + PATIENCE_MS;
  while (isLiving(lock)) {
    if (!isKilled(Number(lock.split(" ")[0])) || Date.now() > end) return true;
    Atomics.wait(NOBODY, 0, 0, 5);
  }
  return false;
}

const PATIENCE_MS = 3000;

/** What nobody wakes: to wait for it is to sleep. */
const NOBODY = new Int32Array(new SharedArrayBuffer(4));

function hasNumber(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
}

/** Those behind the name, which may hold blanks: the first is the state, field 3. */
function statFields(pid: number): string[] {
  const stat = textOf(`/proc/${pid}/stat`);
  return stat === "" ? [] : stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}

/** Whether SIGKILL is on its way to it: the ninth lowest bit of the signals that wait. */
function isKilled(pid: number): boolean {
  const status = textOf(`/proc/${pid}/status`);
  return [...status.matchAll(/^(?:Sig|Shd)Pnd:\s*([0-9a-f]+)/gm)].some(
    ([, waiting]) => (BigInt(`0x${waiting}`) & 0x100n) !== 0n,
  );
}

function textOf(path: string): string {
  try {
    return fs.readFileSync(path, "latin1");
  } catch {
    return "";
  }
}

import { existsSync, statSync } from "node:fs";
import { relative, resolve } from "node:path";
import { freeBytes, mayWrite, type Project, recordingsDir } from "../../project/index.ts";
import { type Check, fit, unfit, warning } from "./check.ts";

const [SCARCE, TOO_LITTLE] = [2e9, 5e7];

/** Where a recording goes: what `ESCOPE_RECORD` names, else the project's own folder of recordings. */
export function checkRecordings({ root }: Project, named: string | undefined): Check {
  if (named === undefined || named === "")
    return checkFolder(recordingsDir(root), relative(root, recordingsDir(root)));
  if (/^(?:tcp|unix):/.test(named))
    return unfit(
      "recordings",
      `ESCOPE_RECORD is ${named}: the runtime writes to folders only`,
      "Set ESCOPE_RECORD to a folder.",
    );
  return checkFolder(resolve(named), `${named} (ESCOPE_RECORD)`);
}

function checkFolder(folder: string, shown: string): Check {
  if (existsSync(folder) && !statSync(folder).isDirectory())
    return unfit(
      "recordings",
      `${shown} is no folder`,
      "Remove it, or record elsewhere (--record, ESCOPE_RECORD).",
    );
  if (!mayWrite(folder))
    return unfit(
      "recordings",
      `${shown} cannot be written`,
      "Give yourself the right to write there, or record elsewhere (--record, ESCOPE_RECORD).",
    );
  const free = freeBytes(folder);
  const says = `${shown} can be written; ${(free / 1e9).toFixed(1)} GB free`;
  const todo = "Free some space: a busy application records several MB a second.";
  if (free < TOO_LITTLE) return unfit("recordings", `${shown}: the disk is full`, todo);
  return free < SCARCE ? warning("recordings", says, todo) : fit("recordings", says);
}

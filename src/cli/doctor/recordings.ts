import { existsSync, statSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { diskSpace, mayWrite, type Project, recordingsDir } from "../../project/index.ts";
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

const ELSEWHERE = "record elsewhere (--record, ESCOPE_RECORD).";

function checkFolder(folder: string, shown: string): Check {
  const file = fileOnWay(folder);
  if (file !== undefined)
    return unfit(
      "recordings",
      `${file === folder ? shown : file} is no folder`,
      `Remove it, or ${ELSEWHERE}`,
    );
  if (!mayWrite(folder))
    return unfit(
      "recordings",
      `${shown} cannot be written`,
      `Give yourself the right to write there, or ${ELSEWHERE}`,
    );
  const { free, all } = diskSpace(folder);
  if (all === 0)
    return unfit(
      "recordings",
      `${shown} cannot be written: no files are kept there`,
      "Record elsewhere (--record, ESCOPE_RECORD).",
    );
  const says = `${shown} can be written; ${(free / 1e9).toFixed(1)} GB free`;
  const todo = "Free some space: a busy application records several MB a second.";
  if (free < TOO_LITTLE) return unfit("recordings", `${shown}: the disk is full`, todo);
  return free < SCARCE ? warning("recordings", says, todo) : fit("recordings", says);
}

/** What stands where a folder is, or would have to be made. */
function fileOnWay(folder: string): string | undefined {
  if (!existsSync(folder)) return dirname(folder) === folder ? undefined : fileOnWay(dirname(folder));
  return statSync(folder).isDirectory() ? undefined : folder;
}

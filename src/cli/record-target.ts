import { mkdirSync, readdirSync } from "node:fs";
import { resolve } from "node:path";
import { recordAddressUnknown, recordingFolderTaken, recordingFolderUnwritable } from "../errors.ts";
import { newRecordingDir } from "../project/index.ts";

/** Where a run records: `value` is what `ESCOPE_RECORD` says. */
export interface RecordTarget {
  readonly kind: "folder" | "socket";
  readonly value: string;
}

/** What `--record` names; a new folder in the project where it is absent. An address is whatever the runtime takes for one. */
export function recordTarget(root: string, named: string | undefined): RecordTarget {
  if (named === undefined) return { kind: "folder", value: newRecordingDir(root, new Date()) };
  if (/^(?:unix|tcp):/.test(named)) return { kind: "socket", value: checkedAddress(named) };
  return { kind: "folder", value: emptyFolder(named) };
}

/** What the operating system takes as the path of a socket. */
const MOST_BYTES = 107;

/** A path starts here, and not where the command runs. */
function checkedAddress(named: string): string {
  const path = /^unix:(?:\/\/)?(?<path>.+)$/.exec(named)?.groups?.["path"];
  if (path !== undefined) {
    const whole = resolve(path);
    if (Buffer.byteLength(whole) <= MOST_BYTES) return `unix:${whole}`;
  } else if (/^tcp:\/\/(?:[^\s/:[\]]+|\[[^\s[\]]+\]):\d+\/?$/.test(named) && isPort(named)) return named;
  throw recordAddressUnknown(named);
}

function isPort(address: string): boolean {
  const port = Number(/:(?<port>\d+)\/?$/.exec(address)?.groups?.["port"]);
  return port >= 1 && port <= 65_535;
}

function emptyFolder(named: string): string {
  const folder = resolve(named);
  try {
    mkdirSync(folder, { recursive: true });
    if (readdirSync(folder).length === 0) return folder;
  } catch (error) {
    throw recordingFolderUnwritable(named, error);
  }
  throw recordingFolderTaken(named);
}

import fs from "node:fs";
import { join } from "node:path";
import { outNotOurs } from "../errors.ts";
import { readOwnFile, statAt } from "./disk.ts";
import { type Entries, journalPath, markerPath, parseMarker, readJournal } from "./marker.ts";

/** What escope knows of the tree at a place: nothing yet, or what its marker says. */
export interface Tree {
  /** The marker's bytes, which differ after every change that escope makes; null in a new tree. */
  readonly text: string | null;
  readonly entries: Entries;
}

const fresh: Tree = { text: null, entries: {} };

/** Throws for a folder with anything in it that escope did not begin. */
export function readTree(out: string): Tree {
  if (statAt(out) === null) return fresh;
  const inner = statAt(join(out, ".escope"));
  if (inner !== null && !inner.isDirectory()) throw outNotOurs(out);
  const text = readOwnFile(join(out, markerPath));
  const entries = text === null ? null : parseMarker(text);
  if (entries !== null) return { text, entries };
  if (readJournal(out) === null && !isBlank(out)) throw outNotOurs(out);
  return fresh;
}

/** Empty, or with no more than what a first run leaves that was killed while it laid things ready. */
function isBlank(out: string): boolean {
  if (fs.readdirSync(out).some((name) => name !== ".escope")) return false;
  const inner = join(out, ".escope");
  return statAt(inner) === null || fs.readdirSync(inner).every(isWorkingName);
}

function isWorkingName(name: string): boolean {
  return name === "staging" || name.startsWith("lock") || `.escope/${name}` === `${journalPath}.new`;
}

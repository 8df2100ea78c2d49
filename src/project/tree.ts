import { join } from "node:path";
import { outNotOurs } from "../errors.ts";
import { namesIn, readOwnFile, statAt } from "./disk.ts";
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
  const tree = readMarker(out);
  if (tree !== null || isBlank(out)) return tree ?? fresh;
  // Another process may be at its first run. Files come after the journal, which goes after the marker has come.
  const begun = readJournal(out) !== null;
  const finished = readMarker(out);
  if (!begun && finished === null)
    throw outNotOurs(out, readOwnFile(join(out, markerPath)) === null ? undefined : markerPath);
  return finished ?? fresh;
}

function readMarker(out: string): Tree | null {
  const text = readOwnFile(join(out, markerPath));
  const entries = text === null ? null : parseMarker(text);
  return entries === null ? null : { text, entries };
}

/** Empty, or with no more than what a first run leaves that was killed while it laid things ready. */
function isBlank(out: string): boolean {
  return (
    namesIn(out).every((name) => name === ".escope") && namesIn(join(out, ".escope")).every(isWorkingName)
  );
}

function isWorkingName(name: string): boolean {
  return name === "staging" || name.startsWith("lock") || `.escope/${name}` === `${journalPath}.new`;
}

import fs from "node:fs";
import { join } from "node:path";
import { treeCollision } from "../errors.ts";
import { statAt } from "./disk.ts";
import { folderOf, joinInner } from "./paths.ts";

/** Looks at places in a tree without ever going through a link: each parent is looked at first, once. */
export interface Places {
  /** What stands at `path`; null for nothing. Throws where a parent is a link or file that stays. */
  statOf(path: string): fs.Stats | null;
  /** The same, and null where a parent is no real folder: nothing of escope's is there then. */
  ownStatOf(path: string): fs.Stats | null;
}

type Parent = "folder" | "missing" | "other";

/** `isGoing` tells of what will have been removed before anything is written. */
export function placesIn(out: string, isGoing: (path: string) => boolean): Places {
  const parents = new Map<string, Parent>();
  const parentState = (dir: string): Parent => {
    const known = parents.get(dir);
    if (known !== undefined) return known;
    const above = dir === "" ? "folder" : parentState(folderOf(dir));
    const state = above === "folder" ? stateOf(statAt(join(out, dir))) : above;
    parents.set(dir, state);
    return state;
  };
  const ownStatOf = (path: string): fs.Stats | null =>
    parentState(folderOf(path)) === "folder" ? statAt(`${out}/${path}`) : null;
  const statOf = (path: string): fs.Stats | null => {
    if (parentState(folderOf(path)) === "other") refuseStaying(out, path, isGoing);
    return ownStatOf(path);
  };
  return { statOf, ownStatOf };
}

function stateOf(there: fs.Stats | null): Parent {
  if (there === null) return "missing";
  return there.isDirectory() ? "folder" : "other";
}

function refuseStaying(out: string, path: string, isGoing: (path: string) => boolean): void {
  let at = "";
  for (const part of folderOf(path).split("/")) {
    at = joinInner(at, part);
    const state = stateOf(statAt(join(out, at)));
    if (state === "folder") continue;
    if (state === "other" && !isGoing(at)) throw treeCollision(out, at);
    return;
  }
}

export function namesBelow(out: string, dir: string): { path: string; isFolder: boolean }[] {
  const entries = fs.readdirSync(join(out, dir), { withFileTypes: true });
  return entries.map((entry) => ({ path: `${dir}/${entry.name}`, isFolder: entry.isDirectory() }));
}

/** Makes the folders that `path` lies in. A link or file in their way is no folder of escope's. */
export function makeParents(out: string, path: string, known: Set<string>): void {
  const dir = folderOf(path);
  if (dir === "" || known.has(dir)) return;
  makeParents(out, dir, known);
  const there = statAt(join(out, dir));
  if (there === null) fs.mkdirSync(join(out, dir));
  else if (!there.isDirectory()) throw treeCollision(out, dir);
  known.add(dir);
}

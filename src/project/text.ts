import fs from "node:fs";
import { join } from "node:path";
import type { Project } from "./open.ts";

/** The text of a file that the walk found; empty where it has gone since. */
export function readText({ root }: Project, path: string): string {
  try {
    return fs.readFileSync(join(root, path), "utf8");
  } catch {
    return "";
  }
}

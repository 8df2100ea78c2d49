import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { SourceFile } from "../../src/source.ts";

const FIXTURES = fileURLToPath(new URL("../../fixtures/", import.meta.url));

/** Folders that Mix or escope fill, and that hold no sources of the project. */
const FILLED: ReadonlySet<string> = new Set(["deps", "_build", "_escope", ".escope", "node_modules"]);

/** The texts of all Elixir sources below `fixtures/FOLDER`, in order of their paths. */
export function fixtureSources(folder: string): SourceFile[] {
  return filesBelow(join(FIXTURES, folder)).map((file) => ({
    path: relative(FIXTURES, file),
    text: readFileSync(file, "utf8"),
  }));
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      if (entry.isDirectory()) return FILLED.has(entry.name) ? [] : filesBelow(join(folder, entry.name));
      return /\.exs?$/.test(entry.name) ? [join(folder, entry.name)] : [];
    });
}

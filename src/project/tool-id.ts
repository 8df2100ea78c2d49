import fs from "node:fs";
import { hash } from "node:crypto";
import { fileURLToPath } from "node:url";

const HERE = fileURLToPath(new URL("../", import.meta.url));

let known: string | undefined;

/**
 * Differs between any two versions of escope's own code and grammar: what one worked out, another must not take for its
 * own. The build writes it down; where the sources run directly, they are what is hashed.
 */
export function toolId(): string {
  return (known ??= writtenId() ?? hashFolder(HERE));
}

function writtenId(): string | undefined {
  try {
    return fs.readFileSync(`${HERE}tool-id`, "utf8").trim();
  } catch {
    return undefined;
  }
}

/** One hash over the names and bytes of all files in a folder. */
export function hashFolder(folder: string): string {
  const names = fs.readdirSync(folder, { recursive: true, encoding: "utf8" }).toSorted();
  const files = names.filter((name) => fs.statSync(`${folder}/${name}`).isFile());
  return hash(
    "sha1",
    files.map((name) => `${name} ${hash("sha1", fs.readFileSync(`${folder}/${name}`))}\n`).join(""),
  );
}

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll } from "vitest";
import type { Io } from "../../src/cli/io.ts";

const scratch: string[] = [];
afterAll(() => scratch.forEach((dir) => rmSync(dir, { recursive: true, force: true })));

/** A new folder with these files. */
export function folderWith(files: Readonly<Record<string, string>>): string {
  const dir = mkdtempSync(join(tmpdir(), "escope-rules-"));
  scratch.push(dir);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
  return dir;
}

/** What a command writes. */
export function captureIo(): Io & { readonly out: () => string; readonly err: () => string } {
  const [out, err] = [[] as string[], [] as string[]];
  return {
    stdout: (text) => void out.push(text),
    stderr: (text) => void err.push(text),
    color: false,
    width: 120,
    out: () => out.join(""),
    err: () => err.join(""),
  };
}

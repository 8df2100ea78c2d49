import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

const runtimes = new Map<string, string>();

/** The PATH says which Elixir: the system's, if nothing else is asked for. */
const SYSTEM = process.env["PATH"] ?? "";

/** A folder with the compiled runtime, made once by each process that asks for it. */
export function compiledRuntime(path: string = SYSTEM): string {
  const made = runtimes.get(path);
  if (made !== undefined) return made;
  const folder = mkdtempSync(join(tmpdir(), "escope-runtime-"));
  const lib = join(ROOT, "runtime/lib");
  const sources = readdirSync(lib, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".ex"),
  );
  execFileSync("elixirc", ["-o", folder, ...sources.map((name) => join(lib, name))], {
    stdio: "pipe",
    env: { ...process.env, PATH: path },
  });
  runtimes.set(path, folder);
  return folder;
}

/** How a text of several lines goes through a line of standard input. */
export function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}

/** Runs a script of this folder under real Elixir, `input` on its standard input, and gives its standard output. */
export function runScript(
  name: string,
  input: string,
  options: readonly string[] = [],
  path: string = SYSTEM,
  args: readonly string[] = [],
): string {
  const script = join(ROOT, "test/support", name);
  return execFileSync("elixir", [...options, script, ...args], {
    input,
    env: { ...process.env, PATH: path },
    encoding: "utf8",
    stdio: ["pipe", "pipe", "inherit"],
    maxBuffer: 1 << 28,
  });
}

import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const SCRIPT = fileURLToPath(new URL("../../scripts/newer-elixir.mjs", import.meta.url));

/** An Elixir to test under: what the PATH has to be, or why it is not there. */
export interface Elixir {
  readonly name: string;
  readonly path: string;
  readonly missing: string | undefined;
}

const own: Elixir = { name: "the system's Elixir", path: process.env["PATH"] ?? "", missing: undefined };

/** Elixir 1.18 or newer. `npm test` has looked for it already; a single test file looks for itself. */
export const NEWER_ELIXIR: Elixir = newerElixir();

/** Both, or the one that is both. */
export const ELIXIRS: readonly Elixir[] = NEWER_ELIXIR.path === own.path ? [own] : [own, NEWER_ELIXIR];

function newerElixir(): Elixir {
  const { NEWER_ELIXIR_PATH: path, NEWER_ELIXIR_MISSING: missing } = process.env;
  if (path === undefined && missing === undefined) return lookForIt();
  return { name: "Elixir 1.18", path: path ?? "", missing };
}

function lookForIt(): Elixir {
  try {
    const path = execFileSync(process.execPath, [SCRIPT], { encoding: "utf8", stdio: "pipe" }).trim();
    return { name: "Elixir 1.18", path, missing: undefined };
  } catch (error) {
    const missing = String((error as { stderr?: unknown }).stderr).trim();
    console.warn(`skipped: ${missing}`);
    return { name: "Elixir 1.18", path: "", missing };
  }
}

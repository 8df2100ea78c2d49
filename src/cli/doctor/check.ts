import { EscopeError, formatError } from "../../errors.ts";

/** One thing that was looked at, and how it is. */
export interface Check {
  readonly name:
    | "node"
    | "elixir"
    | "mix"
    | "dependencies"
    | "configuration"
    | "rules"
    | "sources"
    | "tree"
    | "recordings";
  /** `warning`: escope works, but not as it might be meant. */
  readonly status: "fit" | "warning" | "unfit";
  readonly says: string;
  /** What the user can do; null where nothing is to be done. */
  readonly todo: string | null;
}

export function fit(name: Check["name"], says: string): Check {
  return { name, status: "fit", says, todo: null };
}

export function warning(name: Check["name"], says: string, todo: string): Check {
  return { name, status: "warning", says, todo };
}

export function unfit(name: Check["name"], says: string, todo: string): Check {
  return { name, status: "unfit", says, todo };
}

/** An error of the user's surroundings is what the check found; any other is a bug. */
export function fromError(name: Check["name"], error: unknown): Check {
  if (!(error instanceof EscopeError)) throw error;
  const [says = ""] = formatError(error).split("\n");
  return unfit(name, says, error.details.hint);
}

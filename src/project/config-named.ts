import { relative } from "node:path";
import { EscopeError } from "../errors.ts";
import type { FoundConfig } from "./config.ts";
import { placeOf } from "./config-text.ts";

type Key = "rules" | "deps";

/** Errors that say that there is no such thing as the configuration names. */
const NOTHING_NAMED: ReadonlySet<string> = new Set([
  "DEPENDENCY_NOT_ELIXIR",
  "DEPENDENCY_NOT_FOUND",
  "RULES_UNKNOWN_BUILTIN",
  "RULES_UNREADABLE",
]);

/** `use`s all that a key of the configuration lists. Where there is no such thing, the error has the place of its name. */
export async function useNamed<T>(
  found: FoundConfig | null,
  key: Key,
  use: (names: readonly string[]) => T | Promise<T>,
): Promise<T> {
  const names = found?.config[key] ?? [];
  try {
    return await use(names);
  } catch (error) {
    if (found === null || !isOfName(error)) throw error;
    for (const [index, name] of names.entries())
      if (await failsAlike(error, () => use([name])))
        throw placedAt(error, placeOf(found.file, [key, index], "value"));
    throw error;
  }
}

function placedAt(error: EscopeError, place: ReturnType<typeof placeOf>): EscopeError {
  return new EscopeError(error.code, error.message, { ...place, hint: error.details.hint, cause: error });
}

/** What is wrong within a file that is named has a line already. */
function isOfName(error: unknown): error is EscopeError {
  return error instanceof EscopeError && NOTHING_NAMED.has(error.code) && error.details.line === undefined;
}

async function failsAlike({ code, message }: EscopeError, run: () => unknown): Promise<boolean> {
  try {
    await run();
    return false;
  } catch (error) {
    return error instanceof EscopeError && error.code === code && error.message === message;
  }
}

/** What the plan is asked with, besides the configuration. */
interface Asked {
  /** The project's own. */
  readonly applications: readonly (string | undefined)[];
  /** Whether the configuration's rules hold. */
  readonly rulesHold: boolean;
}

/** What stands in the configuration and changes nothing. */
export function idleInConfig(
  root: string,
  found: FoundConfig | null,
  { applications, rulesHold }: Asked,
): { readonly file: string; readonly line: number; readonly says: string }[] {
  if (found === null) return [];
  const { rules, deps = [] } = found.config;
  const note = (path: readonly (string | number)[], says: string) => {
    const { line = 1 } = placeOf(found.file, path, "value");
    return { file: relative(root, found.file), line, says };
  };
  return [
    ...(rulesHold && rules?.length === 0
      ? [note(["rules"], "rules lists none: builtin:default is what holds then")]
      : []),
    ...deps.flatMap((name, index) =>
      applications.includes(name)
        ? [note(["deps", index], `${name} is the project's own application: it is instrumented anyway`)]
        : [],
    ),
  ];
}

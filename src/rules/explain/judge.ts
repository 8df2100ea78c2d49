import type { Candidate, Condition, Part, Rule } from "../types.ts";
import type { Value } from "../yaml.ts";
import { missOf } from "./misses.ts";
import { valueText } from "./words.ts";

/** A condition of a rule and whether it holds; what it is made of, with the verdict on each part. */
export interface Finding {
  /** As it is written: `function.name: handle_*`; `all`, `any` or `not` for what is made of others. */
  readonly condition: string;
  readonly holds: boolean;
  readonly how: "test" | "all" | "any" | "not";
  /** What comes nearest to it; only of a test that fails. */
  readonly miss: string | undefined;
  readonly parts: readonly Finding[];
}

/** Judges every condition of `match`, also those behind one that failed. */
export function judge({ matches, written }: Pick<Rule, "matches" | "written">, candidate: Candidate): Finding {
  return judgePart({ key: "", value: written, holds: matches }, "", candidate);
}

/** Keys whose map holds conditions with names of their own. */
const FOLDERS: ReadonlySet<string> = new Set(["module", "function"]);

function judgePart({ key, value, holds }: Part, above: string, candidate: Candidate): Finding {
  const isFolder = FOLDERS.has(key);
  const { parts } = holds;
  const path = `${above}${key}`;
  if (parts === undefined) return judgeTest(path, value, holds, candidate);
  const inner = parts.of.map((part) => judgePart(part, isFolder ? `${key}.` : "", candidate));
  const held = holds(candidate);
  const [only] = inner;
  // One condition alone stands for all that there are.
  if (parts.how !== "not" && inner.length === 1 && only !== undefined) return only;
  return { condition: nameOf(key, parts.how), holds: held, how: parts.how, miss: undefined, parts: inner };
}

function nameOf(key: string, how: "all" | "any" | "not"): string {
  return key === "" || how === "not" ? how : key;
}

function judgeTest(path: string, value: Value, holds: Condition, candidate: Candidate): Finding {
  const held = holds(candidate);
  return {
    condition: `${path}: ${valueText(value)}`,
    holds: held,
    how: "test",
    miss: held ? undefined : missOf(path, value, candidate),
    parts: [],
  };
}

/** The first condition, in the order of the file, for which the whole fails; undefined where it holds. */
export function firstFailed(finding: Finding): Finding | undefined {
  if (finding.holds) return undefined;
  if (finding.how !== "all") return finding;
  const failed = finding.parts.find((part) => !part.holds);
  return failed && firstFailed(failed);
}

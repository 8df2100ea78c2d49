import { positionAt } from "../../source.ts";
import type { Value } from "../yaml.ts";

/** Something in a rule file that is allowed and cannot be meant. */
export interface Lint {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly rule: string | null;
  readonly says: string;
  readonly hint: string;
}

/** What is odd about a text, wherever it stands. */
export interface Doubt {
  readonly says: string;
  readonly hint: string;
}

export type Report = (value: Value, says: string, hint: string) => Lint;

/** Makes findings about one rule. */
export function reporter(rule: string | null): Report {
  return ({ source, span }, says, hint) => ({ file: source.path, ...positionAt(source.text, span.start), rule, says, hint });
}

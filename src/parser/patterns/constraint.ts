import type { Term } from "./term.ts";

/** What must hold for the code that a metavariable stands for; all that is given. */
export interface Constraint {
  /** Of the code as it is written. */
  readonly text: ((text: string) => boolean) | undefined;
  /** What it may be; undefined where it may be anything. */
  readonly kinds: readonly string[] | undefined;
  /** Forms of which it must have one. */
  readonly forms: readonly { readonly root: Term; readonly where: Where }[] | undefined;
  readonly not: Constraint | undefined;
}

export type Where = ReadonlyMap<string, Constraint>;

/** The words of the rule language for what terms are. */
const KINDS: Readonly<Record<string, string>> = {
  name: "variable",
  pipe: "call",
  keywords: "list",
  anonymous_function: "function",
  prefix: "operator",
  access: "operator",
};

const WORDS: ReadonlySet<string> = new Set(["true", "false", "nil"]);

/** What a metavariable's code is, in these words. */
export function kindOf({ type, label, text, parts }: Term): string {
  if (type === "atom" && WORDS.has(label) && !text.startsWith(":"))
    return label === "nil" ? "nil" : "boolean";
  if (type === "map" && parts.some((part) => part.type === "struct")) return "struct";
  if (type === "prefix" && label === "&") return "function";
  return KINDS[type] ?? type;
}

import type { Form } from "./match.ts";
import type { Term } from "./term.ts";

/** What must hold for the code that a metavariable stands for; all that is given. */
export interface Constraint {
  /** Of the code as it is written. */
  readonly text: ((text: string) => boolean) | undefined;
  /** What it may be; undefined where it may be anything. */
  readonly kinds: readonly string[] | undefined;
  /** Forms of which it must have one. */
  readonly forms: readonly Form[] | undefined;
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
  both: "operator",
  access: "operator",
  section: "statements",
};

const WORDS: ReadonlySet<string> = new Set(["true", "false", "nil"]);

/** Sigils that stand for constants of other kinds. */
const SIGILS: Readonly<Record<string, string>> = {
  "~s": "string",
  "~S": "string",
  "~c": "charlist",
  "~C": "charlist",
};

/** What a metavariable's code is, in these words. */
export function kindOf(term: Term): string {
  const { type, label, text, parts } = term;
  if (type === "atom" && WORDS.has(label) && !text.startsWith(":"))
    return label === "nil" ? "nil" : "boolean";
  if (type === "map" && parts.some((part) => part.type === "struct")) return "struct";
  if (type === "prefix" && label === "&") return "function";
  if (type === "prefix" && ["-", "+"].includes(label)) return numberKind(parts[0]) ?? "operator";
  if (type === "sigil") return sigilKind(label, text);
  if (type === "string" && parts.some((part) => part.type === "interpolation")) return "interpolation";
  return KINDS[type] ?? type;
}

function numberKind(operand: Term | undefined): string | undefined {
  return operand?.type === "integer" || operand?.type === "float" ? operand.type : undefined;
}

function sigilKind(label: string, text: string): string {
  const kind = SIGILS[`~${label}`] ?? "sigil";
  return kind === "string" && label === "s" && /(?<!\\)(?:\\\\)*#\{/.test(text) ? "interpolation" : kind;
}

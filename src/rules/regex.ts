import { pointAt, ruleRegex } from "../errors.ts";
import { text, type Value } from "./yaml.ts";

/**
 * Regular expressions of rule files are checked here and run elsewhere: those of `redact` by Elixir, which is PCRE, those
 * of `where` by escope itself. What both read alike is taken; what they read differently is said.
 * Error: RULE_REGEX.
 */
export function checkRegex(value: Value): void {
  const problem = regexProblem(text(value));
  if (problem !== undefined) throw ruleRegex(pointAt(value.source, value.span), problem);
}

function regexProblem(source: string): string | undefined {
  const problem = javascriptProblem(source);
  if (problem !== undefined) return problem;
  for (const { form, says } of DIFFERENT) if (form.test(source)) return says;
  return undefined;
}

/** Written for a language that knows no inline flags. */
function javascriptProblem(source: string): string | undefined {
  const [, body = ""] = /^(?:\(\?[imsx]+\))?([^]*)$/.exec(source) ?? [];
  const problems = ["u", ""].map((flags) => compileProblem(body, flags));
  return problems.includes(undefined) ? undefined : problems[1];
}

function compileProblem(source: string, flags: string): string | undefined {
  try {
    void new RegExp(source, flags);
    return undefined;
  } catch (error) {
    return (error as Error).message.replace(/^Invalid regular expression: (?:\/[^]*\/\w*: )?/, "");
  }
}

/** What JavaScript takes and PCRE does not. */
const DIFFERENT: readonly { readonly form: RegExp; readonly says: string }[] = [
  { form: /(?<!\\)\[\^?\]/, says: "a set without anything in it" },
  { form: /(?<!\\)(?:\\\\)*\\u/, says: "write \\x{…} instead of \\u" },
  { form: /(?<!\\)\(\?<[=!](?:[^()]|\\.)*(?<!\\)[*+{]/, says: "what stands behind (?<= must have a fixed length" },
];

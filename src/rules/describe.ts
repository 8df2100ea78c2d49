import { member, oneOrMore, list, parseYaml, text, type Value } from "./yaml.ts";

/** What a rule file says of itself. */
export interface Described {
  readonly description: string | null;
  readonly extended: readonly string[];
  /** Its own rules; those that it extends are the business of their own files. */
  readonly rules: readonly { readonly id: string; readonly description: string | null }[];
}

/** Reads the words of a rule file that was found to be right. */
export function describe(path: string, yaml: string): Described {
  const document = parseYaml({ path, text: yaml });
  const [rules, extended] = [member(document, "rules"), member(document, "extends")];
  return {
    description: wordsIn(document),
    extended: extended === undefined ? [] : oneOrMore(extended).map(text),
    rules: rules === undefined ? [] : list(rules).map((rule) => ({ id: text(member(rule, "id") as Value), description: wordsIn(rule) })),
  };
}

function wordsIn(map: Value): string | null {
  const description = member(map, "description");
  return description === undefined ? null : text(description).trim();
}

import type { Node } from "web-tree-sitter";
import { expandAlias, type Scope } from "../names.ts";
import type { Pattern } from "./compile.ts";
import { matches } from "./match.ts";
import { TermReader } from "./reader.ts";

const CODE = new TermReader(false);

/** The keys of those of `patterns` whose form the definition has. `text`: how it is written. */
export function formsOf(
  definition: Node,
  text: string,
  patterns: readonly Pattern[] | undefined,
  scope: Scope,
): string[] {
  const near = (patterns ?? []).filter(({ words }) => words.every((word) => text.includes(word)));
  if (near.length === 0) return [];
  const term = CODE.read(definition);
  const expand = (alias: string): string => expandAlias(alias, scope);
  return near.filter((pattern) => matches(pattern, term, expand)).map(({ key }) => key);
}

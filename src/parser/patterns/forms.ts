import type { Node } from "../node.ts";
import { expandAlias, type Scope } from "../names.ts";
import type { Pattern } from "./compile.ts";
import { matches } from "./match.ts";
import { TermReader } from "./reader.ts";

const NONE: readonly Pattern[] = [];
const CODE = new TermReader(false);

/** The keys of those of `patterns` whose form the definition of `name` has. `text`: how it is written. */
export function formsOf(
  definition: Node,
  name: string,
  text: string,
  patterns: readonly Pattern[] | undefined,
  scope: Scope,
): string[] {
  const may = near(patterns ?? NONE, name).filter(({ words }) => words.every((word) => text.includes(word)));
  if (may.length === 0) return [];
  const term = CODE.read(definition);
  const expand = (alias: string): string => expandAlias(alias, scope);
  return may.filter((pattern) => matches(pattern, term, expand)).map(({ key }) => key);
}

const BY_NAME = new WeakMap<readonly Pattern[], ReadonlyMap<string | undefined, readonly Pattern[]>>();

/** Those of many that say this name or leave it open. */
function near(patterns: readonly Pattern[], name: string): readonly Pattern[] {
  const named = BY_NAME.get(patterns) ?? byName(patterns);
  BY_NAME.set(patterns, named);
  return named.get(name) ?? named.get(undefined) ?? NONE;
}

function byName(patterns: readonly Pattern[]): Map<string | undefined, readonly Pattern[]> {
  const names = new Set([undefined, ...patterns.map(definedName)]);
  return new Map(
    [...names].map((name) => [
      name,
      patterns.filter((one) => definedName(one) === undefined || definedName(one) === name),
    ]),
  );
}

/** `f` of `def f($X)`. */
function definedName({ root }: Pattern): string | undefined {
  const name = root.parts[0]?.type === "head" ? root.parts[0].parts[0] : undefined;
  return name?.type === "name" ? name.label : undefined;
}

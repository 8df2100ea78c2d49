import { isMapping, list, pairs, type Value } from "../yaml.ts";

/** One condition that must hold: `function.name` and what is written behind it. */
export interface Atom {
  readonly key: string;
  readonly value: Value;
}

/** A match in parts: conditions of which all must hold, lists of which one must, and what must not. */
export interface Conjunction {
  readonly atoms: readonly Atom[];
  readonly any: readonly (readonly Conjunction[])[];
  readonly not: readonly { readonly value: Value; readonly inner: Conjunction }[];
}

const FOLDERS: ReadonlySet<string> = new Set(["module", "function"]);

/** Takes a match apart that was found to be right; what stands in `all` counts as if it stood beside it. */
export function takeApart(match: Value): Conjunction {
  const parts = pairs(match).map(([key, value]) => takePart(key, value));
  return {
    atoms: parts.flatMap(({ atoms }) => atoms),
    any: parts.flatMap(({ any }) => any),
    not: parts.flatMap(({ not }) => not),
  };
}

const NOTHING: Conjunction = { atoms: [], any: [], not: [] };

function takePart(key: string, value: Value): Conjunction {
  if (key === "any") return { ...NOTHING, any: [list(value).map(takeApart)] };
  if (key === "not") return { ...NOTHING, not: [{ value, inner: takeApart(value) }] };
  if (key === "all") return joined(list(value).map(takeApart));
  if (!FOLDERS.has(key) || !isMapping(value)) return { ...NOTHING, atoms: [{ key, value }] };
  return { ...NOTHING, atoms: pairs(value).map(([name, inner]) => ({ key: `${key}.${name}`, value: inner })) };
}

export function joined(all: readonly Conjunction[]): Conjunction {
  return {
    atoms: all.flatMap(({ atoms }) => atoms),
    any: all.flatMap(({ any }) => any),
    not: all.flatMap(({ not }) => not),
  };
}

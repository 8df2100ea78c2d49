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
  /** Of `inside` and `has`: they speak of something else. */
  readonly others: readonly Conjunction[];
}

const FOLDERS: ReadonlySet<string> = new Set(["module", "function"]);

/** Takes a match apart that was found to be right; what stands in `all` counts as if it stood beside it. */
export function takeApart(match: Value): Conjunction {
  return joined(pairs(match).map(([key, value]) => takePart(key, value)));
}

const NOTHING: Conjunction = { atoms: [], any: [], not: [], others: [] };

function takePart(key: string, value: Value): Conjunction {
  const atom = { key, value };
  if (key === "any") return { ...NOTHING, any: [list(value).map(takeApart)] };
  if (key === "not") return { ...NOTHING, not: [{ value, inner: takeApart(value) }] };
  if (key === "all") return joined(list(value).map(takeApart));
  if (key === "has") return { ...NOTHING, atoms: [atom], others: [takeApart(value)] };
  if (key === "inside") return takeInside(atom);
  if (!FOLDERS.has(key) || !isMapping(value)) return { ...NOTHING, atoms: [atom] };
  return { ...NOTHING, atoms: pairs(value).map(([name, inner]) => ({ key: `${key}.${name}`, value: inner })) };
}

/** The function around a call is the one that it stands in; the module may be one further out. */
function takeInside(atom: Atom): Conjunction {
  const inner = takeApart(atom.value);
  const isOfSites = inner.atoms.some(({ key }) => key === "call" || key === "pattern") || inner.any.length > 0;
  const shared = isOfSites ? [] : inner.atoms.filter(({ key }) => /^(?:function\.|path$|app$|dep$)/.test(key));
  const rest = inner.atoms.filter((one) => !shared.includes(one));
  return { ...NOTHING, atoms: [atom, ...shared], others: [{ ...inner, atoms: rest }] };
}

export function joined(all: readonly Conjunction[]): Conjunction {
  return {
    atoms: all.flatMap(({ atoms }) => atoms),
    any: all.flatMap(({ any }) => any),
    not: all.flatMap(({ not }) => not),
    others: all.flatMap(({ others }) => others),
  };
}

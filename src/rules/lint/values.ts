import { oneOrMore, type Value } from "../yaml.ts";
import { moduleGlob, nameGlob, pathGlob } from "../matchers/glob.ts";
import { textsOf } from "../explain/words.ts";
import { ranges } from "../matchers/range.ts";
import { coversCall, plainForm } from "./forms.ts";

/** The entries of a value, each with its text. */
export function textsIn(value: Value): readonly Entry[] {
  const known = ENTRIES.get(value);
  if (known !== undefined) return known;
  const entries = oneOrMore(value).map((entry) => ({ value: entry, text: textsOf(entry)[0] ?? "" }));
  ENTRIES.set(value, entries);
  return entries;
}

interface Entry {
  readonly value: Value;
  readonly text: string;
}

const ENTRIES = new WeakMap<Value, readonly Entry[]>();

/** Keys of numbers. */
export const RANGES: ReadonlySet<string> = new Set(["function.arity", "function.clauses"]);

/** No function has more parameters. */
export const MOST = 255;

export function numbers(value: Value): number[] {
  const holds = ranges(value);
  return Array.from({ length: MOST + 1 }, (_, number) => number).filter(holds);
}

/** How the texts of a key match: as globs of one kind or another, or as they are. */
const GLOBS: Readonly<Record<string, (glob: string) => (name: string) => boolean>> = {
  path: pathGlob,
  "module.name": moduleGlob,
  "function.name": nameGlob,
};

export function isLiteral(key: string, text: string): boolean {
  if (GLOBS[key] === undefined) return true;
  return key === "function.name" ? !text.includes("*") : !/[*?[\]{}()!|]/.test(text);
}

/** Whether everything that `inner` matches is matched by `outer`, as far as that is certain. */
export function covers(key: string, outer: string, inner: string): boolean {
  if (outer === inner || (key === "function.name" && outer === "*")) return true;
  if (key === "call") return coversCall(outer, inner);
  if (key === "pattern") return plainForm(outer) === plainForm(inner);
  const glob = GLOBS[key];
  if (glob === undefined) return false;
  if (outer === "**" && key !== "function.name") return true;
  if (outer.includes("*") && startsAlike(key, outer, inner)) return true;
  return isLiteral(key, inner) && compiled(key, outer, glob)(inner);
}

/** Of a glob that leaves all open behind its beginning: `lib/**`, `lib/**\/*.ex`, `Shop.**`, `handle_*`. */
function startsAlike(key: string, outer: string, inner: string): boolean {
  // Sources end so; tests may be compiled, too.
  const open = key === "path" && !outer.includes("test") ? outer.replace(/\/\*\*\/\*(?:\.ex)?$/, "/**") : outer;
  const end = { path: "/**", "module.name": ".**", "function.name": "*" }[key];
  if (end === undefined || !open.endsWith(end)) return false;
  const start = open.slice(0, key === "function.name" ? -1 : -2);
  return isLiteral(key, start) && inner.startsWith(start) && inner !== start;
}

const COMPILED = new Map<string, (name: string) => boolean>();

function compiled(key: string, text: string, glob: (glob: string) => (name: string) => boolean): (name: string) => boolean {
  const matches = COMPILED.get(`${key} ${text}`) ?? glob(text);
  COMPILED.set(`${key} ${text}`, matches);
  return matches;
}

/** What everything that a glob matches begins with. */
function beginning(key: string, glob: string): string {
  return (key === "function.name" ? /^[^*]*/ : /^[^*?[\]{}()!|+@\\]*/).exec(glob)?.[0] ?? "";
}

/** Whether something could match both. Of two globs nobody knows, unless they begin in other ways. */
export function meet(key: string, a: string, b: string): boolean {
  if (!isLiteral(key, a) && !isLiteral(key, b)) {
    const [one, other] = [beginning(key, a), beginning(key, b)];
    return one.startsWith(other) || other.startsWith(one);
  }
  return covers(key, a, b) || covers(key, b, a);
}

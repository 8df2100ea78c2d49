import picomatch from "picomatch";
import { oneOrMore, text, type Value } from "../yaml.ts";
import { patiently } from "./patience.ts";
import { pathWildcard, wildcard } from "./wildcard.ts";

/** Any of the globs in `value` must match; `*` stays within a path segment, `**` does not. */
export function globs(value: Value): (name: string) => boolean {
  const matchers = oneOrMore(value).map((glob) => stoppable(glob, pathGlob(text(glob))));
  return (name) => matchers.some((matches) => matches(name));
}

/** `ShopWeb.*` matches one more segment of a module's name, `ShopWeb.**` any number. */
export function moduleGlobs(value: Value): (name: string) => boolean {
  const matchers = oneOrMore(value).map((glob) => stoppable(glob, moduleGlob(text(glob))));
  return (name) => matchers.some((matches) => matches(name));
}

export function moduleGlob(glob: string): (name: string) => boolean {
  const matches = pathGlob(segmented(glob));
  return remembered((name) => matches(segmented(name)));
}

/** A project has few names, and each is asked about for every clause and call. */
function remembered(matches: (name: string) => boolean): (name: string) => boolean {
  const known = new Map<string, boolean>();
  return (name) => {
    const before = known.get(name);
    if (before !== undefined) return before;
    const now = matches(name);
    known.set(name, now);
    return now;
  };
}

export function pathGlob(glob: string): (path: string) => boolean {
  return isHard(glob) && isPlain(glob) ? pathWildcard(glob) : picomatch(glob, { dot: true });
}

/** What a regular expression made of it may search long for. */
function isHard(glob: string): boolean {
  return glob.replaceAll(/\*+/g, "*").split("*").length > 4;
}

function isPlain(glob: string): boolean {
  return !/[{}()[\]!+@|\\]/.test(glob);
}

export function stoppable(value: Value, matches: (name: string) => boolean): (name: string) => boolean {
  const glob = text(value);
  return isHard(glob) && !isPlain(glob) ? patiently(value, matches) : matches;
}

function segmented(module: string): string {
  return module.replaceAll(".", "/");
}

/** Function names may hold `?`, `!` and operators: here only `*` is special. */
export function nameGlobs(value: Value): (name: string) => boolean {
  const matchers = oneOrMore(value).map((glob) => nameGlob(text(glob)));
  return (name) => matchers.some((matches) => matches(name));
}

export function nameGlob(glob: string): (name: string) => boolean {
  // `?` is a letter of names.
  const literal = glob.replaceAll("?", ASK);
  if (!glob.includes("*")) return (name) => name === glob;
  const matches = wildcard(literal);
  return remembered((name) => matches(name.replaceAll("?", ASK)));
}

/** No name holds it. */
const ASK = "\0";

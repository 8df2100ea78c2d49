import picomatch from "picomatch";
import { oneOrMore, text, type Value } from "../yaml.ts";

/** Any of the globs in `value` must match; `*` stays within a path segment, `**` does not. */
export function globs(value: Value, toPath: (name: string) => string = (name) => name): (name: string) => boolean {
  const matchers = oneOrMore(value).map((glob) => picomatch(toPath(text(glob)), { dot: true }));
  return (name) => matchers.some((matches) => matches(toPath(name)));
}

/** `ShopWeb.*` matches one more segment of a module's name, `ShopWeb.**` any number. */
export function moduleGlobs(value: Value): (name: string) => boolean {
  return globs(value, (name) => name.replaceAll(".", "/"));
}

/** Function names may hold `?`, `!` and operators: here only `*` is special. */
export function nameGlobs(value: Value): (name: string) => boolean {
  const patterns = oneOrMore(value).map(
    (glob) => new RegExp(`^${text(glob).split("*").map(escapeRegExp).join(".*")}$`),
  );
  return (name) => patterns.some((pattern) => pattern.test(name));
}

function escapeRegExp(literal: string): string {
  return literal.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}

import picomatch from "picomatch";
import { oneOrMore, text, type Value } from "../yaml.ts";

/** Any of the globs in `value` must match; `*` stays within a path segment, `**` does not. */
export function globs(value: Value): (name: string) => boolean {
  const matchers = oneOrMore(value).map((glob) => picomatch(text(glob), { dot: true }));
  return (name) => matchers.some((matches) => matches(name));
}

/** `ShopWeb.*` matches one more segment of a module's name, `ShopWeb.**` any number. */
export function moduleGlobs(value: Value): (name: string) => boolean {
  const matchers = oneOrMore(value).map((glob) => moduleGlob(text(glob)));
  return (name) => matchers.some((matches) => matches(name));
}

export function moduleGlob(glob: string): (name: string) => boolean {
  const matches = picomatch(segmented(glob), { dot: true });
  return (name) => matches(segmented(name));
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
  const pattern = new RegExp(`^${glob.split("*").map(escapeRegExp).join(".*")}$`);
  return (name) => pattern.test(name);
}

function escapeRegExp(literal: string): string {
  return literal.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}

import type { Condition } from "../types.ts";
import type { Value } from "../yaml.ts";
import { globs } from "./glob.ts";

/** `path: lib/shop_web/live/*.ex`: the file, relative to the project root. */
export function compilePath(value: Value): Condition {
  const matches = globs(value);
  return ({ module }) => matches(module.file);
}

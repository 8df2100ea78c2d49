import type { Condition } from "../types.ts";
import type { Value } from "../yaml.ts";
import { nameGlobs } from "./glob.ts";

/** `app: shop_web`: what belongs to this application of the project. */
export function compileApp(value: Value): Condition {
  return compileOwner(value, "app");
}

/** `dep: phoenix`: what belongs to this dependency, which is instrumented, too. */
export function compileDep(value: Value): Condition {
  return compileOwner(value, "dep");
}

function compileOwner(value: Value, key: "app" | "dep"): Condition {
  const matches = nameGlobs(value);
  return ({ module, known }) => {
    const name = known?.ownerOf(module.file)[key];
    return name !== undefined && matches(name);
  };
}

import { relative, resolve } from "node:path";
import { findConfig, type FoundConfig, type Project } from "../../project/index.ts";
import { isBuiltin, loadRules } from "../../rules/index.ts";
import { countText } from "../trace/units.ts";
import { type Check, fit, fromError } from "./check.ts";

export interface Configured {
  readonly checks: readonly Check[];
  /** Undefined where the configuration cannot be read: what depends on it is not looked at. */
  readonly found?: FoundConfig | null;
}

export async function checkConfiguration({ root }: Project): Promise<Configured> {
  try {
    const found = await findConfig(root);
    const says =
      found === null ? "none; escope init begins one" : `${relative(root, found.file)} can be read`;
    return { checks: [fit("configuration", says), checkRules(root, found)], found };
  } catch (error) {
    return { checks: [fromError("configuration", error)] };
  }
}

function checkRules(root: string, found: FoundConfig | null): Check {
  const configured = found?.config.rules ?? [];
  const files = configured.length === 0 ? ["builtin:default"] : configured;
  try {
    const { rules } = loadRules(files.map((file) => (isBuiltin(file) ? file : resolve(root, file))));
    return fit("rules", `${countText(rules.length, "rule")} in ${files.join(", ")}`);
  } catch (error) {
    return fromError("rules", error);
  }
}

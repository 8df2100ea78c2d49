import { relative, resolve } from "node:path";
import { findConfig, type FoundConfig, type Project, useNamed } from "../../project/index.ts";
import { openRules } from "../../rule-tests.ts";
import { isBuiltin, type RuleSet } from "../../rules/index.ts";
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
    return { checks: [fit("configuration", says), await checkRules(root, found)], found };
  } catch (error) {
    return { checks: [fromError("configuration", error)] };
  }
}

async function checkRules(root: string, found: FoundConfig | null): Promise<Check> {
  const configured = found?.config.rules ?? [];
  const open = (files: readonly string[]): Promise<RuleSet> =>
    openRules(files.map((file) => (isBuiltin(file) ? file : resolve(root, file))));
  try {
    if (configured.length === 0) return rulesCheck(await open(DEFAULT), DEFAULT);
    return rulesCheck(await useNamed(found, "rules", open), configured);
  } catch (error) {
    return fromError("rules", error);
  }
}

const DEFAULT = ["builtin:default"];

function rulesCheck({ rules }: RuleSet, files: readonly string[]): Check {
  return fit("rules", `${countText(rules.length, "rule")} in ${files.join(", ")}`);
}

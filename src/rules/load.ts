import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ruleDuplicateId, pointAt, rulesUnknownBuiltin, rulesUnreadable } from "../errors.ts";
import { nearest } from "../nearest.ts";
import { compileMatch } from "./matchers/index.ts";
import type { Rule, RuleSet } from "./types.ts";
import { entries, expected, list, parseYaml, text, type Value } from "./yaml.ts";

const BUILTIN = "builtin:";
const BUILTIN_DIR = fileURLToPath(new URL("../../rules/", import.meta.url));

/** Whether `--rules FILE` names a set that comes with escope. */
export function isBuiltin(file: string): boolean {
  return file.startsWith(BUILTIN);
}

/** Names of the rule sets that come with escope, as `--rules builtin:NAME` takes them. */
export function builtinNames(): string[] {
  return readdirSync(BUILTIN_DIR).flatMap((file) => (file.endsWith(".yml") ? [file.slice(0, -".yml".length)] : []));
}

/**
 * Loads rule files in order. Each of `files` is a path, or `builtin:NAME`.
 * Errors: RULES_UNREADABLE, RULES_UNKNOWN_BUILTIN, and those of `compileRules`.
 */
export function loadRules(files: readonly string[]): RuleSet {
  const rules = files.flatMap((file) => compileRules(file, readRules(file)));
  return { rules };
}

function readRules(file: string): string {
  if (isBuiltin(file)) return readBuiltin(file.slice(BUILTIN.length));
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw rulesUnreadable(file, error);
  }
}

function readBuiltin(name: string): string {
  const names = builtinNames();
  if (!names.includes(name)) throw rulesUnknownBuiltin(name, names, nearest(name, names));
  return readFileSync(`${BUILTIN_DIR}${name}.yml`, "utf8");
}

/**
 * Compiles the text of one rule file. `file` is how messages name it. Patterns need the grammar (`elixirParser`).
 * Errors, with line and column: RULE_SYNTAX, RULE_TYPE, RULE_UNKNOWN_KEY, RULE_DUPLICATE_ID, RULE_PATTERN, RULE_SORTS.
 */
export function compileRules(file: string, yaml: string): Rule[] {
  const document = parseYaml({ path: file, text: yaml });
  const rules = entries(document, ["rules"]).get("rules");
  if (rules === undefined) throw expected(document, "a map with the key rules");
  const seen = new Set<string>();
  return list(rules).map((rule) => compileRule(rule, seen));
}

function compileRule(value: Value, seen: Set<string>): Rule {
  const keys = entries(value, ["id", "description", "match"]);
  const idValue = keys.get("id");
  const match = keys.get("match");
  if (idValue === undefined || match === undefined) throw expected(value, "a rule with id and match");
  const id = text(idValue);
  if (seen.has(id)) throw ruleDuplicateId(pointAt(value.source, idValue.span), id);
  seen.add(id);
  const { sort, calls, patterns, holds } = compileMatch(match);
  return { id, file: value.source.path, sort, calls, patterns, matches: holds };
}

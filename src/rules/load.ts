import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import {
  pointAt,
  ruleCycle,
  rulesEncoding,
  rulesTooLarge,
  rulesUnknownBuiltin,
  rulesUnreadable,
  type EscopeError,
} from "../errors.ts";
import { nearest } from "../nearest.ts";
import type { SourceFile } from "../source.ts";
import { describe, type Described } from "./describe.ts";
import { compileFile, type RuleFile } from "./file.ts";
import type { Rule, RuleSet } from "./types.ts";
import { text, type Value } from "./yaml.ts";

const BUILTIN = "builtin:";
const BUILTIN_DIR = fileURLToPath(new URL("../../rules/", import.meta.url));

/** Whoever writes more than this by hand has made a mistake; reading it would take a minute. */
const MOST_BYTES = 2_000_000;

/** Whether `--rules FILE` names a set that comes with escope. */
export function isBuiltin(file: string): boolean {
  return file.startsWith(BUILTIN);
}

/** Where the file lies that `--rules FILE` names. */
export function rulePath(file: string): string {
  return isBuiltin(file) ? `${BUILTIN_DIR}${file.slice(BUILTIN.length)}.yml` : resolve(file);
}

/** Names of the rule sets that come with escope, as `--rules builtin:NAME` takes them. */
export function builtinNames(): string[] {
  return readdirSync(BUILTIN_DIR).flatMap((file) => (file.endsWith(".yml") ? [file.slice(0, -".yml".length)] : []));
}

/**
 * Loads rule files in order, with those that they extend; a file counts once, however many lead to it. Each of `files` is
 * a path, or `builtin:NAME`. Errors: RULES_UNREADABLE, RULES_ENCODING, RULES_TOO_LARGE, RULES_UNKNOWN_BUILTIN, and those of `compileFile`.
 */
export function loadRules(files: readonly string[]): RuleSet {
  const loader = new Loader();
  const loaded = files.map((file) => loader.load(file));
  return { ...joined(loaded), sources: loader.sources };
}

/**
 * Compiles the text of one rule file. `file` is how messages name it, and where `extends` starts from. Patterns and
 * conditions need the grammar (`elixirParser`).
 */
export function compileRuleSet(file: string, yaml: string): RuleSet {
  return joined([new Loader().compile(file, yaml)]);
}

/** The same, where nothing is excluded. */
export function compileRules(file: string, yaml: string): readonly Rule[] {
  return compileRuleSet(file, yaml).rules;
}

/** What a rule file, or `builtin:NAME`, says of itself. */
export function describeRules(file: string): Described {
  return describe(file, readRules(file));
}

function joined(files: readonly RuleFile[]): RuleSet {
  return {
    rules: [...new Set(files.flatMap(({ rules }) => rules))],
    exclude: [...new Set(files.flatMap(({ exclude }) => exclude))],
    traced: [...new Set(files.flatMap(({ traced }) => traced))],
  };
}

class Loader {
  readonly #done = new Map<string, RuleFile>();
  /** Every file that was read, those that others extend included. */
  readonly sources: SourceFile[] = [];
  /** Files that are being compiled: one that is met again extends itself. */
  readonly #open: string[] = [];

  load(file: string, place?: Value): RuleFile {
    const name = isBuiltin(file) ? file : normalize(file);
    const done = this.#done.get(name);
    if (done !== undefined) return done;
    if (place !== undefined && this.#open.includes(name))
      throw ruleCycle(pointAt(place.source, place.span), `extends: ${text(place)}`, [...this.#open, name]);
    const compiled = this.compile(file, readRules(file, place));
    this.#done.set(name, compiled);
    return compiled;
  }

  compile(file: string, yaml: string): RuleFile {
    this.#open.push(isBuiltin(file) ? file : normalize(file));
    this.sources.push({ path: file, text: yaml });
    const compiled = compileFile(file, yaml, (name) => this.load(resolveFrom(file, text(name)), name));
    this.#open.pop();
    return compiled;
  }
}

/** A path in `extends` starts at the file's own folder. */
function resolveFrom(file: string, name: string): string {
  return isBuiltin(name) || name.startsWith("/") ? name : join(isBuiltin(file) ? BUILTIN_DIR : dirname(file), name);
}

/** The text of a rule file. `place`: where its name stands in another one. */
export function readRules(file: string, place?: Value): string {
  const at = place && pointAt(place.source, place.span);
  if (isBuiltin(file)) return readBuiltin(file.slice(BUILTIN.length), at);
  const yaml = readText(file, at);
  if (yaml.length > MOST_BYTES) throw rulesTooLarge(file, yaml.length);
  return yaml;
}

type Place = Parameters<typeof rulesUnreadable>[2];

function readText(file: string, place: Place): string {
  const bytes = readBytes(file, place);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw rulesEncoding(file);
  }
}

function readBytes(file: string, place: Place): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    throw rulesUnreadable(file, error, place);
  }
}

function readBuiltin(name: string, place: Place): string {
  const names = builtinNames();
  if (!names.includes(name)) throw unknownBuiltin(name, names, place);
  return readFileSync(`${BUILTIN_DIR}${name}.yml`, "utf8");
}

function unknownBuiltin(name: string, names: readonly string[], place: Place): EscopeError {
  return rulesUnknownBuiltin(name, names, nearest(name, names), place);
}

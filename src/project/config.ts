import { cosmiconfig } from "cosmiconfig";
import { configSyntax, configType, configUnknownKey, EscopeError } from "../errors.ts";
import { nearest } from "../nearest.ts";
import { loadConfigText, placeOf } from "./config-text.ts";

/** What a project's `escope.config.*` says; `escope.config.schema.json` describes it for editors. */
export interface Config {
  /** Rule files, or `builtin:NAME`, relative to the project. */
  readonly rules?: readonly string[];
  /** The tree's folder, relative to the project. */
  readonly out?: string;
  /** Whether tests are instrumented too. */
  readonly test_files?: boolean;
  /** Dependencies to instrument, too. */
  readonly deps?: readonly string[];
}

interface Key {
  readonly expected: string;
  readonly accepts: (value: unknown) => boolean;
}

const keys: Readonly<Record<keyof Config | "$schema", Key>> = {
  rules: { expected: "a list of texts", accepts: (value) => isListOf(value, isName) },
  out: { expected: "a text", accepts: isName },
  test_files: { expected: "true or false", accepts: (value) => typeof value === "boolean" },
  deps: { expected: "a list of applications' names", accepts: (value) => isListOf(value, isApplication) },
  $schema: { expected: "a text", accepts: isName },
};

const searchPlaces = [
  "package.json",
  ...["yaml", "yml", "json", "js", "mjs", "cjs"].map((extension) => `escope.config.${extension}`),
];

/** The configuration in the project's own folder, checked; null where there is none. Folders above are not searched. */
export async function readConfig(root: string): Promise<Config | null> {
  const load = { ".json": loadConfigText, ".yaml": loadConfigText, ".yml": loadConfigText };
  const explorer = cosmiconfig("escope", {
    searchPlaces,
    searchStrategy: "none",
    cache: false,
    loaders: load,
  });
  const found = await orSyntax(root, () => explorer.search(root));
  if (found === null) return null;
  return checkConfig(found.filepath, found.config ?? {});
}

/** A configuration that is a program can throw anything. */
async function orSyntax<T>(root: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof EscopeError) throw error;
    const file = (error as { filepath?: string }).filepath ?? root;
    throw configSyntax({ file }, error instanceof Error ? error.message : String(error), error);
  }
}

function checkConfig(file: string, config: unknown): Config {
  if (typeof config !== "object" || config === null || Array.isArray(config)) {
    throw configType(placeOf(file, [], "value"), "the configuration", "a map of keys");
  }
  for (const [name, value] of Object.entries(config)) checkKey(file, name, value);
  return Object.fromEntries(Object.entries(config).filter(([name]) => name !== "$schema"));
}

function checkKey(file: string, name: string, value: unknown): void {
  const known = Object.keys(keys).filter((key) => key !== "$schema");
  if (!Object.hasOwn(keys, name)) {
    throw configUnknownKey(placeOf(file, [name], "key"), name, known, nearest(name, known));
  }
  const key = keys[name as keyof typeof keys];
  if (!key.accepts(value)) throw configType(placeOf(file, [name], "value"), name, key.expected);
}

function isListOf(value: unknown, accepts: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(accepts);
}

function isApplication(value: unknown): boolean {
  return typeof value === "string" && /^[a-z_][a-zA-Z0-9_]*$/.test(value);
}

function isName(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}

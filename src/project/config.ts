import fs from "node:fs";
import { join } from "node:path";
import {
  configFormat,
  configSyntax,
  configTwice,
  configType,
  configUnknownKey,
  configUnreadable,
  EscopeError,
} from "../errors.ts";
import { nearest } from "../nearest.ts";
import { type Config, isMap, type Wrong, wrongIn } from "./config-keys.ts";
import { explore } from "./config-explorer.ts";
import { loadProgram, programExtensions } from "./config-program.ts";
import { loadConfigText, placeOf } from "./config-text.ts";
import { codeOf } from "./disk.ts";

export type { Config } from "./config-keys.ts";

const textExtensions = [".yaml", ".yml", ".json"];
const extensions = [...textExtensions, ...programExtensions];
const inPackage = "package.json";

/** A configuration that was found: what it says, and where. */
export interface FoundConfig {
  readonly file: string;
  readonly config: Config;
}

/** The configuration in the project's own folder, checked; null where there is none. Folders above are not searched. */
export async function readConfig(root: string): Promise<Config | null> {
  return (await findConfig(root))?.config ?? null;
}

/** The same, with its file. Two configurations are an error: nobody could tell which one holds. */
export async function findConfig(root: string): Promise<FoundConfig | null> {
  const names = configNames(root);
  const unknown = names.find((name) => !extensions.some((one) => name === `escope.config${one}`));
  if (unknown !== undefined) throw configFormat(join(root, unknown), extensions);
  const found = [];
  for (const name of [inPackage, ...names]) {
    const config = await loadOne(root, name);
    if (config !== null) found.push({ file: join(root, name), name, config });
  }
  const [first, second] = found;
  if (second !== undefined)
    throw configTwice(
      second.file,
      found.map(({ name }) => name),
    );
  return first === undefined ? null : { file: first.file, config: checkConfig(first.file, first.config) };
}

/** What calls itself escope's configuration, in the ways of other tools, too: `.escoperc`, `.escoperc.json`. */
const CALLED = /^(?:escope\.config(?:\.[A-Za-z][A-Za-z0-9]*)?|\.escoperc(?:\.[A-Za-z0-9]+)?)$/;

/** All files that call themselves escope's configuration. */
export function configNames(root: string): string[] {
  return fs
    .readdirSync(root)
    .filter((name) => CALLED.test(name))
    .sort();
}

/** Null where the file is none, or says nothing of escope. */
async function loadOne(root: string, name: string): Promise<unknown> {
  const file = join(root, name);
  if (name === inPackage && !fs.existsSync(file)) return null;
  const found = await orSyntax(file, () => explore(file, loaders));
  return found?.config ?? (name === inPackage ? null : {});
}

const loaders = Object.fromEntries([
  ...textExtensions.map((extension) => [extension, loadConfigText]),
  ...programExtensions.map((extension) => [extension, loadProgram]),
]);

/** A configuration that is a program can throw anything; only what the disk says of the file itself is the disk's. */
async function orSyntax<T>(file: string, read: () => Promise<T>): Promise<T> {
  try {
    fs.closeSync(fs.openSync(file, "r"));
    if (fs.statSync(file).isDirectory()) throw configUnreadable(file, "it is a folder", undefined);
  } catch (error) {
    throw error instanceof EscopeError ? error : configUnreadable(file, unreadableText(file, error), error);
  }
  try {
    return await read();
  } catch (error) {
    if (error instanceof EscopeError) throw error;
    throw configSyntax({ file }, error instanceof Error ? error.message : String(error), error);
  }
}

function unreadableText(file: string, error: unknown): string {
  if (codeOf(error) === "ENOENT" && fs.lstatSync(file).isSymbolicLink())
    return `it is a link to ${fs.readlinkSync(file)}, where nothing is`;
  return error instanceof Error ? error.message : String(error);
}

function checkConfig(file: string, config: unknown): Config {
  if (!isMap(config)) throw configType(placeOf(file, [], "value"), "the configuration", "a map of keys");
  const { $schema: schema = "-", ...said } = config;
  if (typeof schema !== "string" || schema === "")
    throw configType(placeOf(file, ["$schema"], "value"), "$schema", "a text");
  const wrong = wrongIn(said);
  if (wrong !== undefined) throw wrongText(file, wrong);
  return said;
}

function wrongText(file: string, { path, known, expected = "" }: Wrong): EscopeError {
  if (known === undefined) return configType(placeOf(file, path, "value"), path.join("."), expected);
  const name = path.at(-1) ?? "";
  return configUnknownKey(placeOf(file, path, "key"), name, known, nearest(name, known));
}

import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { rulesExist } from "../../errors.ts";
import { projectFolder } from "../../project/index.ts";
import type { Io } from "../io.ts";
import { starterText } from "./starter.ts";

export interface RulesNewOptions {
  readonly name: string;
  readonly cwd: string;
}

const SCHEMA = "escope.rules.schema.json";
const SHIPPED = fileURLToPath(new URL(`../../../${SCHEMA}`, import.meta.url));

/** `escope rules new`: begins a rule file that works as it stands. Never writes over one. Error: RULES_EXIST. */
export function runRulesNew({ name, cwd }: RulesNewOptions, io: Io): number {
  const root = projectAbove(cwd);
  const file = fileFor(name, root ?? cwd, cwd);
  if (existsSync(file)) throw rulesExist(relative(cwd, file));
  const schema = schemaFor(root);
  mkdirSync(dirname(file), { recursive: true });
  const id = basename(file).replace(/\.ya?ml$/, "").replaceAll(/[\s,[\]]+/g, "-");
  const text = starterText(id, slashes(relative(dirname(file), schema)), isOfPhoenix(root) ? "phoenix" : "otp");
  writeFileSync(file, text, { flag: "wx" });
  const shown = relative(cwd, file);
  io.stdout(`${shown}\n`);
  io.stderr(`try it: escope rules test ${quoted(shown)}\nsee what it selects: escope plan ${quoted(relative(cwd, root ?? cwd) || ".")} --rules ${quoted(shown)}\n`);
  return 0;
}

/** A name alone is a file in the project's folder `escope`. */
function fileFor(name: string, root: string, cwd: string): string {
  if (/\.ya?ml$/.test(name)) return resolve(cwd, name);
  return name.includes("/") ? resolve(cwd, `${name}.yml`) : join(root, "escope", `${name}.yml`);
}

/** Whether the project, or one of an umbrella's, has LiveViews. */
function isOfPhoenix(root: string | undefined): boolean {
  if (root === undefined) return true;
  const apps = join(root, "apps");
  const folders = existsSync(apps) ? readdirSync(apps).map((name) => join(apps, name)) : [];
  return [root, ...folders].some((folder) => {
    const mixfile = join(folder, "mix.exs");
    return existsSync(mixfile) && readFileSync(mixfile, "utf8").includes(":phoenix_live_view");
  });
}

function projectAbove(folder: string): string | undefined {
  if (existsSync(join(folder, "mix.exs"))) return folder;
  const above = dirname(folder);
  return above === folder ? undefined : projectAbove(above);
}

/** Where editors find the schema: with escope where that lies in the project, else a copy in the project's `.escope`. */
function schemaFor(root: string | undefined): string {
  if (root === undefined || SHIPPED.startsWith(`${root}${sep}`)) return SHIPPED;
  const copy = join(projectFolder(root), SCHEMA);
  copyFileSync(SHIPPED, copy);
  return copy;
}

/** As a shell takes it for one word. */
function quoted(path: string): string {
  return /^[\w./@:+,-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;
}

function slashes(path: string): string {
  return path.replaceAll(sep, "/");
}

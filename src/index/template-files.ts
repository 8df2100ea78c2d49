import { readTemplate, type FileAbout, type ModuleAbout } from "../parser/index.ts";
import type { TemplateFile, Templates } from "./subjects.ts";

const SUFFIX = /\.(?:html|text|xml|json|txt)?\.?(?:heex|eex|leex)$/;

/** Whether a file may be a template that a module takes in. */
export function isTemplate(path: string): boolean {
  return /\.(?:heex|leex|eex)$/.test(path);
}

/** Which module takes each of `paths` in, and as which function. */
export function assignTemplates(
  abouts: readonly FileAbout[],
  paths: readonly string[],
  read: (path: string) => string,
): Templates {
  const found = new Map<string, Map<string, TemplateFile>>();
  const byFolder = new Map<string, string[]>();
  for (const path of paths) byFolder.set(folderOf(path), [...(byFolder.get(folderOf(path)) ?? []), path]);
  for (const { path, modules } of abouts)
    for (const module of modules) {
      const own = [
        ...embedded(module, path, paths),
        ...colocated(module, path, byFolder.get(folderOf(path)) ?? []),
      ];
      if (own.length > 0)
        found.set(module.name, new Map(own.map(([name, file]) => [name, readFile(file, module, read)])));
    }
  return found;
}

function readFile(file: string, { scope }: ModuleAbout, read: (path: string) => string): TemplateFile {
  return { file, template: readTemplate(read(file), { scope, line: 0, curly: file.endsWith(".heex") }) };
}

/** `embed_templates "page_html/*"`: a function each. */
function embedded({ statements }: ModuleAbout, source: string, paths: readonly string[]): [string, string][] {
  return statements.flatMap(({ name, args: [pattern] }) => {
    if (name !== "embed_templates" || pattern?.type !== "text" || typeof pattern.parts[0] !== "string")
      return [];
    const matches = globTest(`${folderOf(source)}${pattern.parts[0]}`);
    return paths
      .filter((path) => matches(path.replace(SUFFIX, "")))
      .map((path): [string, string] => [functionName(path), path]);
  });
}

/** As `Path.wildcard` reads it: `*` within a folder, `**` through any number of them. */
function globTest(glob: string): (path: string) => boolean {
  const parts = glob.split(/(\*\*\/|\*)/).map((part) => {
    if (part === "**/") return "(?:.*/)?";
    return part === "*" ? "[^/]*" : part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`);
  });
  const test = new RegExp(`^${parts.join("")}$`);
  return (path) => test.test(path);
}

/**
 * `cart_live.html.heex` is the `render/1` of the live view or component `CartLive` in the same folder, if that has none.
 * The file has the module's name, whatever the name of the file that the module stands in.
 */
function colocated(
  { name, uses, definitions }: ModuleAbout,
  source: string,
  beside: readonly string[],
): [string, string][] {
  const renders = definitions.some((each) => each.name === "render" && each.arity === 1);
  if (renders || uses.length === 0) return [];
  const own = `${folderOf(source)}${underscored(name.slice(name.lastIndexOf(".") + 1))}.html.`;
  return beside.filter((path) => path.startsWith(own)).map((path) => ["render", path]);
}

/** As `Macro.underscore/1` has it. */
function underscored(name: string): string {
  return name
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, "$1_$2")
    .replaceAll(/([a-z\d])([A-Z])/g, "$1_$2")
    .toLowerCase();
}

function functionName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1).replace(/\..*$/, "");
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/") + 1);
}

import { posix } from "node:path";
import {
  readTemplate,
  traitsOf,
  type FileAbout,
  type ModuleAbout,
  type ModuleIndex,
  type Value,
} from "../parser/index.ts";
import type { TemplateFile, Templates } from "./subjects.ts";
import { globTest, optionOf, plainText, underscored, viewTemplates } from "./view-templates.ts";

const SUFFIX = /\.(?:html|text|xml|json|txt)?\.?(?:heex|eex|leex)$/;

/** Whether a file may be a template that a module takes in. */
export function isTemplate(path: string): boolean {
  return /\.(?:heex|leex|eex)$/.test(path);
}

/** Which module takes each of `paths` in, and as which function. */
export function assignTemplates(
  index: ModuleIndex,
  abouts: readonly FileAbout[],
  paths: readonly string[],
  read: (path: string) => string,
): Templates {
  const found = new Map<string, Map<string, TemplateFile>>();
  const viewOptions = optionsOfViews(index);
  const byFolder = new Map<string, string[]>();
  for (const path of paths) byFolder.set(folderOf(path), [...(byFolder.get(folderOf(path)) ?? []), path]);
  for (const { path, modules } of abouts)
    for (const module of modules) {
      const own = [
        ...embedded(module, path, paths),
        ...colocated(module, path, byFolder.get(folderOf(path)) ?? []),
      ];
      const options = viewOptions.get(`${path}:${module.at}`);
      const viewed = options === undefined ? [] : viewTemplates(module.name, options, path, paths);
      const files = [
        ...own.map(([name, file]) => [name, readFile(file, module, "component", read)] as const),
        ...viewed.map(([name, file]) => [name, readFile(file, module, "view", read)] as const),
      ];
      if (files.length > 0) found.set(module.name, new Map(files));
    }
  return found;
}

function readFile(
  file: string,
  { scope }: ModuleAbout,
  use: TemplateFile["use"],
  read: (path: string) => string,
): TemplateFile {
  const template = readTemplate(read(file), { scope, line: 0, curly: file.endsWith(".heex") });
  return { file, template, use };
}

/** What each module gives to `Phoenix.View`, which it mostly uses by a macro of the project; by its place. */
function optionsOfViews(index: ModuleIndex): ReadonlyMap<string, Value> {
  const modules = index.files.flatMap(({ modules: all }) => all);
  return new Map(
    modules.flatMap((module) => {
      const options = traitsOf(index, module).given.get("Phoenix.View");
      return options === undefined ? [] : [[`${module.file}:${module.span.start}`, options] as const];
    }),
  );
}

/** `embed_templates "page_html/*", suffix: "_html"`: a function each. */
function embedded({ statements }: ModuleAbout, source: string, paths: readonly string[]): [string, string][] {
  return statements.flatMap(({ name, args: [pattern, options] }) => {
    const glob = plainText(pattern);
    const [root, suffix] = [optionOf(options, "root"), optionOf(options, "suffix")].map(plainText);
    if (name !== "embed_templates" || glob === undefined) return [];
    const matches = globTest(posix.join(folderOf(source), root ?? "", glob));
    return paths
      .filter((path) => matches(path.replace(SUFFIX, "")))
      .map((path): [string, string] => [`${functionName(path)}${suffix ?? ""}`, path]);
  });
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

function functionName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1).replace(/\..*$/, "");
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/") + 1);
}

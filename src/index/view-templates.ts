import { posix } from "node:path";
import type { Value } from "../parser/index.ts";

/**
 * The templates that `use Phoenix.View, root: "lib/web/templates"` takes in, with the names of their functions: those in the
 * folder that is called as the module. `root` is written from where Mix runs, the folder of the application.
 */
export function viewTemplates(
  module: string,
  options: Value,
  source: string,
  paths: readonly string[],
): [name: string, file: string][] {
  const root = plainText(optionOf(options, "root"));
  if (root === undefined) return [];
  const namespace = optionOf(options, "namespace");
  const base = namespace?.type === "module" ? namespace.name : (module.split(".")[0] ?? "");
  const inner = plainText(optionOf(options, "path")) ?? folderFor(module, base);
  const pattern = plainText(optionOf(options, "pattern")) ?? "*";
  const folders = foldersAround(source).map((folder) => posix.join(folder, root, inner));
  const folder = folders.find((each) => paths.some((path) => path.startsWith(`${each}/`)));
  if (folder === undefined) return [];
  const matches = globTest(`${folder}/${pattern}`);
  return paths
    .map((path): [string, string] => [path.replace(/\.[^./]+$/, ""), path])
    .filter(([name]) => matches(name))
    .map(([name, path]) => [name.slice(folder.length + 1), path]);
}

/** `admin/page` for `Web.Admin.PageView` in the namespace `Web`. */
function folderFor(module: string, namespace: string): string {
  const parts = module.replace(/View$/, "").split(".").slice(namespace.split(".").length);
  return parts.map(underscored).join("/");
}

/** The innermost first. */
function foldersAround(path: string): string[] {
  const folder = posix.dirname(path);
  return folder === "." ? ["."] : [folder, ...foldersAround(folder)];
}

export function optionOf(options: Value | undefined, name: string): Value | undefined {
  if (options?.type !== "keywords") return undefined;
  return options.pairs.find(({ key }) => key.type === "literal" && key.text === `:${name}`)?.value;
}

/** A text without anything that is computed. */
export function plainText(value: Value | undefined): string | undefined {
  if (value?.type !== "text") return undefined;
  const [text = "", ...others] = value.parts;
  return typeof text === "string" && others.length === 0 ? text : undefined;
}

/** As `Path.wildcard` reads it: `*` within a folder, `**` through any number of them. */
export function globTest(glob: string): (path: string) => boolean {
  const parts = glob.split(/(\*\*\/|\*)/).map((part) => {
    if (part === "**/") return "(?:.*/)?";
    return part === "*" ? "[^/]*" : part.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`);
  });
  const test = new RegExp(`^${parts.join("")}$`);
  return (path) => test.test(path);
}

/** As `Macro.underscore/1` has it. */
export function underscored(name: string): string {
  return name
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, "$1_$2")
    .replaceAll(/([a-z\d])([A-Z])/g, "$1_$2")
    .toLowerCase();
}

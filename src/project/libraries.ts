import fs from "node:fs";
import { join, resolve } from "node:path";
import type { SourceFile } from "../source.ts";
import { namesIn } from "./disk.ts";
import type { Project } from "./open.ts";

const DEFINES = /^[ \t]*def(?:module|protocol)[ (]+([A-Z][\w.]*)/gm;

/** The sources of what a project depends on. Nothing is read before somebody asks for a module. */
export class Libraries {
  readonly #root: string;
  /** Their folders, relative to the project. */
  readonly #folders: readonly string[];
  #paths: ReadonlyMap<string, string> | undefined;
  readonly #looked = new Set<string>();
  readonly #found = new Map<string, SourceFile | undefined>();

  /** `folders`: those of path dependencies, besides what lies in `deps`. */
  constructor({ root }: Project, folders: readonly string[]) {
    this.#root = root;
    this.#folders = [...namesIn(join(root, "deps")).map((name) => `deps/${name}`), ...folders];
  }

  /** Dependencies were fetched, and none has a module that begins like this one: it is nowhere. */
  lack(module: string): boolean {
    if (this.#folders.length === 0) return false;
    const [root = ""] = module.split(".");
    return ![...this.#allPaths().keys()].some((name) => name === root || name.startsWith(`${root}.`));
  }

  /** The file that defines a module: where its name says, else wherever in the sources it is defined. */
  find(module: string): SourceFile | undefined {
    if (!this.#found.has(module)) this.#found.set(module, this.#search(module));
    return this.#found.get(module);
  }

  #search(module: string): SourceFile | undefined {
    const inner = `${underscored(module)}.ex`;
    const usual = this.#folders
      .map((folder) => `${folder}/lib/${inner}`)
      .find((path) => this.#defines(path, module));
    const path = usual ?? this.#allPaths().get(module);
    const text = path === undefined ? undefined : this.#read(path);
    return path === undefined || text === undefined ? undefined : { path, text };
  }

  /** Every file that it looked at, and every folder that a file might have been added to; relative to the project. */
  looked(): string[] {
    const inner = this.#folders.flatMap((folder) => foldersBelow(this.#root, `${folder}/lib`));
    return [...this.#looked, ...inner];
  }

  #defines(path: string, module: string): boolean {
    if (!fs.existsSync(resolve(this.#root, path))) return false;
    const text = this.#read(path) ?? "";
    return [...text.matchAll(DEFINES)].some(([, name]) => name === module);
  }

  /** One search through all sources, at the first module that does not lie where its name says. */
  #allPaths(): ReadonlyMap<string, string> {
    this.#paths ??= new Map(this.#folders.flatMap((folder) => this.#modulesIn(`${folder}/lib`)));
    return this.#paths;
  }

  #modulesIn(folder: string): [string, string][] {
    return sourcesBelow(this.#root, folder).flatMap((path) =>
      [...(this.#read(path) ?? "").matchAll(DEFINES)].map(([, name = ""]): [string, string] => [name, path]),
    );
  }

  #read(path: string): string | undefined {
    this.#looked.add(path);
    try {
      return fs.readFileSync(resolve(this.#root, path), "utf8");
    } catch {
      return undefined;
    }
  }
}

function sourcesBelow(root: string, folder: string): string[] {
  try {
    const names = fs.readdirSync(resolve(root, folder), { recursive: true, encoding: "utf8" });
    return names
      .filter((name) => name.endsWith(".ex"))
      .map((name) => `${folder}/${name.replaceAll("\\", "/")}`);
  } catch {
    return [];
  }
}

function foldersBelow(root: string, folder: string): string[] {
  try {
    const entries = fs.readdirSync(resolve(root, folder), { recursive: true, withFileTypes: true });
    const inner = entries.filter((entry) => entry.isDirectory());
    return [folder, ...inner.map((entry) => `${entry.parentPath}/${entry.name}`)];
  } catch {
    return [folder];
  }
}

/** `phoenix/live_view` for `Phoenix.LiveView`, as `Macro.underscore/1` has it. */
function underscored(module: string): string {
  return module
    .replaceAll(".", "/")
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, "$1_$2")
    .replaceAll(/([a-z\d])([A-Z])/g, "$1_$2")
    .toLowerCase();
}

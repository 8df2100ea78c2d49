import fs from "node:fs";
import { dirname, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { type Dependency, realFolder } from "./dependency.ts";
import type { Project } from "./open.ts";
import type { TreeFile } from "./wanted.ts";

const RUNTIME = fileURLToPath(new URL("../../runtime/", import.meta.url));

/** What of the runtime goes into a tree; its tests and benchmarks do not. */
const PARTS = ["mix.exs", ".formatter.exs", "lib"];

/** What the plan says to the runtime. */
export interface RuntimeData {
  /** The text of `probes.json`. */
  readonly manifest: string;
  /** The text of `policies.terms`. */
  readonly policies: string;
  /** The text of `modules.terms`. */
  readonly modules: string;
}

/**
 * The Elixir side as files of a tree, with what it reads at run time in its `priv`, and `tree.exs`, which
 * knows the way from the tree at `out` back to the original at `root`, and the instrumented `dependencies`.
 */
export function runtimeFiles(
  { root, linked }: Pick<Project, "root" | "linked">,
  out: string,
  { manifest, policies, modules }: RuntimeData,
  dependencies: readonly Dependency[] = [],
): TreeFile[] {
  const parts = PARTS.flatMap(filesIn).map((path) => ({
    path: `.escope/runtime/${path}`,
    text: fs.readFileSync(`${RUNTIME}${path}`, "utf8"),
  }));
  const tree = fs
    .readFileSync(`${RUNTIME}tree.exs`, "utf8")
    .replace('"ORIGINAL"', () => elixirText(relative(out, root)))
    .replace(":LINKED", () => elixirPairs(root, linked))
    .replace(":DEPENDENCIES", () => `[${dependencies.map(elixirTuple).join(", ")}]`);
  return [
    ...parts,
    { path: ".escope/runtime/priv/probes.json", text: manifest },
    { path: ".escope/runtime/priv/policies.terms", text: policies },
    { path: ".escope/runtime/priv/modules.terms", text: modules },
    { path: ".escope/tree.exs", text: tree },
  ];
}

/** What `runtimeFiles` reads, and the folders that it looks into; absolute. */
export function runtimeSources(): string[] {
  const files = PARTS.flatMap(filesIn);
  const folders = new Set(files.map((path) => dirname(path)));
  return [...folders, ...files, "tree.exs"].map((path) => `${RUNTIME}${path}`);
}

function elixirTuple({ name, place, original }: Dependency): string {
  return `{:${name}, ${elixirText(place)}, ${elixirText(original)}}`;
}

function elixirPairs(root: string, folders: readonly string[]): string {
  const pairs = folders.map((folder) => `{${elixirText(folder)}, ${elixirText(realFolder(root, folder))}}`);
  return `[${pairs.join(", ")}]`;
}

/** What JSON escapes, Elixir reads alike; but it also interpolates. */
function elixirText(text: string): string {
  return JSON.stringify(text).replaceAll("#", "\\#");
}

function filesIn(part: string): string[] {
  if (!fs.statSync(`${RUNTIME}${part}`).isDirectory()) return [part];
  return fs
    .readdirSync(`${RUNTIME}${part}`, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(RUNTIME, `${entry.parentPath}/${entry.name}`))
    .toSorted();
}

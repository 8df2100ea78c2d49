import fs from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, vi } from "vitest";
import { EscopeError } from "../../src/errors.ts";
import {
  listFiles,
  openProject,
  treeFolder,
  type TreePlan,
  writeTree,
  type Written,
} from "../../src/project/index.ts";

const made: string[] = [];

afterAll(() => {
  for (const dir of made) fs.rmSync(dir, { recursive: true, force: true });
});

/** A new folder, gone after the tests of the file. */
export function tempFolder(): string {
  const dir = fs.realpathSync.native(fs.mkdtempSync(join(tmpdir(), "escope-project-")));
  made.push(dir);
  return dir;
}

/** A text is a file, `-> target` a link, null removes; a path that ends in `/` is an empty folder. */
export type Layout = Readonly<Record<string, string | null>>;

export function lay(root: string, layout: Layout): void {
  for (const [path, content] of Object.entries(layout)) {
    const at = join(root, path);
    if (content === null) fs.rmSync(at, { recursive: true, force: true });
    else layOne(at, path, content);
  }
}

function layOne(at: string, path: string, content: string): void {
  if (path.endsWith("/")) {
    fs.mkdirSync(at, { recursive: true });
    return;
  }
  fs.mkdirSync(dirname(at), { recursive: true });
  if (!content.startsWith("-> ")) fs.writeFileSync(at, content);
  else {
    fs.rmSync(at, { force: true });
    fs.symlinkSync(content.slice(3), at);
  }
}

export const mixfile = 'defmodule A.MixProject do\n  def project, do: [app: :a, version: "0.1.0"]\nend\n';

export function newProject(layout: Layout = {}): string {
  const root = join(tempFolder(), "proj");
  lay(root, { "mix.exs": mixfile, ...layout });
  return root;
}

/** A plan as the pipeline makes it: every source with a mark, `mix.exs` and a runtime file added. */
export function planFor(root: string, out?: string, mark = "# probed"): TreePlan {
  const project = openProject(root);
  const place = treeFolder(project, out);
  const { sources, others, folders, links, builds } = listFiles(project, place, ["lib"]);
  const files = [
    ...sources.map(({ path, text }) => ({ path, text: `${mark}\n${text}` })),
    ...project.mixfiles.map(({ path, text }) => ({ path, text: `${mark}\n${text}` })),
    { path: ".escope/runtime/mix.exs", text: "# runtime\n" },
  ];
  return { out: place, files, copies: others, folders, links, builds };
}

export function write(root: string, plan: TreePlan = planFor(root)): Written {
  return writeTree(openProject(root), plan);
}

/** What a folder holds: path → type and content. Working files of a commit are left out. */
export function snapshot(dir: string, { times = false }: { times?: boolean } = {}): Record<string, string> {
  const found: Record<string, string> = {};
  const walk = (path: string): void => {
    const names = fs.readdirSync(join(dir, path)).sort();
    for (const name of names) {
      const inner = path === "" ? name : `${path}/${name}`;
      if (/^\.escope\/(staging|journal|lock)/.test(inner)) continue;
      const stat = fs.lstatSync(join(dir, inner), { bigint: true });
      const time = times ? ` ${stat.mtimeNs}` : "";
      if (stat.isSymbolicLink()) found[inner] = `-> ${fs.readlinkSync(join(dir, inner))}${time}`;
      else if (!stat.isDirectory())
        found[inner] = `${(stat.mode & 0o777n).toString(8)}${time} ${readText(join(dir, inner))}`;
      else {
        if (fs.readdirSync(join(dir, inner)).length === 0) found[`${inner}/`] = "empty";
        walk(inner);
      }
    }
  };
  if (fs.existsSync(dir)) walk("");
  return found;
}

function readText(path: string): string {
  return fs.readFileSync(path, "latin1");
}

/** The tree without its marker, which holds times. */
export function contents(dir: string): Record<string, string> {
  return Object.fromEntries(Object.entries(snapshot(dir)).filter(([path]) => path !== ".escope/tree.json"));
}

export function codeFrom(run: () => unknown): string {
  return errorFrom(run).code;
}

export function errorFrom(run: () => unknown): EscopeError {
  try {
    run();
  } catch (error) {
    if (error instanceof EscopeError) return error;
    throw error;
  }
  return expect.unreachable("nothing was thrown");
}

/** No working file of a commit is left in a tree. */
export function expectAtRest(out: string): void {
  const names = fs.existsSync(join(out, ".escope")) ? fs.readdirSync(join(out, ".escope")) : [];
  expect(names.filter((name) => /^(staging|journal|lock)/.test(name))).toEqual([]);
}

const mutating = [
  "copyFileSync",
  "fsyncSync",
  "linkSync",
  "mkdirSync",
  "openSync",
  "renameSync",
  "rmSync",
  "rmdirSync",
  "symlinkSync",
  "unlinkSync",
  "utimesSync",
  "writeFileSync",
] as const;

/**
 * Runs `work` with every changing file operation counted, and lets `fail` decide before each one. `fail` throws, or
 * does not; what it throws is what the operation throws. Returns how many operations there were.
 */
export function withOperations(
  fail: (count: number, name: string, args: readonly unknown[]) => void,
  work: () => void,
): number {
  let count = 0;
  const spies = mutating.map((name) => {
    const real = fs[name] as (...args: unknown[]) => unknown;
    return vi.spyOn(fs, name as "rmSync").mockImplementation(((...args: unknown[]) => {
      if (name === "openSync" && args[1] !== "wx" && args[1] !== "w") return real.apply(fs, args);
      count += 1;
      fail(count, name, args);
      return real.apply(fs, args);
    }) as never);
  });
  try {
    work();
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return count;
}

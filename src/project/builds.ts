import fs from "node:fs";
import { join } from "node:path";
import { namesIn, stampOf } from "./disk.ts";
import type { Project } from "./open.ts";

/** A folder that the tree has a whole copy of, because Mix may write into it. */
export interface Build {
  /** `_build/ENV/lib/NAME` or `deps/NAME` */
  readonly path: string;
  /** Differs after everything that Mix does to the original. */
  readonly stamp: string;
}

/**
 * What a build may not take along: these list by absolute paths what was compiled, and the next compiler removes from
 * there what it did not make itself. Without them it compiles the few files anew, and only where it is asked to.
 */
export const placeBound: readonly string[] = ["erlang", "leex", "yecc"].map((name) => `.mix/compile.${name}`);

/** The builds of all environments, without what is instrumented and escope's runtime. */
export function compiledDependencies(project: Project, instrumented: readonly string[]): Build[] {
  const own = new Set([
    "escope",
    ...instrumented,
    ...project.mixfiles.flatMap(({ text }) => applicationName(text)),
  ]);
  return namesIn(join(project.root, "_build"))
    .map((env) => `_build/${env}/lib`)
    .flatMap((lib) => namesIn(join(project.root, lib)).map((name) => ({ name, path: `${lib}/${name}` })))
    .filter(({ name, path }) => !own.has(name) && fs.existsSync(join(project.root, path, "ebin")))
    .map(({ path }) => ({ path, stamp: buildStamp(join(project.root, path)) }));
}

/** A name that is computed is not found; its build is then copied, and Mix compiles over it what has changed. */
function applicationName(text: string): string[] {
  const name = /^[^#\n]*\bapp:\s*:"?([\w@]+)/m.exec(text)?.[1];
  return name === undefined ? [] : [name];
}

/** Every compiler leaves a manifest in `.mix` or writes the `.app` file; a few times tell more cheaply than all files. */
function buildStamp(dir: string): string {
  const name = dir.slice(dir.lastIndexOf("/") + 1);
  const manifests = namesIn(join(dir, ".mix")).map((file) => `.mix/${file}`);
  return stampOf(dir, ["", "ebin", `ebin/${name}.app`, ...manifests]);
}

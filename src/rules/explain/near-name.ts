import picomatch from "picomatch";
import { nearest } from "../../nearest.ts";
import type { Candidate } from "../types.ts";
import { moduleGlob, nameGlob } from "../matchers/glob.ts";

/** `function.name` */
export function nearName(wanted: readonly string[], { clause }: Candidate): string {
  const { name } = clause;
  const alike = wanted.find((glob) => nameGlob(glob.toLowerCase())(name.toLowerCase()) || nameGlob(`*${glob}*`)(name));
  const meant = alike ?? nearest(name, wanted.filter((glob) => !glob.includes("*")));
  return `the function is called ${name}${meant === undefined ? "" : `, nearest to ${meant}`}`;
}

/** `module.name` */
export function nearModuleName(wanted: readonly string[], { module: { name } }: Candidate): string {
  const wider = wanted.find((glob) => moduleGlob(widened(glob, "."))(name));
  const text = `the module is ${name}`;
  if (wider !== undefined) return `${text}; ${widened(wider, ".")} would match, for * stands for one part of a name`;
  const meant = nearest(name, wanted.filter((glob) => !glob.includes("*")));
  return meant === undefined ? text : `${text}, nearest to ${meant}`;
}

/** `path` */
export function nearPath(wanted: readonly string[], { module: { file } }: Candidate): string {
  const wider = wanted.find((glob) => picomatch(widened(glob, "/"), { dot: true })(file));
  const text = `the file is ${file}`;
  return wider === undefined ? text : `${text}; ${widened(wider, "/")} would match, for * stays in its folder`;
}

/** The glob with any number of parts wherever it has one, and in front. */
function widened(glob: string, separator: string): string {
  const parts = glob.split(separator).map((part) => (part === "*" ? "**" : part));
  const last = parts.at(-1) ?? "";
  const open = separator === "/" && last.includes("*") && last !== "**" ? [...parts.slice(0, -1), "**", last] : parts;
  return [...(open[0] === "**" ? [] : separator === "/" ? ["**"] : []), ...open].join(separator);
}

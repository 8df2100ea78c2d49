import { as, atomName, type Term } from "../etf/index.ts";
import { inspectAtom, inspectCall } from "../inspect/index.ts";

export type Inspect = (term: Term) => string;

/** Lines as `Exception.format_stacktrace_entry/1` has them, without the application, which nobody recorded. */
export function stackLines(stacktrace: Term | undefined, inspect: Inspect): string[] {
  return (as(stacktrace, "list")?.items ?? []).map((entry) => stackLine(entry, inspect) ?? inspect(entry));
}

/** Null where the entry is none of a stack trace's. */
export function stackLine(entry: Term, inspect: Inspect): string | null {
  const items = as(entry, "tuple")?.items ?? [];
  if (items.length !== 4) return null;
  const [module, name, arity, place] = items as [Term, Term, Term, Term];
  // Code outside modules, in scripts.
  const call = atomName(name) === "__FILE__" ? "(file)" : callText(module, name, arity, inspect);
  return call === null || as(place, "list") === null ? null : `${locationText(place)}${call}`;
}

/** `Module.function/2`, or `Module.function(1, 2)` where the arguments are known. */
export function callText(module: Term, name: Term, arity: Term, inspect: Inspect): string | null {
  const [owner, inner] = [atomName(module), atomName(name)];
  const args = as(arity, "list")?.items.map(inspect);
  if (owner === null || inner === null || (args === undefined && typeof arity !== "number")) return null;
  const count = args === undefined ? `/${String(arity)}` : `(${args.join(", ")})`;
  const parent = /^-(.+)\/([^-/]+)-[^-/]*-[^-/]*-$/.exec(inner);
  if (parent === null) return `${inspectAtom(owner)}.${inspectCall(inner)}${count}`;
  return `anonymous fn${count} in ${inspectAtom(owner)}.${inspectCall(parent[1] as string)}/${parent[2]}`;
}

function locationText(place: Term): string {
  const entries = (as(place, "list")?.items ?? []).map((item) => as(item, "tuple")?.items ?? []);
  const value = (key: string): Term | undefined => entries.find(([name]) => atomName(name) === key)?.[1];
  const file = as(value("file"), "list")?.items.map((code) => String.fromCodePoint(Number(code)));
  const line = value("line");
  if (file === undefined || file.length === 0) return "";
  return `${file.join("")}:${typeof line === "number" && line > 0 ? `${line}:` : ""} `;
}

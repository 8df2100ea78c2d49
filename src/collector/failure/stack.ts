import { as, atomName, type Term } from "../etf/index.ts";
import { cutItems, inspectAtom, inspectCall } from "../inspect/index.ts";

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
  const file = fileText(value("file"));
  const line = value("line");
  if (file === "") return "";
  return `${file}:${typeof line === "number" && line > 0 ? `${line}:` : ""} `;
}

/** A charlist, whose end a limit may have cut; whoever raised may also have put something else there. */
function fileText(file: Term | undefined): string {
  const text = as(file, "binary");
  if (text !== null) return text.bytes.toString();
  const { kept, more } = cutItems(as(file, "list")?.items ?? []);
  const isText = kept.every((code) => typeof code === "number" && code >= 0 && code <= 0x10ffff);
  return isText ? String.fromCodePoint(...(kept as number[])) + (more === null ? "" : "…") : "";
}

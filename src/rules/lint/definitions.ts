import { nameGlobs } from "../matchers/glob.ts";
import { ranges } from "../matchers/range.ts";
import type { Atom } from "./conjunction.ts";
import type { Doubt, Lint, Report } from "./finding.ts";
import { textsIn } from "./values.ts";

/** What a pattern such as `defp f($X) when $G` says of its clauses; undefined where it does not say. */
interface Head {
  readonly name: string | undefined;
  readonly visibility: string;
  readonly kind: string;
  readonly arity: number | undefined;
  readonly guards: boolean | undefined;
}

const HEAD = /^(?<how>def(?:macro)?p?)\s+(?<name>\$?[\p{Ll}\p{Lu}_][\p{L}\p{N}_]*[?!]?)\s*(?:\((?<args>[^]*?)\))?\s*(?<guard>\bwhen\b)?/u;

function readHead(pattern: string): Head | undefined {
  const { how, name, args, guard } = HEAD.exec(pattern.trim())?.groups ?? {};
  if (how === undefined || name === undefined) return undefined;
  return {
    name: name.startsWith("$") ? undefined : name,
    visibility: how.endsWith("p") ? "private" : "public",
    kind: how.startsWith("defmacro") ? "macro" : "function",
    arity: args === undefined || /\$\$\$|\w:\s|[([{]|\\\\/.test(args) ? undefined : args.trim() === "" ? 0 : args.split(",").length,
    guards: guard === undefined ? undefined : true,
  };
}

/** What the arguments of such a clause are called; undefined where the pattern does not say it of all. */
export function argumentsIn(pattern: string): string[] | undefined {
  const { args } = HEAD.exec(pattern.trim())?.groups ?? {};
  const names = args?.trim() === "" ? [] : args?.split(",").map((arg) => arg.trim());
  return names?.every((name) => /^[\p{Ll}_][\p{L}\p{N}_]*[?!]?$/u.test(name)) ? names : undefined;
}

/** Conditions on the function that no clause of the pattern's form meets. */
export function impossibleDefinitions({ key, value }: Atom, atoms: readonly Atom[], report: Report): Lint[] {
  if (key !== "pattern") return [];
  const heads = textsIn(value).map(({ text }) => readHead(text));
  if (heads.includes(undefined)) return [];
  return atoms.flatMap((atom) => {
    const meets = MEETS[atom.key];
    if (meets === undefined || heads.some((head) => head !== undefined && meets(head, atom))) return [];
    const says = `${atom.key}: ${textsIn(atom.value).map(({ text }) => text).join(", ")} can never hold with pattern: ${textsIn(value)[0]?.text ?? ""}`;
    return [report(atom.value, says, "The pattern says that already: take the condition out, or correct one of them.")];
  });
}

const MEETS: Readonly<Record<string, (head: Head, atom: Atom) => boolean>> = {
  "function.name": ({ name }, { value }) => name === undefined || nameGlobs(value)(name),
  "function.arity": ({ arity }, { value }) => arity === undefined || ranges(value)(arity),
  "function.visibility": ({ visibility }, { value }) => textsIn(value).some(({ text }) => text === visibility),
  "function.kind": ({ kind }, { value }) => textsIn(value).some(({ text }) => text === kind),
  "function.guards": ({ guards }, { value }) => guards === undefined || textsIn(value).some(({ text }) => text === String(guards)),
};

const NO_SITE = /^(?<form>use|alias|import|require|defguardp?|defstruct|defmodule|defdelegate|defexception|defprotocol|defimpl)(?![\w:.(?!])/;

/** Statements of a module's body are no expressions that a probe could stand around. */
export function checkPattern(text: string): Doubt | undefined {
  const { form } = NO_SITE.exec(text.trim())?.groups ?? {};
  if (form === undefined) return undefined;
  const hint = form === "use" ? "Modules that use it are module: { use: … }." : "Write the form of a call, of an expression, or of a function's head.";
  return { says: `${form} is no code that runs in a function, and no pattern finds it`, hint };
}

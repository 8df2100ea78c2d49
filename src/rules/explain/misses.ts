import { isMacro, textOfKey } from "../../parser/index.ts";
import type { Candidate } from "../types.ts";
import { nearest } from "../../nearest.ts";
import type { Value } from "../yaml.ts";
import { nearCallback, nearBehaviour, nearUse } from "./near-module.ts";
import { nearModuleName, nearName, nearPath } from "./near-name.ts";
import { nearCall } from "./near-call.ts";
import { enumerate, textsOf } from "./words.ts";

/** Says what comes nearest to a condition that does not hold for the candidate. */
type Miss = (wanted: readonly string[], candidate: Candidate) => string | undefined;

const MISSES: Readonly<Record<string, Miss>> = {
  path: nearPath,
  app: (_wanted, { known, module }) => `it belongs to ${known?.ownerOf(module.file).app ?? "no application that is known"}`,
  dep: (_wanted, { known, module }) => `it belongs to ${known?.ownerOf(module.file).dep ?? "the project itself"}`,
  "module.name": nearModuleName,
  "module.kind": (_wanted, { known, module }) => `the module is ${enumerate(known?.kindsOf(module) ?? []) || "of no kind"}`,
  "module.use": nearUse,
  "module.behaviour": nearBehaviour,
  "module.defines": nearDefined,
  "module.attribute": (_wanted, { module }) => attributesText("the module", module.attributes),
  "function.name": nearName,
  "function.arity": (_wanted, { clause }) => `it has ${countText(clause.arity, "parameter")}`,
  "function.kind": (_wanted, { clause }) => `it is a ${isMacro(clause) ? "macro" : "function"}`,
  "function.visibility": (_wanted, { clause: { kind } }) => `it is ${kind.endsWith("p") ? "private" : "public"} (${kind})`,
  "function.callback_of": nearCallback,
  "function.guards": (_wanted, { clause }) => `the clause has ${clause.guarded ? "a" : "no"} guard`,
  "function.clauses": (_wanted, { clause, module }) => {
    const { length } = module.clauses.filter(({ name, arity }) => name === clause.name && arity === clause.arity);
    return `the function has ${countText(length, "clause")}`;
  },
  "function.attribute": (_wanted, { clause }) => attributesText("the clause", clause.attributes),
  call: nearCall,
  pattern: nearPattern,
  inside: (_wanted, { site, clause, module }) =>
    `it stands in ${module.name}.${clause.name}/${clause.arity ?? "?"}${site === undefined ? "" : ", and nothing of that form around it"}`,
  has: () => "nothing of that form stands in it",
};

/** Said where nothing comes near. */
export const ANOTHER_FORM = "the expression has another form";

function nearPattern(wanted: readonly string[], { patterns = [], site }: Candidate): string | undefined {
  const misses = wanted.flatMap((pattern) => site?.misses?.get(pattern.trimEnd()) ?? []);
  if (misses.length > 0) return enumerate([...new Set(misses)]);
  if (site === undefined) return "the clause has another form";
  const isSame = patterns.some((key) => wanted.includes(textOfKey(key)));
  return isSame ? "the expression has this form, but not what where asks for" : ANOTHER_FORM;
}

function nearDefined(wanted: readonly string[], { module }: Candidate): string {
  const names = module.clauses.map(({ name, arity }) => `${name}/${arity ?? "?"}`);
  const meant = wanted.map((name) => names.find((own) => own.split("/")[0] === name.split("/")[0]) ?? nearest(name, names)).find(Boolean);
  return `the module does not define it${meant === undefined ? "" : `, but ${meant}`}`;
}

export function missOf(path: string, value: Value, candidate: Candidate): string | undefined {
  return MISSES[path]?.(textsOf(value), candidate);
}

function countText(count: number | undefined, noun: string): string {
  return count === undefined ? `a number of ${noun}s that only run time knows` : `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function attributesText(whose: string, attributes: readonly { readonly name: string }[]): string {
  const names = [...new Set(attributes.map(({ name }) => `@${name}`))];
  return names.length === 0 ? `${whose} has no attribute` : `${whose} has ${enumerate(names)}`;
}

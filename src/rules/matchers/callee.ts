import { knownModule, moduleNamed, traitsOf, type CallQuery, type ResolvedCall } from "../../parser/index.ts";
import { CALLEE } from "../schema/keys.ts";
import type { Candidate, Condition } from "../types.ts";
import { entries, oneOrMore, text, type Value } from "../yaml.ts";
import type { Asked } from "./call.ts";
import { moduleGlobs, nameGlob } from "./glob.ts";
import { compileModule } from "./module.ts";
import { isOfDependency } from "./outside.ts";
import { ranges } from "./range.ts";
import { givers } from "./receiver.ts";

/** `call: { module: { use: Ecto.Repo }, name: all }`: by what is known of the module that is called. */
export function compileCallee(value: Value): Asked {
  const keys = entries(value, Object.keys(CALLEE.keys));
  const [module, outside, name, arity] = ["module", "outside", "name", "arity"].map((key) => keys.get(key));
  const owns = module && compileModule(module);
  const isOutside = outside && moduleGlobs(outside);
  const isOf = (owner: string, candidate: Candidate): boolean => {
    const info = moduleNamed(candidate.index, owner);
    if (info === undefined) return isOutside !== undefined && isOutside(owner) && isOfDependency(owner, candidate.index);
    return owns?.({ ...candidate, module: info, traits: traitsOf(candidate.index, info) }) ?? false;
  };
  const fits = arity === undefined ? () => true : ranges(arity);
  const names = name === undefined ? [() => true] : oneOrMore(name).map((one) => nameGlob(text(one)));
  const holds: Condition = (candidate) =>
    (candidate.calls ?? []).some(
      (call) =>
        fits(call.arity) && names.some((matches) => matches(call.name)) && ownersOf(call, candidate).some((owner) => isOf(owner, candidate)),
    );
  return { calls: queriesFor(name), holds };
}

/** Looked for by the names alone: whose functions they are is known when the whole project was read. */
function queriesFor(name: Value | undefined): CallQuery[] {
  const names = name === undefined ? ["*"] : oneOrMore(name).map(text);
  return names.map((one) => ({
    module: (module) => knownModule(module) === undefined,
    name: nameGlob(one),
    arity: undefined,
    word: one.includes("*") ? undefined : one,
    computed: true,
  }));
}

/** The modules whose function it may be. What nobody defines or imports, a `use` of its own module has brought. */
function ownersOf(call: ResolvedCall, candidate: Candidate): readonly string[] {
  if (call.receiver !== undefined) return givers(call.receiver, candidate);
  if (call.module !== undefined) return [call.module];
  return call.maybe.length > 0 ? call.maybe : [candidate.module.name];
}

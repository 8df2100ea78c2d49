import { arities, behaviourNames } from "../../parser/index.ts";
import type { Condition } from "../types.ts";
import { expected, oneOrMore, text, type Value } from "../yaml.ts";
import { attributes } from "./attribute.ts";
import { moduleGlobs } from "./glob.ts";
import { compileKeyed, type KeyTable } from "./keyed.ts";

const KEYS: KeyTable = {
  name: (value) => {
    const matches = moduleGlobs(value);
    return ({ module }) => matches(module.name);
  },
  use: (value) => {
    const wanted = oneOrMore(value).map(text);
    return ({ traits }) => wanted.some((name) => traits.uses.has(name));
  },
  behaviour: (value) => {
    const wanted = oneOrMore(value).flatMap((one) => behaviourNames(text(one)));
    return ({ traits }) => wanted.some((name) => traits.behaviours.has(name));
  },
  kind: (value) => {
    const wanted = new Set(oneOrMore(value).map(text));
    return ({ module, known }) => known?.kindsOf(module).some((kind) => wanted.has(kind)) ?? false;
  },
  defines: (value) => {
    const wanted = new Set(oneOrMore(value).map(readKey));
    return ({ module }) =>
      module.clauses.some((clause) => arities(clause).some((arity) => wanted.has(`${clause.name}/${arity}`)));
  },
  attribute: (value) => {
    const matches = attributes(value);
    return ({ module }) => matches(module.attributes);
  },
};

function readKey(value: Value): string {
  if (!/.\/\d+$/s.test(text(value))) throw expected(value, "a function with its number of parameters, such as on_mount/4");
  return text(value);
}

/** `module: { name, use, … }`: all that are given must hold. */
export function compileModule(value: Value): Condition {
  return compileKeyed(value, KEYS);
}

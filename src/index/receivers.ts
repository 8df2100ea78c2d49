import { functionNamed, type Call } from "./calls.ts";
import type { ValueResolver } from "./resolve-value.ts";
import type { Subjects } from "./subjects.ts";

/** The calls, with what is meant where an attribute or a variable stands for the module: `@store.get(1)`, `apply(store, :get, [1])`. */
export function withReceivers(calls: readonly Call[], values: ValueResolver, subjects: Subjects): Call[] {
  return calls.map((call) => followed(call, values, subjects));
}

/** Certain only where it can be no other module. */
function followed(call: Call, values: ValueResolver, subjects: Subjects): Call {
  const { receiver } = call.about;
  if (receiver === undefined) return call;
  const { name, arity } = receiver;
  const found = values.resolve(receiver.value, { function: call.from, clause: call.clause });
  const modules = [...new Set(found.flatMap(({ value }) => (value.type === "module" ? [value.name] : [])))];
  const [module] = modules;
  if (module === undefined) return call;
  const isSure = modules.length === 1 && found.every(({ value, maybe }) => value.type === "module" && !maybe);
  if (!isSure)
    return { ...call, target: undefined, named: { module: undefined, name, arity, maybe: modules } };
  const target = { module, name, arity };
  return { ...call, target, named: { ...target, maybe: [] }, callee: functionNamed(subjects, target) };
}

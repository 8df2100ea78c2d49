import type { Value } from "../about/value.ts";

/** A name in quoted code, where `__MODULE__` stands for the module that uses the macro. */
export function ofUser(name: string, user: string): string {
  return name.replace(/^__MODULE__(?=\.|$)/, user);
}

/** The same for every name in a value. */
export function ofUserIn(value: Value, user: string): Value {
  if (value.type === "module") return { ...value, name: ofUser(value.name, user) };
  if (value.type === "tuple" || value.type === "list")
    return { ...value, items: value.items.map((item) => ofUserIn(item, user)) };
  return value;
}

/** What a macro is given is code: a module's name in it is no more than its text. */
export function asWritten(value: Value): Value {
  if (value.type === "module") return { ...value, written: true };
  if (value.type === "tuple" || value.type === "list") return { ...value, items: value.items.map(asWritten) };
  if (value.type !== "keywords") return value;
  return { ...value, pairs: value.pairs.map(({ key, value: given }) => ({ key, value: asWritten(given) })) };
}

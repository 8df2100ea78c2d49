import type { Value } from "../about/value.ts";

/** What is known of modules while a macro is evaluated; undefined where nothing is. */
export interface World {
  /** The module that uses the macro. */
  readonly user: string;
  exists(module: string): boolean | undefined;
  defines(module: string, key: string): boolean | undefined;
}

/** Values by the names of variables. */
export type Bindings = ReadonlyMap<string, Value>;

export const UNKNOWN: Value = { type: "any", text: "" };

/** One of several values: where they are all the same it is that. */
export function oneOf(values: readonly Value[]): Value {
  const flat = values.flatMap((value) => (value.type === "branches" ? value.values : [value]));
  if (flat.length === 0 || flat.some(({ type }) => type === "any")) return UNKNOWN;
  const once = [...new Map(flat.map((value) => [JSON.stringify(value), value])).values()];
  return once.length === 1 ? (once[0] ?? UNKNOWN) : { type: "branches", values: once };
}

export function atom(text: string): Value {
  return { type: "literal", text };
}

/** Whether a condition with this value holds. */
export function truthOf(value: Value): boolean | undefined {
  switch (value.type) {
    case "literal":
      return value.text !== "nil" && value.text !== "false";
    case "branches":
      return agreed(value.values.map(truthOf));
    case "any":
    case "variable":
    case "attribute":
    case "call":
      return undefined;
    default:
      return true;
  }
}

export function agreed(answers: readonly (boolean | undefined)[]): boolean | undefined {
  const [first] = answers;
  return answers.every((answer) => answer === first) ? first : undefined;
}

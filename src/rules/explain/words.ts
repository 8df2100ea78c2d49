import type { Value } from "../yaml.ts";

/** A value of a rule file on one line, as YAML would have it. */
export function valueText(value: Value): string {
  const known = TEXTS.get(value);
  if (known !== undefined) return known;
  const text = dataText(value.node?.toJS(value.document));
  TEXTS.set(value, text);
  return text;
}

const TEXTS = new WeakMap<Value, string>();

function dataText(data: unknown): string {
  if (Array.isArray(data)) return `[${data.map(dataText).join(", ")}]`;
  if (typeof data !== "object" || data === null) return String(data).replaceAll(/\s+/g, " ").trim();
  const pairs = Object.entries(data).map(([key, value]) => `${key}: ${dataText(value)}`);
  return `{ ${pairs.join(", ")} }`;
}

/** The texts of one value or of a list of them. */
export function textsOf({ node, document }: Value): string[] {
  const data: unknown = node?.toJS(document);
  return (Array.isArray(data) ? data : [data]).map((one) => (typeof one === "object" ? dataText(one) : String(one)));
}

/** `a, b and c`; of many, the first. */
export function enumerate(names: readonly string[], most = 4): string {
  const shown = names.slice(0, most);
  if (names.length > most) return `${shown.join(", ")} and ${names.length - most} more`;
  return shown.length < 2 ? shown.join("") : `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}`;
}

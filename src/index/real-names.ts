import { realName } from "../parser/index.ts";

type Aliases = ReadonlyMap<string, string>;
type Fields = Readonly<Record<string, unknown>>;

/** Own names of modules, and what is no name at all: nothing in them is to be looked up. */
const KEPT: ReadonlySet<string> = new Set(["span", "text", "head", "guard"]);

/** `data`, with every module's name in it as it is meant where `aliases` are in force that its file does not show. */
export function withRealNames<T>(data: T, aliases: Aliases): T {
  return aliases.size === 0 ? data : (renamed(data, aliases) as T);
}

function renamed(data: unknown, aliases: Aliases): unknown {
  if (Array.isArray(data)) return data.map((each) => renamed(each, aliases));
  if (data instanceof Map)
    return new Map([...data].map(([key, value]) => [key, renamedValue(key, value, aliases)]));
  if (typeof data !== "object" || data === null) return data;
  const fields = data as Fields;
  const copy = Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [key, KEPT.has(key) ? value : renamed(value, aliases)]),
  );
  return { ...copy, ...namesIn(fields, aliases) };
}

/** In a scope's aliases a text is a module's name. */
function renamedValue(_key: unknown, value: unknown, aliases: Aliases): unknown {
  return typeof value === "string" ? realName(value, aliases) : renamed(value, aliases);
}

/** Of a value that names a module, a function's target, a struct, a tag or a `use`. */
function namesIn(fields: Fields, aliases: Aliases): Fields {
  const names: Record<string, string> = {};
  const rename = (key: string): void => {
    const name = fields[key];
    if (typeof name === "string" && !name.startsWith(":")) names[key] = realName(name, aliases);
  };
  if (fields["type"] === "module") rename("name");
  if (fields["type"] === "map") rename("struct");
  if ("arity" in fields || "how" in fields || "sort" in fields) rename("module");
  if ("options" in fields) rename("target");
  return names;
}

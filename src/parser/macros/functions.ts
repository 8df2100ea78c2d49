import type { Pair, Value } from "../about/value.ts";
import { agreed, atom, oneOf, truthOf, UNKNOWN, type World } from "./values.ts";

type Evaluated = (args: readonly Value[], world: World) => Value | undefined;

const same: Evaluated = ([value]) => value;

/** The application is read as it is compiled to run, not as it is for its tests. */
const ENVIRONMENTS = oneOf([atom(":dev"), atom(":prod")]);

/** Functions whose value is told by what they are given. What expands or walks code leaves options and names what they are. */
export const CALLS: Readonly<Record<string, Evaluated>> = {
  "unquote/1": same,
  "Macro.expand/2": same,
  "Macro.expand_once/2": same,
  "Macro.expand_literals/2": same,
  "Macro.prewalk/2": same,
  "Macro.postwalk/2": same,
  "Macro.escape/1": same,
  "Macro.escape/2": same,
  "Code.ensure_compiled!/1": same,
  "Code.ensure_loaded!/1": same,
  "Code.ensure_compiled/1": ensured,
  "Code.ensure_loaded/1": ensured,
  "Mix.env/0": () => ENVIRONMENTS,
  "Access.get/2": ([options, key]) => valueAt(options, key, atom("nil")),
  "Keyword.get/2": ([options, key]) => valueAt(options, key, atom("nil")),
  "Keyword.get/3": ([options, key, fallback]) => valueAt(options, key, fallback),
  "Keyword.fetch!/2": ([options, key]) => valueAt(options, key, undefined),
  "Keyword.fetch/2": fetched,
  "Keyword.pop/2": ([options, key]) => popped(options, key, atom("nil")),
  "Keyword.pop/3": ([options, key, fallback]) => popped(options, key, fallback),
  "Keyword.pop!/2": ([options, key]) => popped(options, key, undefined),
  "Keyword.delete/2": ([options, key]) => without(options, [key]),
  "Keyword.drop/2": ([options, keys]) => (keys?.type === "list" ? without(options, keys.items) : UNKNOWN),
  "Keyword.put/3": ([options, key, value]) => withPair(without(options, [key]), key, value),
  "Keyword.put_new/3": ([options, key, value]) =>
    hasKey(options, key) === false ? withPair(options, key, value) : hasKey(options, key) ? options : UNKNOWN,
  "Keyword.merge/2": ([first, second]) => merged(first, second),
  "Keyword.validate!/2": ([options, defaults]) => merged(defaults, options),
  "Module.concat/1": ([parts]) => (parts?.type === "list" ? concatenated(parts.items) : undefined),
  "Module.concat/2": concatenated,
  "List.wrap/1": ([value]) => (value && isList(value) ? value : undefined),
};

function ensured([module]: readonly Value[], world: World): Value | undefined {
  const found = module?.type === "module" ? world.exists(module.name) : undefined;
  if (module === undefined || found === undefined) return undefined;
  return found
    ? { type: "tuple", items: [atom(":module"), module] }
    : { type: "tuple", items: [atom(":error"), UNKNOWN] };
}

function concatenated(parts: readonly Value[]): Value | undefined {
  const names = parts.flatMap((part) => (part.type === "module" ? [part.name] : []));
  return names.length === parts.length ? { type: "module", name: names.join(".") } : undefined;
}

function isList({ type }: Value): boolean {
  return type === "keywords" || type === "list";
}

/** The pairs of options that are written out; undefined where there may be others. */
function pairsOf(options: Value | undefined): readonly Pair[] | undefined {
  if (options?.type === "keywords") return options.pairs;
  const isEmpty = options?.type === "list" && options.items.length === 0 && !options.open;
  return isEmpty || (options?.type === "literal" && options.text === "nil") ? [] : undefined;
}

function pairAt(pairs: readonly Pair[], key: Value | undefined): Pair | undefined {
  return key?.type === "literal"
    ? pairs.find((pair) => pair.key.type === "literal" && pair.key.text === key.text)
    : undefined;
}

function hasKey(options: Value | undefined, key: Value | undefined): boolean | undefined {
  const pairs = pairsOf(options);
  return pairs === undefined || key?.type !== "literal" ? undefined : pairAt(pairs, key) !== undefined;
}

function valueAt(
  options: Value | undefined,
  key: Value | undefined,
  fallback: Value | undefined,
): Value | undefined {
  const has = hasKey(options, key);
  if (has === undefined) return undefined;
  return has ? pairAt(pairsOf(options) ?? [], key)?.value : fallback;
}

function fetched([options, key]: readonly Value[]): Value | undefined {
  const has = hasKey(options, key);
  if (has === undefined) return undefined;
  const value = valueAt(options, key, undefined) ?? UNKNOWN;
  return has ? { type: "tuple", items: [atom(":ok"), value] } : atom(":error");
}

function popped(
  options: Value | undefined,
  key: Value | undefined,
  fallback: Value | undefined,
): Value | undefined {
  const value = valueAt(options, key, fallback);
  return value && { type: "tuple", items: [value, without(options, [key])] };
}

function without(options: Value | undefined, keys: readonly (Value | undefined)[]): Value {
  const pairs = pairsOf(options);
  if (pairs === undefined || keys.some((key) => key?.type !== "literal")) return UNKNOWN;
  const dropped = new Set(keys.map((key) => pairAt(pairs, key)));
  return { type: "keywords", pairs: pairs.filter((pair) => !dropped.has(pair)) };
}

function withPair(options: Value | undefined, key: Value | undefined, value: Value | undefined): Value {
  const pairs = pairsOf(options);
  if (pairs === undefined || key?.type !== "literal") return UNKNOWN;
  return { type: "keywords", pairs: [...pairs, { key, value: value ?? UNKNOWN }] };
}

function merged(first: Value | undefined, second: Value | undefined): Value {
  const [left, right] = [pairsOf(first), pairsOf(second)];
  if (left === undefined || right === undefined) return UNKNOWN;
  const kept = left.filter(({ key }) => pairAt(right, key) === undefined);
  return { type: "keywords", pairs: [...kept, ...right] };
}

type Asked = (args: readonly Value[], world: World) => boolean | undefined;

/** Functions that say yes or no. */
const QUESTIONS: Readonly<Record<string, Asked>> = {
  "not/1": ([value]) => negated(value && truthOf(value)),
  "is_nil/1": ([value]) => equal(value, atom("nil")),
  "is_atom/1": ([value]) => ofType(value, isAtom),
  "is_boolean/1": ([value]) => ofType(value, (each) => each.text === "true" || each.text === "false"),
  "is_list/1": ([value]) => ofType(value, () => false, ["keywords", "list"]),
  "is_tuple/1": ([value]) => ofType(value, () => false, ["tuple"]),
  "is_map/1": ([value]) => ofType(value, () => false, ["map"]),
  "is_binary/1": ([value]) => ofType(value, () => false, ["text"]),
  "Keyword.keyword?/1": ([value]) =>
    value?.type === "list" && value.items.length > 0
      ? undefined
      : ofType(value, () => false, ["keywords", "list"]),
  "Keyword.has_key?/2": ([options, key]) => hasKey(options, key),
  "Code.ensure_loaded?/1": isThere,
  "Code.ensure_compiled?/1": isThere,
  "function_exported?/3": exported,
  "macro_exported?/3": exported,
  "==/2": ([left, right]) => equal(left, right),
  "===/2": ([left, right]) => equal(left, right),
  "!=/2": ([left, right]) => negated(equal(left, right)),
  "!==/2": ([left, right]) => negated(equal(left, right)),
  "in/2": ([value, list]) => isIn(value, list),
  "not in/2": ([value, list]) => negated(isIn(value, list)),
};

export function truthOfCall(key: string, args: readonly Value[], world: World): boolean | undefined {
  return QUESTIONS[key]?.(args, world);
}

function negated(answer: boolean | undefined): boolean | undefined {
  return answer === undefined ? undefined : !answer;
}

function isAtom({ text }: { readonly text: string }): boolean {
  return text.startsWith(":") || ["nil", "true", "false"].includes(text);
}

/** A module's name is an atom only after it was expanded, so nothing is said of one. */
function ofType(
  value: Value | undefined,
  literal: (value: Value & { type: "literal" }) => boolean,
  types: readonly Value["type"][] = [],
): boolean | undefined {
  if (value === undefined || value.type === "module") return undefined;
  if (value.type === "branches") return agreed(value.values.map((each) => ofType(each, literal, types)));
  if (value.type === "literal") return literal(value);
  if (types.includes(value.type)) return true;
  return truthOf(value) === undefined ? undefined : false;
}

function isThere([module]: readonly Value[], world: World): boolean | undefined {
  return module?.type === "module" ? world.exists(module.name) : undefined;
}

function exported([module, name, arity]: readonly Value[], world: World): boolean | undefined {
  if (module?.type !== "module" || name?.type !== "literal" || arity?.type !== "literal") return undefined;
  return world.defines(module.name, `${name.text.slice(1)}/${arity.text}`);
}

function isIn(value: Value | undefined, list: Value | undefined): boolean | undefined {
  if (list?.type !== "list" || list.open) return undefined;
  const answers = list.items.map((item) => equal(value, item));
  if (answers.includes(true)) return true;
  return answers.every((answer) => answer === false) ? false : undefined;
}

/** Whether two values are the same; a whole value only where each of its parts is known. */
export function equal(left: Value | undefined, right: Value | undefined): boolean | undefined {
  if (left === undefined || right === undefined) return undefined;
  if (left.type === "branches") return agreed(left.values.map((each) => equal(each, right)));
  if (right.type === "branches") return equal(right, left);
  if (truthOf(left) === undefined || truthOf(right) === undefined) return undefined;
  if (left.type === "literal" && right.type === "literal") return left.text === right.text;
  if (left.type === "module" && right.type === "module") return left.name === right.name;
  if (left.type === "text" && right.type === "text")
    return [...left.parts, ...right.parts].every((part) => typeof part === "string")
      ? left.parts.join("") === right.parts.join("")
      : undefined;
  const [first, second] = [pairsOf(left), pairsOf(right)];
  if (first !== undefined && second !== undefined && (first.length === 0 || second.length === 0))
    return first.length === second.length;
  return left.type === right.type ? undefined : false;
}

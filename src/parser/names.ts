import type { Node } from "./node.ts";
import {
  argumentsNode,
  atomName,
  callArguments,
  codeChildren,
  keywordPairs,
  localCallName,
  typeOf,
} from "./syntax.ts";

/** A module whose macros can be called at a place, and, where it is imported, whose functions have no need of its name. */
export interface Brought {
  readonly module: string;
  readonly how: "import" | "require";
  /** `name/arity` of each, or `functions`, `macros`, `sigils`; undefined where nothing is said. */
  readonly only?: readonly string[] | string | undefined;
  readonly except?: readonly string[] | undefined;
  /** It may not be brought, or not all of it. */
  readonly maybe?: boolean | undefined;
}

/** What names mean at one place: the enclosing module and the aliases in force. Immutable; `alias` makes a new one. */
export interface Scope {
  /** Full name of the enclosing module, without `Elixir.`; undefined outside of modules. */
  readonly module: string | undefined;
  /** First segment as written → full module name. */
  readonly aliases: ReadonlyMap<string, string>;
  /** What is imported and required, in order; read only where a rule asks for calls. */
  readonly brought: readonly Brought[];
}

export const ROOT_SCOPE: Scope = { module: undefined, aliases: new Map(), brought: [] };

/** The full name of the module that `node` names, without `Elixir.`; undefined where only run time knows it. */
export function moduleName(node: Node | null | undefined, scope: Scope): string | undefined {
  if (!node) return undefined;
  switch (typeOf(node)) {
    case "alias":
      return expandAlias(node.text.replaceAll(/\s/g, ""), scope);
    case "identifier":
      return node.text === "__MODULE__" ? scope.module : undefined;
    case "atom":
    case "quoted_atom":
      return atomModule(atomName(node));
    case "dot":
      return dottedName(node, scope);
    default:
      return undefined;
  }
}

/** `:"Elixir.Shop"` is `Shop`; a module of Erlang keeps its colon. */
function atomModule(atom: string | undefined): string | undefined {
  if (atom === undefined) return undefined;
  return atom.startsWith("Elixir.") ? atom.slice("Elixir.".length) : `:${atom}`;
}

function dottedName(node: Node, scope: Scope): string | undefined {
  const left = moduleName(node.childForFieldName("left"), scope);
  const right = node.childForFieldName("right");
  return left !== undefined && right?.type === "alias" ? `${left}.${right.text}` : undefined;
}

/** The full name of the module that is written as `name`. */
export function expandAlias(name: string, scope: Scope): string {
  if (name.startsWith("Elixir.")) return name.slice("Elixir.".length);
  const dot = name.indexOf(".");
  const head = dot === -1 ? name : name.slice(0, dot);
  if (head === "__MODULE__" && scope.module !== undefined)
    return scope.module + (dot === -1 ? "" : name.slice(dot));
  return (scope.aliases.get(head) ?? head) + (dot === -1 ? "" : name.slice(dot));
}

/** `name` as it is meant where `aliases` are in force that its file does not show. */
export function realName(name: string, aliases: ReadonlyMap<string, string>): string {
  if (aliases.size === 0) return name;
  const dot = name.indexOf(".");
  const meant = aliases.get(dot === -1 ? name : name.slice(0, dot));
  return meant === undefined ? name : meant + (dot === -1 ? "" : name.slice(dot));
}

/** Every module that the first argument of `alias`, `use`, `require` or `import` names: `A.{B, C}` names two. */
export function namedModules(node: Node | undefined, scope: Scope): string[] {
  if (node?.type === "dot") {
    const tuple = node.childForFieldName("right");
    const prefix = moduleName(node.childForFieldName("left"), scope);
    if (tuple?.type === "tuple" && prefix !== undefined)
      return codeChildren(tuple).map((part) => `${prefix}.${part.text.replaceAll(/\s/g, "")}`);
  }
  const name = moduleName(node, scope);
  return name === undefined ? [] : [name];
}

/**
 * `scope` after the statement `alias …` or `require …, as: …`; the same scope for every other statement. `directive` is
 * the statement's `localCallName`, for callers that know it.
 */
export function withAliases(
  statement: Node,
  scope: Scope,
  directive: string | undefined = localCallName(statement),
): Scope {
  if (directive !== "alias" && directive !== "require") return scope;
  if (argumentsNode(statement) === undefined) return scope;
  const [first, options] = callArguments(statement);
  const as = keywordPairs(options).get("as");
  if (directive === "require" && as === undefined) return scope;
  const aliases = new Map(scope.aliases);
  for (const name of namedModules(first, scope))
    aliases.set(as?.type === "alias" ? as.text : lastSegment(name), name);
  return { ...scope, aliases };
}

export function lastSegment(module: string): string {
  return module.slice(module.lastIndexOf(".") + 1);
}

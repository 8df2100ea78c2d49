import type { Node } from "./node.ts";
import { namedModules, type Brought, type Scope } from "./names.ts";
import {
  argumentsNode,
  atomName,
  callArguments,
  codeChildren,
  keywordPairs,
  localCallName,
} from "./syntax.ts";

/** `scope` after the statement `import …` or `require …`; the same scope for every other statement. */
export function withImports(
  statement: Node,
  scope: Scope,
  directive: string | undefined = localCallName(statement),
): Scope {
  if (directive !== "import" && directive !== "require") return scope;
  const brought = readBrought(statement, directive, scope);
  return brought.length === 0 ? scope : { ...scope, brought: [...scope.brought, ...brought] };
}

export function readBrought(statement: Node, how: Brought["how"], scope: Scope): Brought[] {
  if (argumentsNode(statement) === undefined) return [];
  const [first, options] = callArguments(statement);
  const filters = readFilters(options);
  const { only, except, maybe } = filters;
  return namedModules(first, scope).map((module) => ({ module, how, only, except, maybe }));
}

/** What `only:` and `except:` say; a list that is computed may name anything. */
export function readFilters(options: Node | undefined): Pick<Brought, "only" | "except" | "maybe"> {
  const pairs = keywordPairs(options);
  const [only, except] = [pairs.get("only"), pairs.get("except")];
  const isOpen = [only, except].some((each) => each && !isAtom(each) && each.type !== "list");
  if (isOpen) return { maybe: true };
  return {
    only: only && (atomName(only) ?? functionNames(only)),
    except: except && functionNames(except),
  };
}

function isAtom(node: Node): boolean {
  return atomName(node) !== undefined;
}

/** `[name: 1, other: 2]` as `name/1`, `other/2`. */
function functionNames(list: Node): string[] {
  const pairs = list.type === "list" ? codeChildren(list).flatMap(codeChildren) : [];
  return pairs.flatMap((pair) => {
    const key = pair.childForFieldName("key")?.text.trimEnd().slice(0, -1).replaceAll('"', "");
    const arity = pair.childForFieldName("value")?.text;
    return key === undefined || arity === undefined ? [] : [`${key}/${arity}`];
  });
}

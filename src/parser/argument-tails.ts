import type { Node } from "./node.ts";
import { KERNEL_FUNCTIONS, KERNEL_OPERATORS, knownModule } from "./sites/known.ts";
import { codeChildren, isBlockKey, keywordPairs, operatorOf, typeOf } from "./syntax.ts";
import type { ArgumentTails, TailCall, Tails } from "./tails.ts";

/** Arguments that may end in a call, besides operators. A name alone is mostly a variable. */
const MAY_END: ReadonlySet<string> = new Set(["call", "block"]);

/** A macro may take code out of it. */
const DATA: ReadonlySet<string> = new Set(["list", "tuple"]);

/** Of a function nobody needs to know what its arguments end in. */
export function mayBeMacro({ module, name }: Pick<TailCall, "module" | "name">, arity: number): boolean {
  const key = `${name}/${arity}`;
  if (module === undefined) return !KERNEL_FUNCTIONS.has(key) && !KERNEL_OPERATORS.has(key);
  return !module.startsWith(":") && (knownModule(module)?.macros.has(name) ?? true);
}

/** What arguments end in, were they in tail position; `read` reads those that may be one. */
export function readArguments(
  { name }: Pick<TailCall, "name">,
  args: readonly (Node | undefined)[],
  read: (nodes: readonly Node[]) => Tails,
): ArgumentTails[] {
  const found: ArgumentTails[] = [];
  args.forEach((node, at) => {
    if (node === undefined) return;
    // `x ~> step`, as in a pipe.
    const isStep = at === 1 && /^\W/.test(name) && typeOf(node) === "identifier";
    const inData = DATA.has(typeOf(node));
    const values = valuesOf(node);
    const tails = read(isStep ? values : values.filter(mayEnd));
    if (tails.calls.length + tails.open.length > 0) found.push({ at, tails, ...(inData ? { inData } : {}) });
  });
  return found;
}

/** Most operators are Kernel's functions; a capture is a function, whose body runs when it is called. */
function mayEnd(node: Node): boolean {
  const type = typeOf(node);
  if (type !== "binary_operator" && type !== "unary_operator") return MAY_END.has(type);
  const operator = operatorOf(node) ?? "";
  return operator !== "&" && !KERNEL_FUNCTIONS.has(`${operator}/${type === "unary_operator" ? 1 : 2}`);
}

function valuesOf(node: Node): readonly Node[] {
  const type = typeOf(node);
  if (type === "keywords") return plainValues(node);
  return DATA.has(type) ? codeChildren(node).flatMap(valuesOf) : [node];
}

/** The values of the keys of blocks are read as such. */
function plainValues(keywords: Node): Node[] {
  return [...keywordPairs(keywords)].flatMap(([key, value]) => (isBlockKey(key) ? [] : value));
}

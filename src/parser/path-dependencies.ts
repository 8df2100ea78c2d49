import type { Node } from "./node.ts";
import { atomName, callArguments, codeChildren, keywordPairs } from "./syntax.ts";

/** A dependency whose folder is written out: `{:near, path: "../near"}`. */
export interface PathDependency {
  readonly name: string;
  /** Relative to the folder of the `mix.exs`. */
  readonly path: string;
}

/** The dependencies by path of a `mix.exs`, wherever its module lists them. What is computed is not found. */
export function pathDependencies(module: Node): PathDependency[] {
  return module.descendantsOfType("tuple").flatMap((tuple) => {
    const [first, ...rest] = codeChildren(tuple);
    const name = atomName(first);
    const path = pathText(keywordPairs(rest.at(-1)).get("path"));
    return name === undefined || path === undefined ? [] : [{ name, path }];
  });
}

/** `"x"`, `Path.expand("x", __DIR__)`, `Path.join(__DIR__, "x")`, `Path.expand("x")`. */
export function pathText(value: Node | undefined): string | undefined {
  if (value?.type !== "call") return plainText(value);
  const target = value.childForFieldName("target")?.text;
  const args = callArguments(value);
  const texts = args.filter((arg) => arg.text !== "__DIR__");
  const isPath = target === "Path.expand" || (target === "Path.join" && args[0]?.text === "__DIR__");
  return isPath && texts.length === 1 ? plainText(texts[0]) : undefined;
}

/** The text of a string without interpolation. */
export function plainText(node: Node | undefined): string | undefined {
  if (node?.type !== "string") return undefined;
  const parts = codeChildren(node);
  const plain = parts.every((part) => part.type === "quoted_content");
  return plain ? parts.map((part) => part.text).join("") : undefined;
}

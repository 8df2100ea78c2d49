import type { Node } from "../node.ts";
import type { Scope } from "../names.ts";
import type { DefinitionAbout } from "./about.ts";
import { readCode } from "./definition.ts";

/** What the code of a module's body is called, which is no function's. */
export const MODULE_CODE = "(module)";

/**
 * A statement of a module's body, with the code in its block: `get "/" do … end`, `resolve fn … end`. It is read as a clause
 * without parameters, for what a macro binds in it is not known. Empty where nothing is called.
 */
export function readModuleCode(node: Node, scope: Scope): DefinitionAbout[] {
  const code = readCode(node, [node], scope);
  const { calls, receives, templates, cut } = code;
  if (calls.length + receives.length + templates.length + cut.length === 0) return [];
  return [
    {
      at: node.startIndex,
      line: node.startPosition.row + 1,
      kind: "module",
      name: MODULE_CODE,
      arity: undefined,
      defaults: 0,
      hasBody: true,
      head: "",
      guard: undefined,
      condition: undefined,
      parameters: [],
      allowed: [],
      defaultValues: [],
      doc: false,
      impl: undefined,
      result: undefined,
      single: false,
      quoted: [],
      ...code,
    },
  ];
}

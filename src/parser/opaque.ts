import type { Node } from "./node.ts";
import type { BlockPlace, ModuleInfo } from "./facts.ts";
import { localCallName } from "./syntax.ts";

/** Macros, and functions of ExUnit, known to leave the definitions in their block or `fn` as they are. */
const TRANSPARENT: ReadonlySet<string> = new Set(
  "if unless for case cond with try receive describe test setup setup_all assert_raise capture_io capture_log".split(
    " ",
  ),
);

/** Modules of plain functions: a `fn` given to them runs as it is written. */
const PLAIN_MODULES: ReadonlySet<string> = new Set(["Enum", "Stream", "Map", "Keyword", "List"]);

/** The name of a call whose arguments or block may be taken apart by a macro; undefined where that is ruled out. */
export function opaqueCall(call: Node): string | undefined {
  const name = localCallName(call);
  if (name !== undefined) return TRANSPARENT.has(name) ? undefined : name;
  const target = call.childForFieldName("target");
  const owner = target?.type === "dot" ? target.childForFieldName("left")?.text : undefined;
  return owner !== undefined && PLAIN_MODULES.has(owner) ? undefined : target?.text;
}

/** Why a definition must be left alone because of what stands around it, but for macros that are to be looked up. */
export function obstacleAround(macro: string | undefined, bodyStart: number | undefined): string | undefined {
  if (macro === "Escope.probe" || macro === "Elixir.Escope.probe") return "it has a probe already";
  return bodyStart === undefined ? "its module has no do block" : undefined;
}

/** What a module in the block defines is its own, whatever becomes of that. */
export function blockPlace(
  {
    opaque,
    block,
    nested,
  }: { readonly opaque: string | undefined; readonly block: number | undefined; readonly nested: boolean },
  { span }: Pick<ModuleInfo, "span">,
): { readonly within?: BlockPlace } {
  if (opaque === undefined || block === undefined) return {};
  return { within: { block, macro: opaque, nested: nested || block < span.start } };
}

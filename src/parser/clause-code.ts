import type { Node } from "./node.ts";
import { readClosures } from "./closures.ts";
import { isMacro, type DefinitionKind } from "./facts.ts";
import type { Definition } from "./head.ts";
import { readInjected } from "./injected.ts";
import { readMacro } from "./macro-ends.ts";
import { readResult } from "./module-values.ts";
import type { Scope } from "./names.ts";
import type { Code } from "./nesting.ts";
import { formsOf } from "./patterns/forms.ts";
import { callsItself } from "./self-calls.ts";
import type { SiteQuery } from "./sites/query.ts";
import type { Search } from "./sites/search.ts";
import { findSites } from "./sites/walk.ts";
import { readTails } from "./tail-calls.ts";

interface Clause {
  readonly kind: DefinitionKind;
  readonly read: Definition;
  readonly text: string;
  readonly scope: Scope;
  readonly query: SiteQuery;
  readonly search: Search | undefined;
}

/** What the code of a clause says: all that is read of it by walking down. */
export function readClauseCode(node: Node, clause: Clause): Code {
  const { kind, read, text, scope, query } = clause;
  const isFunction = !isMacro({ kind });
  return {
    callsItself: isFunction && callsItself(node, text, read, scope),
    ...(isFunction ? readBody(node, clause) : { ...readMacro(node, text, scope), sites: [] }),
    closures: readClosures(node, text, scope),
    injected: readInjected(node, text, scope),
    forms: formsOf(node, read.name, text, query.heads, scope),
  };
}

function readBody(
  node: Node,
  { text, scope, search }: Clause,
): Pick<Code, "tails" | "gives" | "macroEnds" | "sites"> {
  const { sites, tails = readTails(node, text, scope) } = findSites(node, scope, search);
  return { tails, gives: readResult(node, text, tails, scope), macroEnds: undefined, sites };
}

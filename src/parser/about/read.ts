import type { Node } from "../node.ts";
import { readDefinition } from "../head.ts";
import { USER } from "../macros/facts.ts";
import { readModule, type NamedModule } from "../modules.ts";
import { withImports } from "../imports.ts";
import { deepPlace, unlessTooDeep } from "../nesting.ts";
import { opaqueCall } from "../opaque.ts";
import { moduleName, namedModules, ROOT_SCOPE, withAliases, type Scope } from "../names.ts";
import {
  attribute,
  callArguments,
  codeChildren,
  doBlock,
  isBinary,
  keywordPairs,
  localCallName,
  typeOf,
} from "../syntax.ts";
import type { SyntaxTree } from "../tree.ts";
import type {
  AttributeAbout,
  DefinitionAbout,
  DelegateAbout,
  FileAbout,
  ModuleAbout,
  StatementAbout,
  UseAbout,
} from "./about.ts";
import { conditionsAround } from "./conditions.ts";
import { readDefinitionAbout, type Before } from "./definition.ts";
import { isDeclaration } from "./declarations.ts";
import { readModuleCode } from "./module-code.ts";
import { readStatement } from "./statement.ts";
import { brief, readValue } from "./value.ts";

const DEFINITIONS: ReadonlySet<string> = new Set("def defp defmacro defmacrop defguard defguardp".split(" "));
const MODULES: ReadonlySet<string> = new Set(["defmodule", "defimpl", "defprotocol"]);
const SORTS = { defmodule: "module", defimpl: "impl", defprotocol: "protocol" } as const;

const NOTHING: Before = { doc: false, impl: undefined };

/** Reads what `collectFacts` leaves out, for it is only wanted when somebody asks for the index. */
export function readAbout(tree: SyntaxTree): FileAbout {
  const { path } = tree.source;
  const { modules, quoted } = unlessTooDeep(() => walkModules(tree)) ?? { modules: undefined, quoted: [] };
  return modules === undefined
    ? { path, modules: [], quoted, tooDeep: { ...deepPlace(tree), tooDeep: true } }
    : { path, modules, quoted, tooDeep: undefined };
}

function walkModules(tree: SyntaxTree): Pick<ModuleWalk, "modules" | "quoted"> {
  const walk = new ModuleWalk();
  if (tree.faults.length === 0) walk.visitBlock(tree.root.namedChildren, ROOT_SCOPE, undefined);
  return walk;
}

/** A module while it is read. */
interface Draft {
  readonly module: Omit<ModuleAbout, "scope" | "conditions">;
  readonly uses: UseAbout[];
  readonly attributes: AttributeAbout[];
  readonly specs: string[];
  readonly definitions: DefinitionAbout[];
  readonly delegates: DelegateAbout[];
  readonly statements: StatementAbout[];
  readonly code: DefinitionAbout[];
  /** It is in a statement whose code was read. */
  readonly inside?: true;
  /** Where the macro's statement starts in whose block it is. */
  readonly block?: number;
  before: Before;
}

class ModuleWalk {
  readonly modules: ModuleAbout[] = [];
  readonly quoted: DefinitionAbout[] = [];

  /** Gives the scope at the block's end. */
  visitBlock(nodes: readonly Node[], outer: Scope, draft: Draft | undefined): Scope {
    let scope = outer;
    for (const node of nodes) scope = this.#visit(node, scope, draft);
    return scope;
  }

  #visit(node: Node, scope: Scope, draft: Draft | undefined): Scope {
    const name = localCallName(node);
    if (name === undefined) this.#visitOther(node, scope, draft);
    else if (MODULES.has(name)) return this.#visitModule(node, name as keyof typeof SORTS, scope);
    else if (name === "alias" || name === "import" || name === "require")
      return withImports(node, withAliases(node, scope, name), name);
    else if (draft !== undefined) this.#visitNamed(node, name, scope, draft);
    else this.#visitInside(node, scope, draft);
    return scope;
  }

  #visitNamed(node: Node, name: string, scope: Scope, draft: Draft): void {
    if (DEFINITIONS.has(name)) this.#addDefinition(node, name, scope, draft);
    else if (name === "defdelegate") draft.delegates.push(...readDelegate(node, scope, takeBefore(draft)));
    else if (name === "use") draft.uses.push(...readUses(node, scope, blockOf(draft)));
    else if (name !== "quote") {
      draft.statements.push(readStatement(node, name, scope));
      addCode(node, scope, draft);
      this.#visitInside(node, scope, draft);
    }
  }

  /** Definitions and modules may stand in the block of a macro. */
  #visitInside(node: Node, scope: Scope, draft: Draft | undefined): void {
    const block = doBlock(node);
    const inline = keywordPairs(callArguments(node).at(-1)).get("do");
    const inside = block === undefined ? (inline === undefined ? [] : [inline]) : codeChildren(block);
    this.visitBlock(inside, scope, draft && insideOf(node, draft));
  }

  #visitOther(node: Node, scope: Scope, draft: Draft | undefined): void {
    const type = typeOf(node);
    if (type === "unary_operator" && draft !== undefined) readAttribute(node, scope, draft);
    else if (type.endsWith("block") || type === "body" || type === "stab_clause")
      this.visitBlock(codeChildren(node), scope, draft);
    else if (draft !== undefined) addCode(node, scope, draft);
  }

  #addDefinition(node: Node, kind: string, scope: Scope, draft: Draft): void {
    const read = readDefinitionAbout(node, kind, scope, takeBefore(draft));
    if (read !== undefined) draft.definitions.push({ ...read, ...blockOf(draft) });
    if (TAKERS.test(node.text)) this.quoted.push(...readTakers(node, scope));
    // A function's body may define modules.
    for (const child of doBlock(node)?.namedChildren ?? [])
      if (MODULES.has(localCallName(child) ?? "")) this.#visit(child, scope, undefined);
  }

  #visitModule(node: Node, directive: keyof typeof SORTS, outer: Scope): Scope {
    const named = readModule(node, directive === "defimpl" ? "defimpl" : "defmodule", outer);
    const draft = openDraft(node, named, SORTS[directive]);
    const inline = keywordPairs(callArguments(node).at(-1)).get("do");
    const body = doBlock(node) ?? inline;
    const at = this.modules.length;
    const scope = this.visitBlock(
      body === undefined ? [] : codeChildren(body),
      { ...outer, module: named.name },
      draft,
    );
    const { module, before: _before, inside: _inside, block: _block, ...lists } = draft;
    const conditions = directive === "defprotocol" ? conditionsAround(node, outer) : [];
    this.modules.splice(at, 0, { ...module, ...lists, scope, conditions });
    if (named.alias === undefined) return outer;
    return { ...outer, aliases: new Map(outer.aliases).set(...named.alias) };
  }
}

/** Quoted clauses that may take messages. */
const TAKERS = /\bquote\b[^]*\bdef[\s(]+(?:handle_\w+|update)\b/;

function readTakers(node: Node, scope: Scope): DefinitionAbout[] {
  const quotes = node.descendantsOfType("call").filter((call) => localCallName(call) === "quote");
  const inside = quotes.flatMap((quote) => quote.descendantsOfType("call"));
  // What stands in a quote within a quote is found twice.
  const once = new Map(
    inside.filter((call) => localCallName(call) === "def").map((call) => [call.startIndex, call]),
  );
  return [...once.values()].flatMap(
    (call) => readDefinitionAbout(call, "def", { ...scope, module: USER }, NOTHING) ?? [],
  );
}

function openDraft(node: Node, { name, template, protocol }: NamedModule, sort: ModuleAbout["sort"]): Draft {
  const lists = {
    uses: [],
    attributes: [],
    specs: [],
    definitions: [],
    delegates: [],
    statements: [],
    code: [],
  };
  const at = { at: node.startIndex, line: node.startPosition.row + 1 };
  // Of several names each is known.
  const computed = template && (protocol === undefined || !/\.\{[^{}]*\}$/.test(name));
  return { module: { name, sort, computed, ...at, ...lists }, ...lists, before: NOTHING };
}

function takeBefore(draft: Draft): Before {
  const { before } = draft;
  draft.before = NOTHING;
  return before;
}

function readAttribute(node: Node, scope: Scope, draft: Draft): void {
  const attr = attribute(node);
  if (attr?.value === undefined) return;
  const { name, value } = attr;
  if (name === "doc") draft.before = { ...draft.before, doc: value.text !== "false" };
  else if (name === "impl") draft.before = { ...draft.before, impl: moduleName(value, scope) ?? value.text };
  else if (name === "spec") draft.specs.push(...specName(value));
  const line = node.startPosition.row + 1;
  const nested = draft.inside === true ? ({ nested: true } as const) : {};
  draft.attributes.push({ name, line, text: brief(value.text), value: readValue(value, scope), ...nested });
  if (!isDeclaration(name)) addCode(value, scope, draft);
}

function insideOf(statement: Node, draft: Draft): Draft {
  const isKnown = draft.block !== undefined || opaqueCall(statement) === undefined;
  const block = isKnown ? {} : { block: statement.startIndex };
  return { ...draft, statements: [], inside: true, ...block };
}

function blockOf({ block }: Draft): { readonly block?: number } {
  return block === undefined ? {} : { block };
}

function addCode(node: Node, scope: Scope, { code, inside }: Draft): void {
  if (inside !== true) code.push(...readModuleCode(node, scope));
}

/** `name/arity` of `name(…) :: …`, also with `when` and without parentheses. */
function specName(node: Node): string[] {
  if (typeOf(node) === "binary_operator" && (isBinary(node, "::") || isBinary(node, "when"))) {
    const left = node.childForFieldName("left");
    return left ? specName(left) : [];
  }
  if (typeOf(node) === "identifier") return [`${node.text}/0`];
  const name = localCallName(node);
  return name === undefined ? [] : [`${name}/${callArguments(node).length}`];
}

function readUses(node: Node, scope: Scope, block: ReturnType<typeof blockOf>): UseAbout[] {
  const [target, options] = callArguments(node);
  const line = node.startPosition.row + 1;
  const rest = { line, options: brief(options?.text ?? ""), ...block };
  return namedModules(target, scope).map((name) => Object.assign({ target: name }, rest));
}

/** `defdelegate f(x), to: M, as: :g`. */
function readDelegate(node: Node, scope: Scope, { doc }: Before): DelegateAbout[] {
  const head = readDefinition(node);
  const [written, options] = callArguments(node);
  if (head?.arity === undefined || written === undefined) return [];
  const { name, arity, defaults } = head;
  const pairs = keywordPairs(options);
  const module = moduleName(pairs.get("to"), scope);
  const as = pairs.get("as")?.text.slice(1) ?? name;
  const to = module === undefined ? undefined : { module, name: as, arity };
  return [
    { name, arity, defaults, line: node.startPosition.row + 1, head: brief(written.text, 160), to, doc },
  ];
}

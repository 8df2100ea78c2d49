import type { Node } from "./node.ts";
import { isMacro } from "./facts.ts";
import type { DefinitionKind, FileFacts, ModuleInfo } from "./facts.ts";
import { positionAt, type Span } from "../source.ts";
import { readDefinition, type Definition } from "./head.ts";
import { readAttribute } from "./attributes.ts";
import { mentionedIn } from "./mentions.ts";
import { withHead } from "./bare-heads.ts";
import { readClosures } from "./closures.ts";
import { readClauseCode } from "./clause-code.ts";
import { readComments } from "./comments.ts";
import { readEscapes } from "./escapes.ts";
import { readDelegation, readMade } from "./injected.ts";
import { findMisreads, misreadObstacle } from "./misreads.ts";
import { definedKeys } from "./defined-keys.ts";
import { callbackName } from "./callbacks.ts";
import { nextOrdinal, openBuilder, takeBefore, type ModuleBuilder } from "./module-builder.ts";
import { bodyStart, readModule, type NamedModule } from "./modules.ts";
import { readBrought, withImports } from "./imports.ts";
import { expandAlias, moduleName, ROOT_SCOPE, withAliases, type Scope } from "./names.ts";
import { deepPlace, TOO_DEEP, unlessTooDeep, UNREAD_CODE } from "./nesting.ts";
import { blockPlace, obstacleAround, opaqueCall } from "./opaque.ts";
import { QuotingClauses, quotesUse, takesBlock } from "./quoting-clauses.ts";
import type { Condition } from "./macros/facts.ts";
import { readBranching } from "./macros/branches.ts";
import { readBeforeCompile, readExpansion, readQuoted, readUse } from "./macros/read.ts";
import { NO_SITES, type SiteQuery } from "./sites/query.ts";
import { contains, openSearch, type Search } from "./sites/search.ts";
import { findSites } from "./sites/walk.ts";
import { attribute, callArguments, doBlock, keywordPairs, localCallName, typeOf } from "./syntax.ts";
import type { SyntaxTree } from "./tree.ts";

const DEFINITIONS: ReadonlySet<string> = new Set(["def", "defp", "defmacro", "defmacrop"]);

/** What the walk looks for: definitions, and what says something about their module. */
const WANTED =
  /\bdef(?:module|impl|protocol|macrop?|delegate|guardp?|p)?\b|\buse[ (]+[A-Z_]|@(?:behaviour|callback)\b/g;

/** What begins a statement that says something about its module without defining anything. */
const TELLING: ReadonlySet<string> = new Set(
  // The underscore ends the word.
  "alias import require use @behaviour @before @impl @callback".split(" "),
);

/** Attributes that say something of their module, and nothing of the definition below them. */
const OF_MODULES: ReadonlySet<string> = new Set(
  "moduledoc type typep opaque behaviour callback macrocallback optional_callbacks compile derive vsn".split(
    " ",
  ),
);

const DIRECTIVES: ReadonlySet<string> = new Set(["alias", "import", "require"]);

const WORD = /@?[a-z]+/y;

/** Nodes whose children are statements. In any other place a definition is an operand, and needs its parentheses. */
const BLOCKS: ReadonlySet<string> = new Set(
  "source do_block block body rescue_block catch_block else_block after_block".split(" "),
);

/** Where the walk is. Copied, never changed, so that what a block declares ends with the block. */
interface Frame {
  readonly scope: Scope;
  readonly module: ModuleBuilder | undefined;
  /** The macro whose `do` block may drop or move definitions. */
  readonly opaque: string | undefined;
  /** Where that macro's statement starts. */
  readonly block: number | undefined;
  /** Another macro stands in its block. */
  readonly nested: boolean;
  /** What is visited are statements, no operands. */
  readonly statements: boolean;
  /** What must hold for this code to be compiled at all. */
  readonly conditions: readonly Condition[];
}

const START: Frame = {
  scope: ROOT_SCOPE,
  module: undefined,
  opaque: undefined,
  block: undefined,
  nested: false,
  statements: true,
  conditions: [],
};

/**
 * Reads modules, clauses, uses and behaviours of a file, and the sites that `query` asks for. A file with a fault gives no
 * modules: nothing in it is certain.
 */
export function collectFacts(tree: SyntaxTree, query: SiteQuery = NO_SITES): FileFacts {
  const { path, text } = tree.source;
  const namesEscope = /\bEscope\b/.test(text);
  const first = tree.faults[0];
  const rest = { path, escapes: readEscapes(text), namesEscope, comments: readComments(tree) };
  if (first !== undefined) return { ...rest, modules: [], fault: positionAt(tree.source.text, first.start) };
  const modules = unlessTooDeep(() => collectModules(tree, query));
  return modules === undefined
    ? { ...rest, modules: [], fault: { ...deepPlace(tree), tooDeep: true } }
    : { ...rest, modules, fault: undefined };
}

function collectModules(tree: SyntaxTree, query: SiteQuery): ModuleInfo[] {
  const collector = new Collector(tree, query);
  collector.visitBlock(tree.root.namedChildren, START);
  return collector.modules();
}

/** One walk over one tree; holds what the walk has found so far. */
class Collector {
  readonly #tree: SyntaxTree;
  readonly #builders: ModuleBuilder[] = [];
  /** Offsets of words that can begin a definition: what contains none is not walked into. */
  readonly #words: readonly number[];
  readonly #misreads: readonly number[];
  /** Where `use` of a module of this file begins; undefined where nothing does. */
  readonly #quoting: QuotingClauses | undefined;
  readonly #search: Search | undefined;
  readonly #query: SiteQuery;

  constructor(tree: SyntaxTree, query: SiteQuery) {
    const { text } = tree.source;
    this.#tree = tree;
    this.#words = [...text.matchAll(WANTED)].map((match) => match.index);
    this.#misreads = findMisreads(tree);
    this.#search = openSearch(text, query);
    this.#query = query;
    this.#quoting = /\bdefmacro\s*\(?\s*__(?:using|before_compile)__/.test(text)
      ? new QuotingClauses()
      : undefined;
  }

  modules(): ModuleInfo[] {
    this.#quoting?.readReached();
    return this.#builders.map(
      ({ info, clauses, heads, ordinals: _ordinals, before: _before, template: _template, ...rest }) => ({
        ...info,
        ...rest,
        clauses: clauses.map((clause) => withHead(clause, heads)),
      }),
    );
  }

  visitBlock(nodes: readonly Node[], outer: Frame): void {
    let { scope } = outer;
    for (const node of nodes)
      scope = this.#visit(node, scope === outer.scope ? outer : inScope(outer, scope));
  }

  /** Reads one node; gives the scope for the statements that follow it in the same block. */
  #visit(node: Node, frame: Frame): Scope {
    const word = this.#wordAt(node.startIndex);
    if (word.startsWith("@") && frame.module !== undefined) this.#noteAttribute(node, frame.module);
    this.#noteMade(node, word, frame);
    if (!TELLING.has(word) && !contains(this.#words, node)) return this.#visitStatement(node, frame);
    const name = localCallName(node);
    if (name === undefined) this.#visitOther(node, frame);
    else if (DIRECTIVES.has(name)) return this.#visitDirective(node, name, frame);
    else if (name === "defmodule" || name === "defimpl") return this.#visitModule(node, name, frame);
    else if (DEFINITIONS.has(name)) this.#visitDefinition(node, name as DefinitionKind, frame);
    else if (name === "defdelegate") this.#visitDelegate(node, frame);
    else if (name === "defguard" || name === "defguardp")
      frame.module?.guards.push(...definedKeys(node).map((key) => ({ key, exported: name === "defguard" })));
    else if (name === "use") this.#visitUse(node, frame);
    else if (name !== "quote" && name !== "defprotocol") {
      if (doBlock(node) !== undefined) this.#visitStatement(node, frame);
      this.#visitInside(node, frame, opaqueCall(node));
    }
    return frame.scope;
  }

  /** In a module's body, what defines nothing and begins with a name may be a macro. */
  #visitStatement(node: Node, { module, opaque, scope, statements }: Frame): Scope {
    const isName = /\w/.test(this.#tree.source.text[node.startIndex] ?? "");
    const mayExpand = statements && opaque === undefined && isName;
    if (mayExpand && module !== undefined) module.expansions.push(...readExpansion(node, scope));
    return scope;
  }

  /** Inside an unknown macro's block it is part of what that makes. */
  #noteMade(node: Node, word: string, { module, opaque, scope, statements }: Frame): void {
    if (module === undefined || opaque !== undefined || !statements) return;
    const made = readMade(node, word, this.#tree.source.text, scope);
    if (made !== undefined) module.made.push(made);
  }

  #visitDelegate(node: Node, { module, scope }: Frame): void {
    module?.delegates.push(...definedKeys(node));
    const delegation = readDelegation(node, scope);
    if (delegation !== undefined) module?.delegations.push(delegation);
  }

  #visitDirective(node: Node, name: string, { scope, module }: Frame): Scope {
    const aliased = withAliases(node, scope, name);
    if (name === "import") module?.imports.push(...readBrought(node, name, scope));
    return this.#search === undefined ? aliased : withImports(node, aliased, name);
  }

  /** Inside the block of a macro it may never be run. */
  #visitUse(node: Node, { module, scope, opaque, block, conditions }: Frame): void {
    const uses = readUse(node, scope, conditions);
    if (opaque === undefined || block === undefined) module?.uses.push(...uses);
    else module?.blockUses.push(...uses.map((use) => ({ block, macro: opaque, use })));
  }

  #visitOther(node: Node, frame: Frame): void {
    const type = typeOf(node);
    if (type === "unary_operator") this.#visitAttribute(node, frame);
    if (type === "call") this.#visitStatement(node, frame);
    this.#visitInside(node, frame, type === "call" ? opaqueCall(node) : undefined, BLOCKS.has(type));
  }

  #visitInside(node: Node, outer: Frame, macro: string | undefined, statements = false): void {
    if (!contains(this.#words, node)) return;
    const opaque = outer.opaque ?? macro;
    const block = outer.block ?? (macro === undefined ? undefined : node.startIndex);
    const nested = outer.nested || (outer.opaque !== undefined && macro !== undefined);
    const branching = opaque === undefined ? readBranching(node, outer.scope) : undefined;
    if (branching === undefined)
      return this.visitBlock(node.namedChildren, { ...outer, opaque, block, nested, statements });
    this.visitBlock(branching.always, { ...outer, statements: false });
    for (const { condition, nodes } of branching.branches) {
      const conditions = [...outer.conditions, condition];
      this.visitBlock(nodes, { ...outer, statements: doBlock(node) !== undefined, conditions });
    }
  }

  #visitModule(node: Node, directive: "defmodule" | "defimpl", frame: Frame): Scope {
    const { scope } = frame;
    const named = readModule(node, directive, scope);
    const module = this.#openModule(node, named, frame);
    const inside: Frame = { ...frame, scope: { ...scope, module: named.name }, module };
    const inline = keywordPairs(callArguments(node).at(-1)).get("do");
    const body = doBlock(node) ?? (inline?.type === "block" ? inline : undefined);
    if (body !== undefined) this.visitBlock(body.namedChildren, { ...inside, statements: true });
    else if (inline !== undefined) this.visitBlock([inline], { ...inside, statements: false });
    if (named.alias === undefined) return scope;
    return { ...scope, aliases: new Map(scope.aliases).set(...named.alias) };
  }

  #openModule(node: Node, { name, template, protocol }: NamedModule, outer: Frame): ModuleBuilder {
    const { path, text } = this.#tree.source;
    const info = {
      name,
      file: path,
      line: node.startPosition.row + 1,
      span: { start: node.startIndex, end: node.endIndex },
      protocol,
      bodyStart: bodyStart(node, text),
      conditions: outer.conditions,
    };
    const builder = openBuilder(info, template || (outer.module?.template ?? false));
    this.#builders.push(builder);
    return builder;
  }

  #wordAt(offset: number): string {
    WORD.lastIndex = offset;
    return WORD.exec(this.#tree.source.text)?.[0] ?? "";
  }

  #visitAttribute(node: Node, { module, scope }: Frame): void {
    const attr = attribute(node);
    if (attr?.value === undefined || module === undefined) return;
    const named = moduleName(attr.value, scope) ?? heldModule(attr.value, module, scope);
    if (attr.name === "before_compile") module.beforeCompile.push(...readBeforeCompile(attr.value, scope));
    else if ((attr.name === "behaviour" || attr.name === "impl") && named !== undefined)
      module.behaviours.push(named);
    else if (attr.name === "callback") module.callbacks.push(...callbackName(attr.value));
  }

  #noteAttribute(node: Node, module: ModuleBuilder): void {
    const read = readAttribute(node, this.#tree.source.text);
    if (read === undefined) return;
    module.attributes.push(read);
    if (!OF_MODULES.has(read.name)) module.before.push(read);
  }

  #visitDefinition(node: Node, kind: DefinitionKind, frame: Frame): void {
    const definition = readDefinition(node);
    if (definition === undefined || frame.module === undefined) return;
    if (definition.hasBody) this.#addClause(node, kind, definition, frame, frame.module);
    else
      frame.module.heads.set(`${definition.name}/${definition.arity}`, {
        defaults: definition.defaults,
        attributes: takeBefore(frame.module),
        sites: findSites(node, frame.scope, isMacro({ kind }) ? undefined : this.#search).sites,
        closures: unlessTooDeep(() => readClosures(node, node.text, frame.scope)) ?? [],
      });
    const block = doBlock(node);
    for (const part of callArguments(node).slice(1)) this.#visit(part, { ...frame, statements: false });
    if (block !== undefined) this.#visitOther(block, frame);
  }

  #addClause(node: Node, kind: DefinitionKind, read: Definition, frame: Frame, module: ModuleBuilder): void {
    const { name, arity, computed } = read;
    const span = { start: node.startIndex, end: node.endIndex };
    const text = this.#tree.source.text.slice(span.start, span.end);
    const code = unlessTooDeep(() =>
      readClauseCode(node, {
        kind,
        read,
        text,
        scope: frame.scope,
        query: this.#query,
        search: this.#search,
      }),
    );
    const around = obstacleAround(frame.opaque, module.info.bodyStart);
    module.clauses.push({
      ...(code ?? UNREAD_CODE),
      kind,
      name,
      arity,
      defaults: read.defaults,
      parameters: read.parameters,
      tags: read.tags,
      guarded: read.guarded,
      attributes: takeBefore(module),
      mentions: mentionedIn(text, this.#query.names),
      ordinal: nextOrdinal(module.ordinals, `${name}/${arity}`),
      span,
      line: node.startPosition.row + 1,
      form: frame.statements ? read.form : "wrap",
      block: doBlock(node)?.startIndex,
      computed,
      template: computed || module.template,
      obstacle: code === undefined ? TOO_DEEP : (this.#misreadIn(span) ?? read.obstacle ?? around),
      ...blockPlace(frame, module.info),
    });
    this.#noteQuoted(node, name, text, frame.scope, module);
  }

  #noteQuoted(node: Node, name: string, text: string, scope: Scope, module: ModuleBuilder): void {
    const readIt = (): void => void unlessTooDeep(() => module.quoted.push(readQuoted(node, name, scope)));
    this.#quoting?.add({ name, text, read: readIt });
    if (this.#quoting === undefined && (quotesUse(text) || takesBlock(text))) readIt();
  }

  #misreadIn({ start, end }: Span): string | undefined {
    const at = this.#misreads.find((offset) => start <= offset && offset < end);
    return at === undefined ? undefined : misreadObstacle(this.#tree.source.text, at);
  }
}

/** `@behaviour @name`, where that was set to a module. */
function heldModule(value: Node, { attributes }: ModuleBuilder, scope: Scope): string | undefined {
  const held = attribute(value)?.name;
  const text = held && attributes.findLast(({ name }) => name === held)?.text;
  return text && /^[A-Z][\w.]*$/.test(text) ? expandAlias(text, scope) : undefined;
}

function inScope(frame: Frame, scope: Scope): Frame {
  return { ...frame, scope };
}

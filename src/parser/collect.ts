import type { Node } from "web-tree-sitter";
import type { ClauseInfo, DefinitionKind, FileFacts, ModuleInfo, QuotedInfo, UseInfo } from "./facts.ts";
import { positionAt } from "../source.ts";
import { readDefinition } from "./head.ts";
import { readQuoted, readUse } from "./quoted.ts";
import { moduleName, ROOT_SCOPE, withAliases, type Scope } from "./names.ts";
import { attribute, callArguments, codeChildren, doBlock, keywordPairs, localCallName } from "./syntax.ts";
import { readTails } from "./tail-calls.ts";
import type { SyntaxTree } from "./tree.ts";

const DEFINITIONS: ReadonlySet<string> = new Set(["def", "defp", "defmacro", "defmacrop"]);

/** Macros known to leave the definitions in their `do` block as they are. */
const TRANSPARENT: ReadonlySet<string> = new Set(
  "if unless for case cond with try receive def defp describe test setup setup_all".split(" "),
);

/** Modules of plain functions: a `fn` given to them runs as it is written. */
const PLAIN_MODULES: ReadonlySet<string> = new Set(["Enum", "Stream", "Map", "Keyword", "List"]);

const DEFINITION_WORD = /\bdef(?:module|impl|protocol|macrop?|p)?\b/g;

interface ModuleBuilder {
  readonly info: Omit<ModuleInfo, "uses" | "behaviours" | "callbacks" | "clauses" | "quoted">;
  readonly uses: UseInfo[];
  readonly behaviours: string[];
  readonly callbacks: string[];
  readonly clauses: ClauseInfo[];
  readonly quoted: QuotedInfo[];
  readonly ordinals: Map<string, number>;
  readonly template: boolean;
  impl: string | undefined;
}

/** Where the walk is. Copied, never changed, so that what a block declares ends with the block. */
interface Frame {
  readonly scope: Scope;
  readonly module: ModuleBuilder | undefined;
  /** The macro whose `do` block may drop or move definitions. */
  readonly opaque: string | undefined;
}

/** Reads modules, clauses, uses and behaviours of a file. A file with a fault gives no modules: nothing in it is certain. */
export function collectFacts(tree: SyntaxTree): FileFacts {
  const { path, text } = tree.source;
  const namesEscope = /\bEscope\b/.test(text);
  const first = tree.faults[0];
  if (first !== undefined) return { path, modules: [], fault: positionAt(text, first.start), namesEscope };
  const collector = new Collector(tree);
  collector.visitBlock(tree.root.namedChildren, { scope: ROOT_SCOPE, module: undefined, opaque: undefined });
  return { path, modules: collector.modules(), fault: undefined, namesEscope };
}

/** One walk over one tree; holds what the walk has found so far. */
class Collector {
  readonly #tree: SyntaxTree;
  readonly #builders: ModuleBuilder[] = [];
  /** Offsets of words that can begin a definition: what contains none is not walked into. */
  readonly #words: readonly number[];
  readonly #hasUsing: boolean;

  constructor(tree: SyntaxTree) {
    this.#tree = tree;
    this.#words = [...tree.source.text.matchAll(DEFINITION_WORD)].map((match) => match.index);
    this.#hasUsing = tree.source.text.includes("__using__");
  }

  modules(): ModuleInfo[] {
    return this.#builders.map(({ info, uses, behaviours, callbacks, clauses, quoted }) => ({
      ...info,
      uses,
      behaviours,
      callbacks,
      clauses,
      quoted: clauses.some((clause) => clause.name === "__using__") ? quoted : [],
    }));
  }

  visitBlock(nodes: readonly Node[], outer: Frame): void {
    let { scope } = outer;
    for (const node of nodes) {
      const aliased = withAliases(node, scope);
      scope =
        aliased === scope
          ? this.#visit(node, scope === outer.scope ? outer : inScope(outer, scope))
          : aliased;
    }
  }

  /** Reads one node; gives the scope for the statements that follow it in the same block. */
  #visit(node: Node, frame: Frame): Scope {
    const name = localCallName(node);
    if (name === "quote" || name === "defprotocol") return frame.scope;
    if (name === "defmodule" || name === "defimpl") return this.#visitModule(node, name, frame);
    if (name !== undefined && DEFINITIONS.has(name))
      this.#visitDefinition(node, name as DefinitionKind, frame);
    else if (name === "use") frame.module?.uses.push(...readUse(node, frame.scope));
    else if (node.type === "unary_operator") this.#visitAttribute(node, frame);
    else this.#visitInside(node, frame);
    return frame.scope;
  }

  #visitInside(node: Node, frame: Frame): void {
    if (!this.#mayDefine(node)) return;
    const macro = node.type === "call" ? opaqueCall(node) : undefined;
    this.visitBlock(
      node.namedChildren,
      macro === undefined ? frame : { ...frame, opaque: frame.opaque ?? macro },
    );
  }

  #visitModule(node: Node, directive: "defmodule" | "defimpl", frame: Frame): Scope {
    const named =
      directive === "defimpl" ? implementation(node, frame.scope) : nestedModule(node, frame.scope);
    const body = doBlock(node);
    const inline = keywordPairs(callArguments(node).at(-1)).get("do");
    const builder = this.#openModule(node, named, bodyStart(body, inline));
    const scope: Scope = { module: named.name, aliases: frame.scope.aliases };
    const inside: Frame = { scope, module: builder, opaque: frame.opaque };
    this.visitBlock(body?.namedChildren ?? (inline ? [inline] : []), inside);
    return named.alias === undefined ? frame.scope : withAlias(frame.scope, named.alias);
  }

  #openModule(node: Node, named: NamedModule, start: number | undefined): ModuleBuilder {
    const builder: ModuleBuilder = {
      info: {
        name: named.name,
        file: this.#tree.source.path,
        line: node.startPosition.row + 1,
        span: { start: node.startIndex, end: node.endIndex },
        bodyStart: start,
      },
      uses: [],
      behaviours: [],
      callbacks: [],
      clauses: [],
      quoted: [],
      ordinals: new Map(),
      template: named.template,
      impl: undefined,
    };
    this.#builders.push(builder);
    return builder;
  }

  #visitAttribute(node: Node, frame: Frame): void {
    const attr = attribute(node);
    if (attr === undefined || frame.module === undefined) return;
    const named = moduleName(attr.value, frame.scope);
    if (attr.name === "impl") {
      frame.module.impl = named ?? attr.value?.text;
      if (attr.value?.type !== "boolean" && named !== undefined) frame.module.behaviours.push(named);
    } else if (attr.name === "behaviour" && named !== undefined) frame.module.behaviours.push(named);
    else if (attr.name === "callback" && attr.value) frame.module.callbacks.push(...callbackName(attr.value));
  }

  #visitDefinition(node: Node, kind: DefinitionKind, frame: Frame): void {
    const { module } = frame;
    const definition = readDefinition(node);
    if (module === undefined || definition === undefined) return;
    const { name, arity, defaults, form, computed } = definition;
    const { impl } = module;
    module.impl = undefined;
    if (!definition.hasBody) return;
    const key = `${name}/${arity}`;
    const ordinal = (module.ordinals.get(key) ?? 0) + 1;
    module.ordinals.set(key, ordinal);
    module.clauses.push({
      kind,
      name,
      arity,
      defaults,
      ordinal,
      span: { start: node.startIndex, end: node.endIndex },
      line: node.startPosition.row + 1,
      endLine: node.endPosition.row + 1,
      form,
      tails: readTails(node, frame.scope),
      impl,
      template: computed || module.template,
      obstacle: definition.obstacle ?? obstacleAround(frame, module),
    });
    if (this.#hasUsing) module.quoted.push(readQuoted(node, name, arity, frame.scope));
    this.visitBlock(
      node.namedChildren.slice(1).filter((child) => this.#mayDefine(child)),
      frame,
    );
  }

  #mayDefine(node: Node): boolean {
    let low = 0;
    let high = this.#words.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#words[middle] ?? 0) < node.startIndex) low = middle + 1;
      else high = middle;
    }
    return (this.#words[low] ?? Number.POSITIVE_INFINITY) < node.endIndex;
  }
}

function obstacleAround(frame: Frame, module: ModuleBuilder): string | undefined {
  if (frame.opaque !== undefined)
    return `it stands inside \`${frame.opaque}\`, a macro that escope does not know to keep definitions`;
  return module.info.bodyStart === undefined ? "its module has no do block" : undefined;
}

/** The name of a call whose arguments or block may be taken apart by a macro; undefined where that is ruled out. */
function opaqueCall(node: Node): string | undefined {
  const target = node.childForFieldName("target");
  const name = localCallName(node);
  if (name !== undefined) return TRANSPARENT.has(name) ? undefined : name;
  const owner = target?.type === "dot" ? target.childForFieldName("left")?.text : undefined;
  return owner !== undefined && PLAIN_MODULES.has(owner) ? undefined : target?.text;
}

interface NamedModule {
  readonly name: string;
  /** The name is computed, or stands for several modules. */
  readonly template: boolean;
  /** A nested `defmodule A.B` makes `A` mean `Outer.A` for what follows. */
  readonly alias?: readonly [string, string];
}

function nestedModule(node: Node, scope: Scope): NamedModule {
  const written = callArguments(node)[0];
  if (written?.type === "alias" && scope.module !== undefined && !written.text.startsWith("Elixir.")) {
    const first = written.text.split(".")[0] ?? written.text;
    return {
      name: `${scope.module}.${written.text}`,
      template: false,
      alias: [first, `${scope.module}.${first}`],
    };
  }
  const name = moduleName(written, scope);
  return { name: name ?? (written?.text ?? "").replaceAll(/\s+/g, " "), template: name === undefined };
}

function implementation(node: Node, scope: Scope): NamedModule {
  const [written, options] = callArguments(node);
  const protocol = moduleName(written, scope);
  const target = keywordPairs(options).get("for");
  const targets = target?.type === "list" ? codeChildren(target) : [target];
  const names = targets.map((part) => (part === undefined ? scope.module : moduleName(part, scope)));
  const known = protocol !== undefined && names.every((name) => name !== undefined);
  const subject = names.length === 1 ? names[0] : `{${names.join(", ")}}`;
  return {
    name: known
      ? `${protocol}.${subject}`
      : `${written?.text ?? ""} for ${target?.text ?? ""}`.replaceAll(/\s+/g, " "),
    template: !known || names.length > 1,
  };
}

function bodyStart(block: Node | undefined, inline: Node | undefined): number | undefined {
  if (block !== undefined) return block.child(0)?.endIndex;
  return inline?.type === "block" ? inline.startIndex + 1 : undefined;
}

function inScope(frame: Frame, scope: Scope): Frame {
  return { ...frame, scope };
}

function withAlias(scope: Scope, [short, full]: readonly [string, string]): Scope {
  return { module: scope.module, aliases: new Map(scope.aliases).set(short, full) };
}

/** `name/arity` of `@callback name(…) :: …`, also with `when` and without parentheses. */
function callbackName(node: Node): string[] {
  if (node.type === "binary_operator") {
    const left = node.childForFieldName("left");
    return left ? callbackName(left) : [];
  }
  if (node.type === "identifier") return [`${node.text}/0`];
  const name = localCallName(node);
  return name === undefined ? [] : [`${name}/${callArguments(node).length}`];
}

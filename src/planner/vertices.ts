import {
  arities,
  type ClauseInfo,
  type ClosureInfo,
  type MadeInfo,
  type ModuleInfo,
  type Tails,
} from "../parser/index.ts";

export type VertexKind = "function" | "closure" | "injected" | "delegate" | "statement" | "super";

/** Something that can be called: a function of the project, or what stands for code that becomes one. */
export interface Vertex {
  readonly kind: VertexKind;
  readonly module: ModuleInfo;
  /** As people see it: `step/1`, `fn in step/1`. */
  readonly name: string;
  readonly line: number;
  /** Its clauses; empty where it is no function that the sources write out. */
  readonly clauses: readonly ClauseInfo[];
  /** What it can end in; a function in the order of its clauses. */
  readonly ends: readonly Tails[];
  /** Every `name/arity` under which it is called. */
  readonly keys: readonly string[];
  readonly isPublic: boolean;
  /** Its names are read where its code is put: they may mean any function of the project. */
  readonly isFree: boolean;
  /** `unquote` decides on its name, or on how many parameters it has. */
  readonly isComputed: boolean;
  /** Of a closure: how many parameters it has. */
  readonly arity: number | undefined;
  /** Of a closure: the function that it is written in. */
  readonly owner: Vertex | undefined;
  /** The macro that is called, or that defines it. */
  readonly macro: string | undefined;
  /** Of a statement: what is written before its block. */
  readonly header: string | undefined;
}

/** The functions of a module, the functions written out in them, and what makes further ones. */
export function verticesOf(module: ModuleInfo): Vertex[] {
  const functions = new Map<string, ClauseInfo[]>();
  for (const clause of module.clauses) {
    const key = `${clause.name}/${clause.arity}`;
    const clauses = functions.get(key);
    if (clauses === undefined) functions.set(key, [clause]);
    else clauses.push(clause);
  }
  const vertices: Vertex[] = [];
  for (const [key, clauses] of functions) addFunction(module, key, clauses, vertices);
  for (const clause of module.clauses) if (clause.injected.length > 0) addInjected(module, clause, vertices);
  for (const { tails, ...delegation } of module.delegations)
    vertices.push(vertex(module, { ...named(delegation), kind: "delegate", ends: [tails], isPublic: true }));
  for (const statement of module.made) addStatement(module, statement, vertices);
  return vertices;
}

/** What a function calls by `super`, where its own clauses before `defoverridable` are that. */
export function superOf(owner: Vertex, ends: readonly Tails[]): Vertex {
  return { ...owner, kind: "super", name: `${owner.name}, as super`, clauses: [], ends };
}

function vertex(
  module: ModuleInfo,
  what: Partial<Vertex> & Pick<Vertex, "kind" | "name" | "line" | "ends">,
): Vertex {
  return {
    kind: what.kind,
    module,
    name: what.name,
    line: what.line,
    clauses: what.clauses ?? [],
    ends: what.ends,
    keys: what.keys ?? [],
    isPublic: what.isPublic ?? false,
    isFree: what.isFree ?? false,
    isComputed: what.isComputed ?? false,
    arity: what.arity,
    owner: what.owner,
    macro: what.macro,
    header: what.header,
  };
}

/** Most vertices are these. */
function addFunction(
  module: ModuleInfo,
  key: string,
  clauses: readonly ClauseInfo[],
  vertices: Vertex[],
): void {
  const [first] = clauses;
  if (first === undefined) return;
  const itself: Vertex = {
    kind: "function",
    module,
    name: first.arity === undefined ? `${first.name}/?` : key,
    line: first.line,
    clauses,
    ends: clauses.map(({ tails }) => tails),
    keys: keysOf(key, clauses),
    isPublic: clauses.some(({ kind }) => kind === "def"),
    isFree: first.kind === "defmacro" || first.kind === "defmacrop",
    isComputed: clauses.some(({ computed }) => computed),
    arity: undefined,
    owner: undefined,
    macro: undefined,
    header: undefined,
  };
  vertices.push(itself);
  for (const { closures } of clauses)
    for (const closure of closures) vertices.push(closureVertex(closure, itself));
}

function keysOf(key: string, clauses: readonly ClauseInfo[]): string[] {
  if (clauses.every(({ arity, defaults }) => arity !== undefined && defaults === 0)) return [key];
  const keys = new Set<string>();
  for (const clause of clauses) for (const arity of arities(clause)) keys.add(`${clause.name}/${arity}`);
  return [...keys];
}

function closureVertex({ arity, line, tails }: ClosureInfo, owner: Vertex): Vertex {
  const { module, isFree } = owner;
  return vertex(module, {
    kind: "closure",
    name: `fn in ${owner.name}`,
    line,
    ends: [tails],
    isFree,
    arity,
    owner,
  });
}

function addInjected(module: ModuleInfo, { injected, name: macro }: ClauseInfo, vertices: Vertex[]): void {
  for (const { tails, closures, computed, ...definition } of injected) {
    const { name, line, keys } = named(definition);
    const itself = vertex(module, {
      kind: "injected",
      name: `${name} in ${macro}`,
      line,
      ends: [tails],
      keys: computed ? [] : keys,
      isPublic: true,
      isFree: true,
      isComputed: computed,
      macro,
    });
    vertices.push(itself, ...closures.map((closure) => closureVertex(closure, itself)));
  }
}

interface Named {
  readonly name: string;
  readonly arity: number | undefined;
  readonly defaults: number;
  readonly line: number;
}

function named({ name, arity, defaults, line }: Named): Pick<Vertex, "name" | "line" | "keys"> {
  const count = arity === undefined ? 0 : defaults + 1;
  const keys = Array.from({ length: count }, (_, less) => `${name}/${(arity ?? 0) - less}`);
  return { name: `${name}/${arity ?? "?"}`, line, keys };
}

function addStatement(module: ModuleInfo, statement: MadeInfo, vertices: Vertex[]): void {
  const { macro, header, line, tails, closures } = statement;
  const name = `${macro} in the module's body`;
  const itself = vertex(module, { kind: "statement", name, line, ends: [tails], macro, header });
  vertices.push(itself);
  for (const closure of closures) vertices.push(closureVertex(closure, itself));
}

import {
  CallResolver,
  isMacro,
  moduleNamed,
  type CallAbout,
  type CallTarget,
  type DefinitionAbout,
} from "../parser/index.ts";
import type { FunctionOf, Subjects, TemplateFile } from "./subjects.ts";

/** A call with what it means. */
export interface Call {
  readonly about: CallAbout;
  readonly from: FunctionOf;
  /** The clause that it stands in; undefined for a template in a file of its own. */
  readonly clause: DefinitionAbout | undefined;
  readonly file: string;
  readonly line: number;
  /** Undefined where only run time knows, or an import may or may not bring it. */
  readonly target: CallTarget | undefined;
  /** As far as the name is known: with the modules that may define it. */
  readonly named: (CallTarget & { readonly maybe: readonly string[] }) | undefined;
  /** The function of the project that is meant. */
  readonly callee: FunctionOf | undefined;
  /** In a template. */
  readonly inTemplate: boolean;
}

/** Says of every call in the project what it means. */
export function resolveCalls(subjects: Subjects): Call[] {
  const resolve = new Resolving(subjects);
  return subjects.all.flatMap(({ functions, code }) => [
    ...functions.flatMap((each) => resolve.callsOf(each)),
    ...code.flatMap((each) => resolve.callsOf(each)).filter((call) => !isWord(call, subjects)),
  ]);
}

/** In a module's body, a name without a module that leads to no known function is a word of some macro: `field :name`. */
function isWord({ about, target, callee }: Call, { index }: Subjects): boolean {
  const isLocal = about.receiver === undefined && about.targets.every(({ module }) => module === undefined);
  return isLocal && callee === undefined && !isFunction(index, target);
}

function isFunction(index: Subjects["index"], target: CallTarget | undefined): boolean {
  if (target?.module === undefined || target.module === "Kernel") return target?.module !== undefined;
  const owner = moduleNamed(index, target.module);
  return owner?.clauses.some((clause) => !isMacro(clause) && clause.name === target.name) ?? false;
}

class Resolving {
  readonly #subjects: Subjects;
  readonly #resolver: CallResolver;

  constructor(subjects: Subjects) {
    this.#subjects = subjects;
    this.#resolver = new CallResolver(subjects.index);
  }

  callsOf(from: FunctionOf): Call[] {
    const { delegate, template } = from;
    return [
      ...from.definitions.flatMap((clause) => [
        ...clause.calls.map((about) => this.#resolve(about, from, clause, false)),
        ...clause.templates.flatMap(({ calls }) =>
          calls.map((about) => this.#resolve(about, from, clause, true)),
        ),
      ]),
      ...(template?.template.calls ?? []).map((about) =>
        this.#resolve(about, from, undefined, true, template),
      ),
      ...(delegate?.to === undefined ? [] : [this.#resolve(delegation(from), from, undefined, false)]),
    ];
  }

  #resolve(
    about: CallAbout,
    from: FunctionOf,
    clause: DefinitionAbout | undefined,
    inTemplate: boolean,
    file?: TemplateFile,
  ): Call {
    const { info } = from.owner;
    const meant = info === undefined ? [] : this.#resolver.resolve(about, info);
    const certain = meant.find(({ module }) => module !== undefined);
    const named = certain ?? meant[0] ?? about.targets.map((target) => ({ ...target, maybe: [] }))[0];
    const target = certain ?? about.targets.find(({ module }) => module !== undefined);
    return {
      about,
      from,
      clause,
      file: file?.file ?? from.owner.file,
      line: about.line,
      target: target && { module: target.module, name: target.name, arity: target.arity },
      named,
      callee: target && functionNamed(this.#subjects, target),
      inTemplate,
    };
  }
}

function delegation({ delegate }: FunctionOf): CallAbout {
  const to = delegate?.to as CallTarget;
  const line = delegate?.line ?? 0;
  return {
    span: { start: 0, end: 0 },
    line,
    targets: [to],
    brought: [],
    args: [],
    text: `${to.module}.${to.name}`,
    elsewhere: false,
    receiver: undefined,
  };
}

export function functionNamed(
  { byName }: Subjects,
  { module, name, arity }: CallTarget,
): FunctionOf | undefined {
  return module === undefined ? undefined : byName.get(module)?.byKey.get(`${name}/${arity}`);
}

export function nameOf({ module, name, arity }: CallTarget): string {
  return `${module === undefined ? "" : `${module}.`}${name}/${arity}`;
}

/** Calls by the function that makes them, and by the one that is called. */
export interface CallTable {
  readonly all: readonly Call[];
  from(caller: FunctionOf): readonly Call[];
  to(callee: FunctionOf): readonly Call[];
}

export function tableOf(all: readonly Call[]): CallTable {
  const from = groupBy(all, (call) => call.from);
  const to = groupBy(all, (call) => call.callee);
  return { all, from: (caller) => from.get(caller) ?? [], to: (callee) => to.get(callee) ?? [] };
}

export function groupBy<K, T>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

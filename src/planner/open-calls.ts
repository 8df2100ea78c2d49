import type { CaptureInfo, FileFacts, ModuleIndex, OpenCall } from "../parser/index.ts";
import { ComputedNames } from "./computed-names.ts";
import { namePattern } from "./name-pattern.ts";
import type { Vertex } from "./vertices.ts";

type NamedCall = Extract<OpenCall, { kind: "name" }>;

/** What a call can reach whose target only run time knows. All such calls that know the same share one. */
export interface Hub {
  readonly call: OpenCall;
  readonly targets: readonly Vertex[];
}

/**
 * Says what calls with an open target can reach: a function value, what is captured or written out somewhere with as many
 * parameters; a name without its module, the public functions of that name; a computed name, those that it fits, or all
 * of a known module, else those whose name stands somewhere as an atom. Too much, so that no loop is missed.
 */
export class OpenCalls {
  readonly #hubs = new Map<string, Hub>();
  readonly #vertices: readonly Vertex[];
  readonly #index: ModuleIndex;
  #escaped: ReadonlyMap<number, Set<Vertex>> | undefined;
  #named: readonly Vertex[] | undefined;
  #computedNames: ComputedNames | undefined;
  readonly #byName: ReadonlyMap<string, readonly Vertex[]>;

  constructor(
    index: ModuleIndex,
    vertices: readonly Vertex[],
    byName: ReadonlyMap<string, readonly Vertex[]>,
  ) {
    this.#index = index;
    this.#vertices = vertices;
    this.#byName = byName;
  }

  /** Undefined for code that is computed: nothing is known of it. */
  hubOf(call: OpenCall): Hub | undefined {
    if (call.kind === "code") return undefined;
    const key =
      call.kind === "function"
        ? `/${call.arity}`
        : `${call.own ? "own " : ""}${call.module ?? "?"} ${call.name ?? call.parts?.join("#") ?? "?"}/${call.arity ?? "?"}`;
    let hub = this.#hubs.get(key);
    if (hub === undefined) {
      hub = { call, targets: [...new Set(this.#targets(call))] };
      this.#hubs.set(key, hub);
    }
    return hub;
  }

  #targets(call: Exclude<OpenCall, { kind: "code" }>): Vertex[] {
    if (call.kind === "function") return this.#functionsOf(call.arity);
    const { module, name, arity, own } = call;
    const candidates =
      name === undefined
        ? this.#computed(call).filter((vertex) => takes(vertex, arity))
        : this.#called(name, arity);
    // Which module it stands in is not known where it is quoted.
    if (own) return [...candidates];
    return candidates.filter((vertex) => (module === undefined ? vertex.isPublic : isIn(vertex, module)));
  }

  #computed({ module, parts, own }: NamedCall): readonly Vertex[] {
    if (own) return this.#vertices;
    if (parts === undefined && module === undefined) return this.#atoms();
    // What `apply` calls is public.
    const all = this.#vertices.filter(({ isPublic }) => isPublic);
    if (parts === undefined) return all;
    const name = new RegExp(`^${namePattern(parts)}/`, "su");
    return all.filter(({ isComputed, keys }) => isComputed || keys.some((key) => name.test(key)));
  }

  #called(name: string, arity: number | undefined): readonly Vertex[] {
    const written =
      arity === undefined
        ? this.#vertices.filter(({ keys }) => keys.some((key) => key.startsWith(`${name}/`)))
        : (this.#byName.get(`${name}/${arity}`) ?? []);
    this.#computedNames ??= new ComputedNames(this.#index, this.#vertices);
    return [...written, ...this.#computedNames.called(name, arity)];
  }

  #functionsOf(arity: number | undefined): Vertex[] {
    this.#escaped ??= this.#findEscaped();
    if (arity !== undefined) return [...(this.#escaped.get(arity) ?? [])];
    const all: Vertex[] = [];
    for (const some of this.#escaped.values()) all.push(...some);
    return all;
  }

  #findEscaped(): Map<number, Set<Vertex>> {
    const escaped = new Map<number, Set<Vertex>>();
    const add = (arity: number, vertex: Vertex): void =>
      void (escaped.get(arity) ?? escaped.set(arity, new Set()).get(arity))?.add(vertex);
    for (const vertex of this.#vertices)
      if (vertex.kind === "closure" && vertex.arity !== undefined) add(vertex.arity, vertex);
    for (const file of this.#index.files)
      for (const capture of file.escapes.captures)
        for (const vertex of this.#captured(capture, file)) add(capture.arity, vertex);
    return escaped;
  }

  #captured({ owner, name, arity, at }: CaptureInfo, { modules }: FileFacts): readonly Vertex[] {
    const all = this.#called(name, arity);
    if (owner === "*") return all.filter(({ isPublic }) => isPublic);
    if (owner === undefined || owner === "__MODULE__") {
      const around = modules.findLast(({ span }) => span.start <= at && at < span.end);
      const own = all.filter(({ module }) => module === around);
      // Imported, or put into the module by a macro.
      return own.length > 0 ? own : all;
    }
    const last = lastSegment(owner);
    return all.filter(({ module }) =>
      [module.name, module.protocol].some((one) => one !== undefined && lastSegment(one) === last),
    );
  }

  /** The functions whose names stand somewhere as atoms. */
  #atoms(): readonly Vertex[] {
    this.#named ??= this.#findNamed();
    return this.#named;
  }

  #findNamed(): Vertex[] {
    const atoms = new Set<string>();
    for (const { escapes } of this.#index.files) for (const atom of escapes.atoms) atoms.add(atom);
    const isNamed = (key: string): boolean => atoms.has(key.slice(0, key.lastIndexOf("/")));
    const isKnown = ({ clauses, keys }: Vertex): boolean =>
      clauses[0] === undefined ? keys.some(isNamed) : atoms.has(clauses[0].name);
    return this.#vertices.filter((vertex) => vertex.isComputed || isKnown(vertex));
  }
}

function takes({ keys, isComputed }: Vertex, arity: number | undefined): boolean {
  return arity === undefined || isComputed || keys.some((key) => key.endsWith(`/${arity}`));
}

/** A function that is put into some module may be this one's. */
function isIn({ module, isFree }: Vertex, name: string): boolean {
  return module.name === name || module.protocol === name || isFree;
}

function lastSegment(module: string): string {
  return module.slice(module.lastIndexOf(".") + 1);
}

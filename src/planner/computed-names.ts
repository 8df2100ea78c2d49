import { arities, type ModuleIndex } from "../parser/index.ts";
import { namePattern } from "./name-pattern.ts";
import type { Vertex } from "./vertices.ts";

const WRITTEN = /^unquote\(:"([^"]*)"\)$/;

/**
 * The functions on whose names or numbers of parameters `unquote` decides, by what they may be called: what the fixed
 * parts of the name allow, or else any name that stands in the file.
 */
export class ComputedNames {
  readonly #vertices: readonly Vertex[];
  readonly #names: ReadonlyMap<string, readonly string[]>;

  constructor({ files }: ModuleIndex, vertices: readonly Vertex[]) {
    this.#vertices = vertices.filter(({ isComputed, kind }) => isComputed && kind === "function");
    this.#names = new Map(files.map(({ path, escapes }) => [path, escapes.names]));
  }

  called(name: string, arity: number | undefined): readonly Vertex[] {
    return this.#vertices.filter((vertex) => takes(vertex, arity) && this.#mayBe(vertex, name));
  }

  #mayBe({ clauses: [clause], module }: Vertex, name: string): boolean {
    const head = clause?.name ?? "";
    if (!head.startsWith("unquote")) return head === name;
    const [, written] = WRITTEN.exec(head) ?? [];
    if (written !== undefined) return fits(written, name);
    return (this.#names.get(module.file) ?? []).some((one) => fits(one, name));
  }
}

/** `#{…}` may stand for any text. */
function fits(written: string, name: string): boolean {
  if (!written.includes("#{")) return written === name;
  return new RegExp(`^${namePattern(written.split(/#\{[^}]*\}/))}$`, "su").test(name);
}

function takes({ clauses }: Vertex, arity: number | undefined): boolean {
  return clauses.some(
    (clause) => arity === undefined || clause.arity === undefined || arities(clause).includes(arity),
  );
}

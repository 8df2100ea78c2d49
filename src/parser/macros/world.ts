import { ELIXIR, ELIXIR_ROOTS, FRAMEWORKS } from "../frameworks.ts";
import { arities, moduleNamed, type ModuleIndex } from "../module-index.ts";
import { realName } from "../names.ts";
import { knownModule } from "../sites/known.ts";
import type { World } from "./values.ts";

/** What the index knows while macros are evaluated; what it would have to read is added to `wanted`. */
export class IndexWorld implements World {
  readonly user: string;
  readonly #index: ModuleIndex;
  readonly #aliases: ReadonlyMap<string, string>;
  readonly #wanted: Set<string>;

  constructor(index: ModuleIndex, user: string, aliases: ReadonlyMap<string, string>, wanted: Set<string>) {
    this.#index = index;
    this.user = user;
    this.#aliases = aliases;
    this.#wanted = wanted;
  }

  exists(name: string): boolean | undefined {
    const module = realName(name, this.#aliases);
    if (moduleNamed(this.#index, module) !== undefined) return true;
    if (ELIXIR.has(module) || isOfElixir(module)) return true;
    const [root = ""] = module.split(".");
    // Which of these there are depends on the version of Elixir.
    if (ELIXIR_ROOTS.has(root)) return undefined;
    this.#wanted.add(module);
    return this.#index.absent.has(module) && !FRAMEWORKS.has(module) ? false : undefined;
  }

  defines(name: string, key: string): boolean | undefined {
    const owner = moduleNamed(this.#index, realName(name, this.#aliases));
    if (owner === undefined) return this.exists(name) === false ? false : undefined;
    const own = owner.clauses.some(
      (clause) =>
        clause.kind !== "defp" && arities(clause).some((arity) => `${clause.name}/${arity}` === key),
    );
    // What its own macros define is not looked for.
    return own || owner.delegates.includes(key) ? true : owner.uses.length > 0 ? undefined : false;
  }
}

/** Of its modules everything is known; of libraries' some functions. */
function isOfElixir(module: string): boolean {
  const known = knownModule(module);
  return known !== undefined && known.functions === undefined;
}

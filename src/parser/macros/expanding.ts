import type { Value } from "../about/value.ts";
import type { ModuleInfo } from "../facts.ts";
import type { Brought } from "../names.ts";
import type { Possible } from "./traits.ts";

/** Erlang's names for what Elixir has, too. */
export const ERLANG: Readonly<Record<string, string>> = {
  ":gen_server": "GenServer",
  ":supervisor": "Supervisor",
  ":application": "Application",
};

/** A behaviour with Elixir's name for it: who asks for Erlang's means both. */
export function behaviourNames(behaviour: string): string[] {
  const elixir = ERLANG[behaviour];
  return elixir === undefined ? [behaviour] : [behaviour, elixir];
}

/** All names by which a module can say that it has the behaviour. */
export function namesOfBehaviour(behaviour: string): string[] {
  const names = behaviourNames(behaviour);
  return [...names, ...Object.keys(ERLANG).filter((name) => names.includes(ERLANG[name] ?? ""))];
}

/** The modules whose import may bring the macro `key`. */
export function importing(imports: readonly Brought[], key: string): string[] {
  const found = imports.flatMap(({ module, how, only, except }) => {
    const isNamed = !Array.isArray(only) || only.includes(key);
    return how === "import" && isNamed && !except?.includes(key) ? [module] : [];
  });
  return [...new Set(found)];
}

/** Whether a macro of this name can be called with so many arguments. */
export function definesMacro({ clauses }: ModuleInfo, name: string, given: number): boolean {
  return clauses.some(
    ({ kind, name: own, arity, defaults }) =>
      kind === "defmacro" &&
      own === name &&
      arity !== undefined &&
      given <= arity &&
      given >= arity - defaults,
  );
}

/** What is called again with the same, all of it known and by no condition, never ends. */
export function isEndless(args: readonly Value[], doubt: Possible | undefined): boolean {
  return doubt === undefined && !JSON.stringify(args).includes('"type":"any"');
}

/** No function of this name is written, but some whose names are computed: `def unquote(name)()`. */
export function isOnlyComputed({ clauses }: ModuleInfo, name: string): boolean {
  return clauses.some(({ computed }) => computed) && !clauses.some((clause) => clause.name === name);
}

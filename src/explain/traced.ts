import type { Plan } from "../planner/index.ts";
import { moduleGlob, nameGlob } from "../rules/index.ts";

/** What the VM would trace of `Module.function` or `Module.function/arity`; nothing of a target of another form. */
export function tracedTargets({ traced }: Plan, text: string): Plan["traced"] {
  const { module, name, arity } = TARGET.exec(text)?.groups ?? {};
  if (module === undefined || name === undefined) return [];
  return traced.filter(
    (one) =>
      moduleGlob(one.module)(module) &&
      nameGlob(one.function)(name) &&
      (arity === undefined || one.arity === null || one.arity === Number(arity)),
  );
}

const TARGET =
  /^(?:Elixir\.)?(?<module>:[^./]+|[\p{Lu}][\p{L}\p{N}_.]*)\.(?<name>[^./]+)(?:\/(?<arity>\d+))?$/u;

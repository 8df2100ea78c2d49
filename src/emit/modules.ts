import { createHash } from "node:crypto";
import type { PlannedProbe } from "../planner/index.ts";

/**
 * `modules.terms`: which manifest the tree has, and for each module what that says of it, as a hash, and the ids of its
 * probes. The runtime tells by it which modules are other ones once the tree was written again. See `Escope.Reload`.
 */
export function renderModules(manifest: string, probes: readonly PlannedProbe[]): string {
  const modules = new Map<string, PlannedProbe[]>();
  for (const probe of probes) {
    const known = modules.get(probe.module);
    if (known === undefined) modules.set(probe.module, [probe]);
    else known.push(probe);
  }
  const lines = [...modules].map(([name, own]) => {
    const places = own.map(({ id, file, line }) => [id, file, line]);
    return `{${moduleAtom(name)}, <<"${md5(JSON.stringify(places))}">>, [${own.map(({ id }) => id).join(", ")}]}.`;
  });
  return ["%% coding: utf-8", `{version, <<"${md5(manifest)}">>}.`, ...lines, ""].join("\n");
}

/** As Erlang writes it: `Elixir.` before an alias, nothing before what is written as an atom. */
function moduleAtom(name: string): string {
  const full = /^[A-Z]/.test(name) ? `Elixir.${name}` : name.replace(/^:/, "");
  return `'${full.replaceAll(/[\\']/g, String.raw`\$&`)}'`;
}

function md5(text: string): string {
  return createHash("md5").update(text).digest("hex");
}

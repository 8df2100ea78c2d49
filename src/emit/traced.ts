import type { Traced } from "../protocol/index.ts";

/** The entries of `policies.terms` that say what the VM is to trace: see `Escope.Trace.Targets`. */
export function tracedTerms(traced: readonly Traced[]): string[] {
  return traced.map(({ id, module, function: name, arity, callback }) => {
    const behaviour = callback === undefined ? "any" : moduleAtom(callback);
    return `{trace, ${id}, ${moduleTerm(module)}, ${nameTerm(name)}, ${arity ?? "any"}, ${behaviour}}.`;
  });
}

function moduleTerm(module: string): string {
  if (!module.includes("*")) return moduleAtom(module);
  const segments = module.split(/(\*\*|\*)/).map((part) => {
    if (part === "**") return ".*";
    return part === "*" ? "[^.]*" : escaped(part);
  });
  return regex(segments);
}

function nameTerm(name: string): string {
  return name.includes("*")
    ? regex(name.split(/(\*+)/).map((part) => (part.startsWith("*") ? ".*" : escaped(part))))
    : atom(name);
}

function regex(parts: readonly string[]): string {
  return `<<"^${parts.join("").replaceAll("\\", "\\\\")}$"/utf8>>`;
}

function escaped(text: string): string {
  return text.replaceAll(/[.?!\\^$|()[\]{}+]/g, String.raw`\$&`);
}

/** As Erlang writes it. */
function moduleAtom(name: string): string {
  return atom(name.startsWith(":") ? name.slice(1) : `Elixir.${name}`);
}

function atom(text: string): string {
  return `'${text.replaceAll(/[\\']/g, String.raw`\$&`)}'`;
}

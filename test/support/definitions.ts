import type { FileFacts } from "../../src/parser/index.ts";
import type { SourceFile } from "../../src/source.ts";
import { base64, runScript } from "./elixir.ts";

/** `LINE KIND NAME ARITY` of every definition in each text; undefined for a text that Elixir does not parse. */
export function definitionsByElixir(sources: readonly SourceFile[]): (readonly string[] | undefined)[] {
  const input = sources.map(({ text }) => `${base64(text)}\n`).join("");
  const lines = runScript("definitions.exs", input).split("\n").slice(0, sources.length);
  return lines.map((line) => (line === "?" ? undefined : line.split(";").filter(Boolean).toSorted()));
}

export function definitionsByEscope({ modules }: FileFacts): string[] {
  return modules
    .flatMap(({ clauses }) => clauses)
    .map(({ line, kind, name, arity, computed }) => {
      const known = computed && name.startsWith("unquote") ? "*" : name;
      return `${line} ${kind} ${known} ${arity ?? "*"}`;
    })
    .toSorted();
}

import type { StatementAbout, Value } from "../parser/index.ts";
import type { Subject } from "./subjects.ts";

/** The protocols that a module's struct derives: those of each `@derive`, and Ecto's for what it keeps secret. */
export function derivedBy({ about }: Subject): string[] {
  const written = about.attributes.filter(({ name }) => name === "derive");
  const secret = about.statements.some(hasSecret) ? ["Inspect"] : [];
  return [...new Set([...written.flatMap(({ value }) => namesIn(value)), ...secret])];
}

function namesIn(value: Value): string[] {
  if (value.type === "module") return [value.name];
  if (value.type === "list") return value.items.flatMap(namesIn);
  if (value.type === "keywords") return value.pairs.flatMap(({ key }) => namesIn(key));
  return value.type === "tuple" ? value.items.slice(0, 1).flatMap(namesIn) : [];
}

/** `field :password, :string, redact: true` in a schema. */
function hasSecret({ name, args, inside }: StatementAbout): boolean {
  if (name !== "field") return (name === "schema" || name === "embedded_schema") && inside.some(hasSecret);
  const options = args.at(-1);
  return (
    options?.type === "keywords" &&
    options.pairs.some(
      ({ key, value }) =>
        key.type === "literal" && key.text === ":redact" && value.type === "literal" && value.text === "true",
    )
  );
}

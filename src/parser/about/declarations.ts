/** Attributes whose values are types or prose, or name modules: nothing in them is called. */
const DECLARATIONS: ReadonlySet<string> = new Set(
  `spec type typep opaque callback macrocallback optional_callbacks behaviour impl doc moduledoc typedoc derive
  before_compile after_compile on_definition compile dialyzer deprecated since vsn tag moduletag`.split(
    /\s+/,
  ),
);

export function isDeclaration(attribute: string): boolean {
  return DECLARATIONS.has(attribute);
}

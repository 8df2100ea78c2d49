/** The source of a regular expression, to be read with `u`, for a name of which these parts are fixed, in this order. */
export function namePattern(parts: readonly string[]): string {
  return parts.map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`)).join(".*");
}

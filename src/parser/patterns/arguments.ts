import type { Pattern } from "./compile.ts";
import type { Term } from "./term.ts";

/** Operators that Elixir writes out: there is a value, and no call. */
const WRITTEN_OUT: ReadonlySet<string> = new Set("= && || and or in <> .. ! &".split(" "));

/** The same of names without a module. */
const FORMS: ReadonlySet<string> = new Set(
  "if unless case cond for with receive try quote super elem put_elem is_nil raise reraise to_string to_charlist then tap dbg binding match? get_in update_in put_in".split(
    " ",
  ),
);

/** How many arguments has what a pattern finds, as far as that is a call; infinitely many where it leaves that open. */
export function argumentsOf({ root }: Pattern): number {
  if (root.type === "pipe") return Number.POSITIVE_INFINITY;
  if (root.type === "operator") return WRITTEN_OUT.has(root.label) ? 0 : 2;
  if (root.type === "prefix") return WRITTEN_OUT.has(root.label) ? 0 : 1;
  return root.type === "call" ? ofCall(root) : 0;
}

function ofCall({ parts: [callee, ...given] }: Term): number {
  if (callee?.type === "name" && FORMS.has(callee.label)) return 0;
  const isOpen = given.some(({ type }) => type === "many" || type === "section");
  return isOpen ? Number.POSITIVE_INFINITY : given.length;
}

/** What holds neither code nor quoted code that matters here. */
export const LEAVES: ReadonlySet<string> = new Set(
  "identifier alias atom integer float char boolean nil keyword comment string charlist sigil quoted_content".split(
    " ",
  ),
);

/** Forms that are never somebody's own macro. */
export const NO_MACROS: ReadonlySet<string> = new Set(
  "def defp defmacro defmacrop defstruct defexception defdelegate defoverridable if unless case cond for raise".split(
    " ",
  ),
);

/** What stands in quoted code for another module's body. */
export const OTHER_MODULES: ReadonlySet<string> = new Set(["defmodule", "defimpl", "defprotocol"]);

/** What a keyword's value is outside of quoted code. */
export const STATEMENTS: ReadonlySet<string> = new Set(["do_block", "block", "body", "pair"]);

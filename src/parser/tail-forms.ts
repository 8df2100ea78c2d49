/** Forms whose value is never a tail call's. */
export const CLOSED: ReadonlySet<string> = new Set("for quote raise reraise throw exit".split(" "));

/** Forms that are no calls themselves, but end in what stands in their blocks. */
export const BRANCHING: ReadonlySet<string> = new Set("if unless case cond with receive try".split(" "));

/** The same as without their module. */
export const REMOTE_FORMS: ReadonlySet<string> = new Set(["Kernel.apply", ":erlang.apply", "Kernel.then"]);

/** What is written out and no function: of `Enum.max(dates, Date)`. */
export const VALUES: ReadonlySet<string> = new Set("alias atom tuple list".split(" "));

export const SECTIONS: ReadonlySet<string> = new Set([
  "rescue_block",
  "catch_block",
  "else_block",
  "after_block",
]);

export const CATCHING: ReadonlySet<string> = new Set(["rescue_block", "catch_block"]);

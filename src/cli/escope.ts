#!/usr/bin/env node
import { setFlagsFromString } from "node:v8";
import { unchangedRun } from "../last-run/index.ts";

const args = process.argv.slice(2);

/** What goes on for long, as with rules that have all files read, is worth optimising as early as V8 does by itself. */
const isLong =
  ["collect", "run", "trace"].includes(args[0] ?? "") ||
  args.some((arg) => arg === "--watch" || arg.startsWith("--rules"));

// Everything else is only loaded where there is something to do.
const said = unchangedRun(args, process.cwd());
if (said === undefined) {
  // Most of what V8 would optimise as soon as it usually does is over before that pays.
  if (!isLong) setFlagsFromString("--interrupt-budget=2000000");
  // Between two collections the heap may grow by a quarter, not double: what is held is little, what is dropped is much.
  setFlagsFromString("--heap-growing-percent=25");
  // By one thread: what it costs counts for more here than how long it takes.
  setFlagsFromString("--no-parallel-scavenge");
  await import("./main.ts");
} else {
  process.stdout.write(said.stdout);
  process.stderr.write(said.stderr);
  process.exitCode = said.status;
}

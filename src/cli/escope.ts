#!/usr/bin/env node
import { unchangedRun } from "../last-run/index.ts";

// Everything else is only loaded where there is something to do.
const said = unchangedRun(process.argv.slice(2), process.cwd());
if (said === undefined) await import("./main.ts");
else {
  process.stdout.write(said.stdout);
  process.stderr.write(said.stderr);
  process.exitCode = said.status;
}

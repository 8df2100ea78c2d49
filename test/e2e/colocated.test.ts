import { cpSync, readdirSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { expect, test } from "vitest";
import { NEWER_ELIXIR } from "../support/newer-elixir.ts";
import { command, escope, join, tempDir } from "./support.ts";

/** A checkout of phoenix_live_view 1.1 or newer with its dependencies fetched: it takes hex.pm to have one. */
const CHECKOUT = process.env["LIVE_VIEW_CHECKOUT"];
const { path, missing } = NEWER_ELIXIR;
const reason = CHECKOUT === undefined ? "LIVE_VIEW_CHECKOUT names no checkout of LiveView" : missing;

const TESTS = ["hook", "js", "css"].map((name) => `test/phoenix_live_view/colocated_${name}_test.exs`);

/** The extracted files; the line of each stands in its name. */
function extracted(project: string): string[] {
  const folder = join(project, "_build/test/phoenix-colocated");
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return names.filter((name) => /\.(?:js|css)$/.test(name) && !name.includes("node_modules")).toSorted();
}

test.skipIf(reason !== undefined)(
  `colocated hooks, scripts and styles are extracted in the tree as in the original${reason === undefined ? "" : ` (${reason})`}`,
  { timeout: 600_000 },
  () => {
    const project = join(tempDir(), "live_view");
    const left = new Set(["_escope", ".escope", "node_modules", "escope.config.json"]);
    cpSync(CHECKOUT ?? "", project, { recursive: true, filter: (file) => !left.has(basename(file)) });
    const config = '{ "rules": ["builtin:everything"], "test_files": true }';
    writeFileSync(join(project, "escope.config.json"), config);
    // One by one and in their order: each test clears away what those before it have extracted.
    const found = TESTS.map((file) => {
      const original = command("mix", ["test", file, "--seed", "0"], project, { PATH: path });
      expect(original.stdout, original.stderr).toMatch(/[1-9]\d* tests?, 0 failures/);
      const run = escope(["run", project, "--", "mix", "test", file, "--seed", "0"], project, { PATH: path });
      expect(run.stdout, run.stderr).toMatch(/[1-9]\d* tests?, 0 failures/);
      expect(extracted(join(project, "_escope")), file).toEqual(extracted(project));
      return extracted(project);
    });
    expect(found.flat().some((name) => /\/\d+_\w+\.js$/.test(name))).toBe(true);
  },
);

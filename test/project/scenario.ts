import fs from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { contents, lay, type Layout } from "./sandbox.ts";

const build = (dep: string, version: string): Layout => ({
  [`_build/dev/lib/${dep}/ebin/${dep}.app`]: version,
  [`_build/dev/lib/${dep}/.mix/compile.elixir`]: version,
  [`_build/dev/lib/${dep}/priv`]: `-> ../../../../deps/${dep}/priv`,
  [`deps/${dep}/priv/x`]: "x",
});

export const oldLayout: Layout = {
  "lib/a.ex": "a",
  "lib/b.ex": "b",
  "lib/gone/deep/c.ex": "c",
  "priv/data.txt": "data",
  "priv/same.txt": "same",
  l: "-> priv/same.txt",
  "swap/inner.txt": "folder first",
  swop: "file first",
  "empty/": "",
  "deps/turns_link/rebar.config": "r",
  "deps/turns_copy/mix.exs": "m",
  "deps/updated/Makefile": "1",
  ...build("jason", "1"),
};

/** One change of every kind. */
export function advance(root: string): void {
  lay(root, { "lib/gone": null, swap: null, swop: null, empty: null, l: null, "_build/dev/lib/jason": null });
  lay(root, {
    "lib/a.ex": "a2",
    "lib/new/d.ex": "d",
    "priv/data.txt": "data2",
    l: "-> lib/new",
    swap: "now a file",
    "swop/inner.txt": "now a folder",
    "hollow/": "",
    "deps/turns_link/mix.exs": "m",
    "deps/turns_link/rebar.config": null,
    "deps/turns_copy/rebar.config": "r",
    "deps/updated/Makefile": "2",
    ...build("jason", "2"),
    ...build("plug", "1"),
  });
}

/** Whether what is seen of the tree is a whole one. While a journal lies there, it is decided but not yet done. */
export function expectWhole(out: string, wholes: readonly Record<string, string>[]): void {
  if (fs.existsSync(join(out, ".escope/journal.json"))) return;
  const seen = JSON.stringify(contents(out));
  expect(wholes.map((whole) => JSON.stringify(whole))).toContain(seen);
}

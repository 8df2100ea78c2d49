// A Mix project of the size that is asked for: Elixir's own tools, as Debian's source package has them, as often as it takes,
// each time under other names. It compiles.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** What of Elixir compiles outside of Elixir's own build, under any name. */
const TOOLS = ["eex", "ex_unit", "iex", "logger", "mix"];
const OWN = /\b(EEx|ExUnit|IEx|Logger|Mix)\b(?!:)/g;

const MIXFILE = `defmodule Corpus.MixProject do
  use Mix.Project

  def project, do: [app: :corpus, version: "0.1.0", elixir: "~> 1.14"]
  def application, do: []
end
`;

/** Writes a project of at least `files` files at `target`, unless it is there. */
export function makeCorpus(sources, target, files) {
  if (existsSync(join(target, "mix.exs"))) return;
  const originals = TOOLS.flatMap((app) =>
    sourcesBelow(join(sources, "lib", app, "lib")).map((path) => ({ app, path })),
  );
  for (let copy = 1; copy <= Math.ceil(files / originals.length); copy += 1)
    for (const { app, path } of originals) writeCopy(sources, target, { app, path, copy });
  writeFileSync(join(target, "mix.exs"), MIXFILE);
}

function writeCopy(sources, target, { app, path, copy }) {
  const to = join(target, "lib", `copy${copy}`, app, path);
  const text = readFileSync(join(sources, "lib", app, "lib", path), "utf8");
  mkdirSync(dirname(to), { recursive: true });
  writeFileSync(to, text.replaceAll(OWN, `$1Copy${copy}`));
}

function sourcesBelow(folder) {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ex"))
    .toSorted();
}

/** What is in it: files, lines, bytes. */
export function measureCorpus(target) {
  const texts = sourcesBelow(join(target, "lib")).map((path) =>
    readFileSync(join(target, "lib", path), "utf8"),
  );
  return {
    files: texts.length,
    lines: texts.reduce((sum, text) => sum + text.split("\n").length - 1, 0),
    bytes: texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0),
  };
}

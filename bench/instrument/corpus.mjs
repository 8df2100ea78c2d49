// A Mix project of the size that is asked for: Elixir's own applications, as Debian's source package has them, with copies
// under other names. What is copied of Elixir itself is not meant to compile; its tools are.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Applications that compile outside of Elixir's own build, under any name. */
const TOOLS = ["eex", "ex_unit", "iex", "logger", "mix"];
const ROOTS = "EEx ExUnit IEx Logger Mix".split(" ");

const MIXFILE = `defmodule Corpus.MixProject do
  use Mix.Project

  def project, do: [app: :corpus, version: "0.1.0", elixir: "~> 1.14"]
  def application, do: []
end
`;

/** Writes a project of at least `files` files at `target`. Gives the folder's name. */
export function makeCorpus(sources, target, { files, apps = readdirSync(join(sources, "lib")) }) {
  if (existsSync(join(target, "mix.exs"))) return target;
  const originals = apps.flatMap((app) => sourcesBelow(join(sources, "lib", app, "lib")).map((path) => ({ app, path })));
  const copies = Math.ceil(files / originals.length);
  for (let copy = 0; copy < copies; copy += 1)
    for (const { app, path } of originals) writeCopy(sources, target, { app, path, copy });
  writeFileSync(join(target, "mix.exs"), MIXFILE);
  return target;
}

/** Only the tools of Elixir, once, under names of their own: a project that the compiler takes. */
export function makeCompilable(sources, target) {
  if (existsSync(join(target, "mix.exs"))) return target;
  for (const app of TOOLS)
    for (const path of sourcesBelow(join(sources, "lib", app, "lib")))
      writeCopy(sources, target, { app, path, copy: 1 });
  writeFileSync(join(target, "mix.exs"), MIXFILE);
  return target;
}

function writeCopy(sources, target, { app, path, copy }) {
  const from = join(sources, "lib", app, "lib", path);
  const to = join(target, "lib", `copy${copy}`, app, path);
  mkdirSync(dirname(to), { recursive: true });
  if (copy === 0) cpSync(from, to);
  else writeFileSync(to, renamed(readFileSync(from, "utf8"), app, copy));
}

function renamed(text, app, copy) {
  if (TOOLS.includes(app))
    return text.replaceAll(new RegExp(String.raw`\b(${ROOTS.join("|")})\b(?!:)`, "g"), `$1Copy${copy}`);
  return text.replaceAll(/^(defmodule|defprotocol) ([A-Z])/gm, `$1 Copy${copy}.$2`);
}

function sourcesBelow(folder) {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ex"))
    .toSorted();
}

/** What is in it: files, lines, bytes. */
export function measureCorpus(target) {
  const texts = sourcesBelow(target).map((path) => readFileSync(join(target, path), "utf8"));
  return {
    files: texts.length,
    lines: texts.reduce((sum, text) => sum + text.split("\n").length - 1, 0),
    bytes: texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0),
  };
}

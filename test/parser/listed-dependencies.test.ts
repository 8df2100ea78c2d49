import { expect, test } from "vitest";
import { elixirParser, listedDependencies, withTree } from "../../src/parser/index.ts";

const parser = await elixirParser();

function list(project: string, rest = ""): string[] {
  const text = `defmodule A.MixProject do\n  use Mix.Project\n  def project do\n    [app: :a, ${project}]\n  end\n${rest}\nend\n`;
  return withTree(parser, { path: "mix.exs", text }, listedDependencies).map(({ name, near, always }) => {
    const place = near === undefined ? "" : ` at ${near.path ?? "?"}`;
    return `${name}${always ? "" : " sometimes"}${place}`;
  });
}

test.each([
  ['deps: [{:jason, "~> 1.0"}, {:plug, ">= 0.0.0", only: :test}]', "", ["jason", "plug sometimes"]],
  ['deps: [jason: "~> 1.0", near: [path: "../near"]]', "", ["jason", "near at ../near"]],
  ["deps: deps()", '  defp deps, do: [{:jason, "~> 1.0", targets: [:rpi]}]', ["jason sometimes"]],
  [
    "deps: deps()",
    '  defp deps() do\n    [{:a, git: "x"}] ++ more()\n  end\n  defp more, do: [{:b, "1.0"}]',
    ["a", "b"],
  ],
  ["deps: @deps", '  @deps [{:a, "1.0"}]', ["a"]],
  ["deps: [{:a, in_umbrella: true}, {:b, path: where()}]", "", ["a at ?", "b at ?"]],
  // What is chosen at run time is not known to be listed.
  ["deps: deps(Mix.env())", '  defp deps(:dev), do: [{:a, "1.0"}]\n  defp deps(_), do: []', []],
  ["deps: deps()", '  defp deps do\n    if System.get_env("X"), do: [{:a, "1.0"}], else: []\n  end', []],
  ["deps: deps()", "  defp deps, do: deps()", []],
  ['aliases: [setup: ["deps.get"]]', '  def other, do: [{:a, "1.0"}]', []],
])("%s %s", (project, rest, names) => {
  expect(list(project, rest)).toEqual(names);
});

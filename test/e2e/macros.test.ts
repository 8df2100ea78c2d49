import { mkdirSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ELIXIRS } from "../support/newer-elixir.ts";
import { escope, join, tempDir, trace } from "./support.ts";

const FILES = {
  "mix.exs": `defmodule Dsl.MixProject do
  use Mix.Project
  def project, do: [app: :dsl, version: "0.1.0"]
end
`,
  "lib/dsl.ex": `defmodule Dsl do
  defmacro doubled(x) when is_integer(x), do: twice(x)

  defmacro doubled(x) do
    {__CALLER__.module, __CALLER__.function} |> inspect() |> String.length()
    quote(do: unquote(x) * 2)
  end

  def twice(x), do: x * 2
  def at_compile_time, do: twice(1)
end
`,
  "lib/used.ex": `defmodule Dsl.Used do
  require Dsl
  def in_mix_compile(x), do: Dsl.doubled(x)
end
`,
  "test/test_helper.exs": "ExUnit.start()\n",
  "test/dsl_test.exs": `defmodule DslTest do
  use ExUnit.Case
  require Dsl
  @before_anything Dsl.at_compile_time()
  test "doubles" do
    x = Enum.random([4])
    assert {Dsl.doubled(3), Dsl.doubled(x), Dsl.Used.in_mix_compile(1), @before_anything} == {6, 8, 2, 2}
  end
end
`,
  "rules.yml": `rules:
  - id: macros
    match: { function: { kind: macro } }
  - id: functions
    match: { function: { name: "*" } }
`,
};

for (const { name, missing, path } of ELIXIRS)
  describe.skipIf(missing !== undefined)(`macros, ${name}`, () => {
    test("are recorded where a test file uses them, and what they call with them", () => {
      const project = tempDir();
      for (const folder of ["lib", "test"]) mkdirSync(join(project, folder));
      for (const [file, text] of Object.entries(FILES)) writeFileSync(join(project, file), text);
      const run = ["run", project, "--rules", join(project, "rules.yml")];
      const { status, stdout, stderr } = escope([...run, "--", "mix", "test"], project, { PATH: path });
      expect(status, stdout + stderr).toBe(0);

      const spans = trace(project).spans;
      const named = spans.map((span) => `${span.function}/${span.arity}#${span.clause} ${span.args?.join()}`);
      expect(named.toSorted()).toEqual([
        "doubled/1#1 3",
        expect.stringMatching(/^doubled\/1#2 \{:x, /),
        expect.stringMatching(/^in_mix_compile\/1#1 1/),
        "twice/1#1 3",
      ]);
      const [macro, inner] = ["doubled", "twice"].map((one) => spans.find((span) => span.function === one));
      expect(inner?.parent).toBe(macro?.span);
      expect(macro?.result).toBe("6");
    });
  });

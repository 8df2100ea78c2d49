import { writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ELIXIRS, type Elixir } from "../support/newer-elixir.ts";
import { warningsByFile } from "../support/warnings.ts";
import { command, copyProject, escope, join } from "./support.ts";

const FILES = 11;

/** Calls, and expressions of nearly every form. */
const RULES = `
rules:
  - { id: calls, match: { call: ["*", "**.*", ":*.*"] } }
  - id: expressions
    match:
      pattern:
        - $F($$$A)
        - $A.$F($$$B)
        - $A.$B
        - $A.($$$B)
        - $X |> $Y
        - "&$A"
        - fn $$$A -> $$$B end
        - $A = $B
        - $A <> $B
        - $A ++ $B
        - $A + $B
        - $A and $B
        - $A or $B
        - $A && $B
        - $A || $B
        - $A == $B
        - $A in $B
        - not $A
        - "!$A"
        - "-$A"
        - $A..$B
        - $A[$B]
        - "{$$$A}"
        - "[$$$A]"
        - "%{$$$A}"
        - "%$A{$$$B}"
        - '"a#{$A}"'
        - if $C do $$$B end
        - case $A do $$$B end
        - "for $A <- $B, do: $C"
`;

function compile(folder: string, { path }: Elixir): Record<string, string[]> {
  const { status, stdout, stderr } = command("mix", ["compile", "--force"], folder, { PATH: path });
  expect(status, stdout + stderr).toBe(0);
  return warningsByFile(stderr);
}

for (const elixir of ELIXIRS)
  describe.skipIf(elixir.missing !== undefined)(`a project full of mistakes, ${elixir.name}`, () => {
    test("gives the same warnings in the same order when every function is probed", () => {
      const project = copyProject("mistakes");
      const original = compile(project, elixir);
      expect(Object.keys(original)).toHaveLength(FILES);
      expect(Object.values(original).flat().length).toBeGreaterThan(80);
      const written = escope(["instrument", project, "--rules", "builtin:everything"], project);
      expect(written.status, written.stderr).toBe(0);
      expect(compile(join(project, "_escope"), elixir)).toEqual(original);
    });

    test("gives the same warnings when every call and every expression is probed, too", () => {
      const project = copyProject("mistakes");
      const original = compile(project, elixir);
      writeFileSync(join(project, "rules.yml"), RULES);
      const written = escope(
        ["instrument", project, "--rules", "builtin:everything", "--rules", join(project, "rules.yml")],
        project,
      );
      expect(written.status, written.stderr).toBe(0);
      const [, expressions, calls] =
        /expressions (\d+).* calls (\d+)/.exec(written.stdout + written.stderr) ?? [];
      expect(Number(expressions)).toBeGreaterThan(200);
      expect(Number(calls)).toBeGreaterThan(50);
      expect(compile(join(project, "_escope"), elixir)).toEqual(original);
    });
  });

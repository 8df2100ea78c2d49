import { describe, expect, test } from "vitest";
import { ELIXIRS, type Elixir } from "../support/newer-elixir.ts";
import { warningsByFile } from "../support/warnings.ts";
import { command, copyProject, escope, join } from "./support.ts";

const FILES = 10;

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
  });

import { beforeAll, describe, expect, test } from "vitest";
import { NEWER_ELIXIR } from "../support/newer-elixir.ts";
import { warningsByFile } from "../support/warnings.ts";
import { command, copyProject, escope, join, trace } from "./support.ts";

const SUMMARY = /\d+ doctests?, \d+ tests?, 0 failures/;
const SUITE = ["mix", "test", "--seed", "0"] as const;
const ENV = { PATH: NEWER_ELIXIR.path, MIX_ENV: "test" };

/** The heart of what otp-shop.test.ts shows under the system's Elixir. */
describe.skipIf(NEWER_ELIXIR.missing !== undefined)(
  `otp_shop, original and tree, ${NEWER_ELIXIR.name}`,
  () => {
    let project: string;
    beforeAll(() => {
      project = copyProject("otp_shop");
    });

    test("the same tests pass, and are recorded", () => {
      const [program, ...args] = SUITE;
      const original = command(program, args, project, ENV).stdout.match(SUMMARY)?.[0];
      expect(original).toBeDefined();
      const run = escope(["run", project, "--", ...SUITE], project, ENV);
      expect(run.stdout.match(SUMMARY)?.[0], run.stdout + run.stderr).toBe(original);
      expect(trace(project).spans.length).toBeGreaterThan(300);
    });

    test("compiling gives the same warnings", () => {
      const [original, probed] = [project, join(project, "_escope")].map((folder) =>
        warningsByFile(command("mix", ["compile", "--force"], folder, ENV).stderr),
      );
      expect(Object.values(original ?? {}).flat().length).toBeGreaterThan(10);
      expect(probed).toEqual(original);
    });
  },
);

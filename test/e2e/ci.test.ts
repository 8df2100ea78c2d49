import { writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { annotations } from "../../src/cli/annotations.ts";
import { progressText } from "../../src/cli/timings.ts";
import type { Rendered } from "../../src/instrument.ts";
import { copyProject, escope, join } from "./support.ts";

test("--annotations names each place in the form that GitHub reads, and leaves stdout alone", () => {
  const project = copyProject("otp_shop");
  writeFileSync(join(project, "lib/broken.ex"), "defmodule Broken do\n  use GenServer\n  def init(\nend\n");
  const env = { GITHUB_WORKSPACE: project };
  const { status, stdout, stderr } = escope(
    ["instrument", ".", "--annotations", "--format", "json"],
    project,
    env,
  );
  expect(status).toBe(0);
  expect(stderr).toMatch(/^::warning file=lib\/broken\.ex,line=\d+::the file does not parse as Elixir/);
  expect(JSON.parse(stdout).skipped).toHaveLength(1);
});

test("what would end an annotation is escaped", () => {
  const skip = {
    file: "a,b:c.ex",
    line: 1,
    module: null,
    function: null,
    arity: null,
    reason: "50 %\nof it",
  };
  const rendered = { planned: { project: { root: process.cwd() } }, plan: { skipped: [skip], idle: [] } };
  expect(annotations(rendered as unknown as Rendered)).toEqual([
    "::warning file=a%2Cb%3Ac.ex,line=1::50 %25%0Aof it",
  ]);
});

test("--timings says what each phase took", () => {
  const { stderr } = escope(["instrument", ".", "--timings"], copyProject("otp_shop"));
  expect(stderr.match(/^\w+/gm)).toEqual(["start", "list", "read", "plan", "render", "write", "all"]);
});

test("progress has a rate, and what is left where that is known", () => {
  expect(progressText(50, 200, 2)).toBe("reading: 50 of 200 files, 25 a second, 6 s left");
  expect(progressText(50, undefined, 2)).toBe("reading: 50 files, 25 a second");
});

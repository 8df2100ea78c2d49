import { join } from "node:path";
import { expect, test } from "vitest";
import { runExplain } from "../../src/cli/explain.ts";
import { runInstrument } from "../../src/cli/instrument.ts";
import { runPlan } from "../../src/cli/plan.ts";
import { indexProject } from "../../src/indexing.ts";
import { captureIo } from "../cli-rules/support.ts";
import { lay, newProject } from "../project/sandbox.ts";

const mix = (app: string, rest = ""): string =>
  `defmodule ${app.toUpperCase()}.MixProject do\n  use Mix.Project\n  def project, do: [app: :${app}, version: "0.1.0"${rest}]\nend\n`;
const server = (name: string): string =>
  `defmodule ${name} do\n  use GenServer\n  def init(n), do: {:ok, n}\nend\n`;

/** An application with a path dependency inside, which has one of its own, two beside, and one in `deps`. */
function project(layout: Record<string, string> = {}): string {
  const deps =
    ', deps: [{:inner, path: "vendor/inner"}, {:outer, path: "../outer"}, {:far, path: "../far"}, {:got, path: "deps/got"}]';
  const root = newProject({
    "mix.exs": mix("app", deps),
    "lib/app.ex": server("App"),
    "vendor/inner/mix.exs": mix("inner", ', deps: [{:deep, path: "../deep"}]'),
    "vendor/inner/lib/inner.ex": server("Inner.Srv"),
    "vendor/deep/mix.exs": mix("deep"),
    "vendor/deep/lib/deep.ex": server("Deep"),
    "deps/got/mix.exs": mix("got"),
    "deps/got/lib/got.ex": server("Got"),
    ...layout,
  });
  lay(join(root, ".."), {
    "outer/mix.exs": mix("outer"),
    "outer/lib/outer.ex": server("Outer"),
    "far/mix.exs": mix("far"),
    "far/lib/far.ex": server("Far"),
  });
  return root;
}

async function plan(root: string, format: "text" | "json", strict = false): Promise<string> {
  const io = captureIo();
  expect(await runPlan({ project: root, rules: [], strict, format }, io)).toBe(0);
  return io.out();
}

async function explain(root: string, target: string): Promise<string> {
  const io = captureIo();
  await runExplain({ project: root, rules: [], target, format: "text" }, io);
  return io.out();
}

test("those inside are the project's own, those beside are named, with how to take them in; that is nothing to be strict about", async () => {
  const text = await plan(project(), "text", true);
  expect(text).toContain("app: 3 probes in 3 files");
  expect(text).toContain(`
path dependencies beside the project or in deps, left out (in the configuration, deps: [outer, far, got] takes them in):
  outer  ../outer
  far  ../far
  got  deps/got
`);
});

test("instrument and run name them, too: where nothing else is probed, that is why", async () => {
  const io = captureIo();
  const options = {
    rules: [],
    dryRun: true,
    watch: false,
    strict: false,
    verify: false,
    format: "text",
  } as const;
  expect(await runInstrument({ ...options, project: project(), out: undefined }, io)).toBe(0);
  expect(io.out() + io.err()).toContain(
    "path dependencies left out: outer, far, got (in the configuration, deps: [outer, far, got] takes them in)",
  );
});

test("what is taken in is left out no longer", async () => {
  const root = project({ "escope.config.yaml": "deps: [outer]\n" });
  expect(await plan(root, "text")).toContain("deps: [outer, far, got] takes them in):\n  far");
  const { probes, left_out: leftOut } = JSON.parse(await plan(root, "json")) as Record<string, unknown[]>;
  expect(leftOut).toEqual([
    { name: "far", folder: "../far" },
    { name: "got", folder: "deps/got" },
  ]);
  expect(probes).toHaveLength(4);
  const all = project({ "escope.config.yaml": "deps: [outer, far, got]\n" });
  expect(await plan(all, "text")).not.toContain("left out");
  expect(await explain(all, "Outer.init/1")).toContain("probed");
});

test("one inside whose mix.exs is broken is compiled as it is, and left out", async () => {
  const root = project({ "vendor/deep/mix.exs": `${mix("deep")}oops(\n` });
  const { probes, left_out: leftOut } = JSON.parse(await plan(root, "json")) as Record<string, unknown[]>;
  expect([probes?.length, leftOut]).toEqual([
    2,
    expect.arrayContaining([{ name: "deep", folder: "vendor/deep" }]),
  ]);
});

test.each([
  ["Outer.init/1#1", "outer (../outer)"],
  ["Elixir.Outer.init/1", "outer (../outer)"],
  ["Far.init", "far (../far)"],
  ["Got.init/1", "got (deps/got)"],
  ["../far/lib/far.ex:3", "far (../far)"],
])("what the index knows, explain does not deny: %s", async (target, place) => {
  const root = project();
  const { knowledge } = await indexProject(root);
  expect(knowledge.subjects.all.map(({ name }) => name)).toEqual(
    expect.arrayContaining(["App", "Inner.Srv", "Deep", "Outer", "Far", "Got"]),
  );
  const name = place.slice(0, place.indexOf(" "));
  await expect(explain(root, target)).rejects.toMatchObject({
    code: "EXPLAIN_NO_TARGET",
    message: `${target}: it is in the path dependency ${place}, which is left as it is`,
    details: {
      hint: `Add ${name} to deps in the configuration (deps: [${name}]), and it is instrumented, too.`,
    },
  });
});

test("what is nowhere is still said to be nowhere", async () => {
  await expect(explain(project(), "No.Where.init/1")).rejects.toMatchObject({
    message: "No.Where.init/1: no module of the project is called No.Where",
  });
});

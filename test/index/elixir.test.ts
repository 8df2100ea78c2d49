import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { compareKinds, LEAST, readLines, scoreOf } from "../../scripts/compare-kinds.mjs";
import { modulePage, type ModulePage } from "../../src/index/index.ts";
import { indexProject } from "../../src/indexing.ts";
import { command, copyProject, join } from "../e2e/support.ts";

/** What Elixir itself says of a module. */
interface Compiled {
  readonly behaviours: readonly string[];
  readonly functions: readonly string[];
}

const SCRIPT = fileURLToPath(new URL("../support/interface.exs", import.meta.url));

/** What Elixir adds to every module of a sort, without the module saying so. */
const ADDED: Readonly<Record<string, readonly string[]>> = {
  exception: ["__struct__/0", "__struct__/1", "exception/1", "message/1"],
  impl: ["__impl__/1"],
  protocol: ["__protocol__/1", "impl_for/1", "impl_for!/1"],
};

describe("the index of otp_shop beside the compiled project", () => {
  let project: string;
  let pages: ModulePage[];
  let compiled: Map<string, Compiled>;

  beforeAll(async () => {
    project = copyProject("otp_shop");
    const made = command("mix", ["compile"], project);
    expect(made.status, made.stdout + made.stderr).toBe(0);
    const { stdout } = spawnSync("elixir", [SCRIPT, join(project, "_build/dev/lib/otp_shop/ebin")], {
      encoding: "utf8",
    });
    compiled = new Map(stdout.trim().split("\n").map(readLine));
    const { knowledge } = await indexProject(project);
    pages = knowledge.subjects.all.map((subject) => modulePage(knowledge, subject));
  });

  test("has the same kinds, as npm run index:compare sees them", () => {
    const [script, ebin] = ["../../scripts/beams.exs", join(project, "_build/dev/lib/otp_shop/ebin")];
    const { stdout } = spawnSync("elixir", [fileURLToPath(new URL(script, import.meta.url)), ebin], {
      encoding: "utf8",
    });
    const { rows, unknown, uncompiled } = compareKinds(readLines(stdout), pages);
    expect(rows.filter(({ missed, wrong }) => missed.length + wrong.length > 0)).toEqual([]);
    expect({ unknown, uncompiled }).toEqual({ unknown: [], uncompiled: [] });
    const counts = rows.filter((row) => row.compiled > 0).map((row) => [row.kind, row.found]);
    expect(Object.fromEntries(counts)).toMatchObject({ gen_server: expect.any(Number), application: 1 });
    expect(scoreOf(rows).share).toBeGreaterThanOrEqual(LEAST);
  });

  test("and the comparison sees a kind that is missed, and one that is wrong", () => {
    const beams = new Map([
      ["A", { behaviours: new Set(["GenServer"]), exports: new Set<string>() }],
      ["B", { behaviours: new Set<string>(), exports: new Set<string>() }],
    ]);
    const page = { compiled: true, derives: [], computed: false };
    const { rows } = compareKinds(beams, [
      { ...page, name: "A", kinds: ["plain"] },
      { ...page, name: "B", kinds: ["gen_server"] },
    ]);
    expect(rows.find(({ kind }) => kind === "gen_server")).toMatchObject({ missed: ["A"], wrong: ["B"] });
    expect(scoreOf(rows)).toMatchObject({ compiled: 1, hits: 0, wrong: 1, share: 0 });
  });

  test("has the same modules", () => {
    expect(pages.flatMap(({ name }) => expanded(name)).toSorted()).toEqual([...compiled.keys()].toSorted());
  });

  test("has the same behaviours", () => {
    for (const page of pages)
      for (const name of expanded(page.name)) {
        // Elixir's name of an Erlang behaviour is escope's own addition; a protocol is one to its implementations.
        const own = page.behaviours.filter((each) => !page.behaviours.includes(`:${underscored(each)}`));
        const known = compiled.get(name)?.behaviours.filter((each) => each !== page.protocol);
        expect(own, name).toEqual(known?.toSorted());
      }
  });

  test("has every public function, and none that is not there", () => {
    for (const page of pages)
      for (const name of expanded(page.name)) {
        const theirs = compiled.get(name)?.functions ?? [];
        const own = new Set(publicKeys(page));
        const added = new Set([
          ...page.brings.functions,
          ...page.kinds.flatMap((kind) => ADDED[kind] ?? []),
          ...structKeys(page),
        ]);
        const known = new Set(theirs);
        expect(
          [...own].filter((key) => !known.has(key)),
          name,
        ).toEqual([]);
        expect(
          theirs.filter((key) => !own.has(key) && !added.has(key)),
          name,
        ).toEqual([]);
      }
  });
});

function readLine(line: string): [string, Compiled] {
  const [module = "", behaviours = "", functions = ""] = line.split("|");
  return [
    module,
    { behaviours: behaviours.split(" ").filter(Boolean), functions: functions.split(" ").filter(Boolean) },
  ];
}

/** `P.{A, B}` is `P.A` and `P.B`. */
function expanded(name: string): string[] {
  const [, prefix = "", list] = /^(.*)\.\{(.*)\}$/.exec(name) ?? [];
  return list === undefined ? [name] : list.split(", ").map((each) => `${prefix}.${each}`);
}

function underscored(name: string): string {
  return name.replaceAll(/([a-z])([A-Z])/g, "$1_$2").toLowerCase();
}

function publicKeys({ functions }: ModulePage): string[] {
  return functions
    .filter(({ visibility, kind }) => visibility === "public" && kind !== "defmacro" && kind !== "defguard")
    .flatMap(({ name, arity, defaults }) =>
      Array.from({ length: defaults + 1 }, (_, omitted) => `${name}/${(arity ?? 0) - omitted}`),
    );
}

function structKeys({ defines_struct: isStruct }: ModulePage): string[] {
  return isStruct ? ["__struct__/0", "__struct__/1"] : [];
}

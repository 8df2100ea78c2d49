import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const SRC = fileURLToPath(new URL("../src/", import.meta.url));

/** What a folder, or a file at the top, may import besides itself. Every folder must be named here. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  parser: ["source.ts"],
  rules: ["parser", "errors.ts", "nearest.ts", "source.ts"],
  planner: ["index", "parser", "rules", "protocol", "errors.ts", "nearest.ts", "source.ts"],
  emit: ["parser", "planner", "protocol", "source.ts"],
  index: ["parser"],
  ai: ["planner", "errors.ts"],
  project: ["errors.ts", "last-run", "nearest.ts", "source.ts"],
  "last-run": [],
  protocol: [],
  collector: ["protocol", "errors.ts"],
  cli: [
    "ai",
    "collector",
    "protocol",
    "planner",
    "project",
    "rules",
    "errors.ts",
    "index",
    "indexing.ts",
    "instrument.ts",
    "explain",
    "last-run",
    "listed.ts",
    "rule-tests.ts",
    "saving.ts",
    "watch.ts",
    "source.ts",
  ],
  "errors.ts": ["source.ts"],
  "nearest.ts": [],
  "source.ts": [],
  "verify.ts": ["errors.ts", "source.ts"],
  "mixfiles.ts": ["parser", "planner", "emit", "project", "errors.ts", "source.ts"],
  "listed.ts": ["parser", "project"],
  "libraries.ts": ["mixfiles.ts", "parser", "project", "source.ts"],
  "read-index.ts": ["facts.ts", "libraries.ts", "parser", "project", "scope.ts", "source.ts"],
  "carriers.ts": ["parser"],
  "scope.ts": ["carriers.ts", "facts.ts", "parser", "planner", "rules", "source.ts"],
  "facts.ts": ["observer.ts", "parser", "project", "rules", "source.ts"],
  "instrument.ts": [
    "facts.ts",
    "last-run",
    "memory.ts",
    "observer.ts",
    "read-index.ts",
    "scope.ts",
    "libraries.ts",
    "mixfiles.ts",
    "told.ts",
    "parser",
    "rules",
    "planner",
    "emit",
    "project",
    "protocol",
    "errors.ts",
    "source.ts",
    "verify.ts",
  ],
  "told.ts": ["index", "mixfiles.ts", "parser", "planner", "project", "source.ts"],
  explain: [
    "parser",
    "rules",
    "planner",
    "emit",
    "indexing.ts",
    "instrument.ts",
    "errors.ts",
    "nearest.ts",
    "source.ts",
    "protocol",
  ],
  "rule-tests.ts": ["facts.ts", "told.ts", "parser", "rules", "planner", "emit", "nearest.ts", "source.ts"],
  "indexing.ts": [
    "index",
    "libraries.ts",
    "mixfiles.ts",
    "parser",
    "project",
    "rules",
    "errors.ts",
    "nearest.ts",
    "source.ts",
  ],
  "observer.ts": [],
  "memory.ts": ["facts.ts", "parser", "rules", "source.ts"],
  "saving.ts": ["instrument.ts", "parser", "planner", "project"],
  "watch.ts": ["errors.ts", "instrument.ts", "parser", "planner", "project", "rules", "source.ts"],
};

/** Where the disk may be touched (DESIGN §1). */
const DISK =
  /^(?:project|collector|cli|last-run)\/|^rules\/load\.ts$|^planner\/lock\.ts$|^parser\/grammar\.ts$/;

const IMPORT = /(?:^|\n)\s*(?:import|export)\b[^"';]*?(?:from\s*)?"([^"]+)"|\bimport\(\s*"([^"]+)"\s*\)/g;

interface Import {
  readonly from: string;
  readonly to: string;
}

const files = readdirSync(SRC, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
const imports = files.flatMap((from) => importsOf(from, readFileSync(join(SRC, from), "utf8")));

function importsOf(from: string, text: string): Import[] {
  return [...text.matchAll(IMPORT)].map(([, fixed, dynamic]) => ({
    from,
    to: resolve(from, fixed ?? dynamic ?? ""),
  }));
}

function resolve(from: string, to: string): string {
  return to.startsWith(".") ? normalize(join(dirname(from), to)) : to;
}

function unitOf(path: string): string {
  return path.split("/")[0] ?? path;
}

const internal = imports.filter(({ to }) => to.endsWith(".ts"));

describe("the house", () => {
  test("is read in full", () => {
    expect(files.length).toBeGreaterThan(60);
    expect(imports.length).toBeGreaterThan(files.length);
    for (const { to } of internal) expect(files, to).toContain(to);
  });

  test("every folder and file at the top has its place", () => {
    expect([...new Set(files.map(unitOf))].filter((unit) => ALLOWED[unit] === undefined)).toEqual([]);
  });

  test("imports point one way", () => {
    const wrong = internal.filter(({ from, to }) => {
      const [own, other] = [unitOf(from), unitOf(to)];
      return own !== other && !(ALLOWED[own] ?? []).includes(other);
    });
    expect(wrong).toEqual([]);
  });

  test("a folder is entered through its index", () => {
    const wrong = internal.filter(
      ({ from, to }) =>
        unitOf(from) !== unitOf(to) && to.split("/").length > 1 && !/^[^/]+\/index\.ts$/.test(to),
    );
    expect(wrong).toEqual([]);
  });

  test("the disk is touched at its ends only", () => {
    const wrong = imports.filter(
      ({ from, to }) => /^(?:node:)?fs(?:\/promises)?$/.test(to) && !DISK.test(from),
    );
    expect(wrong).toEqual([]);
  });

  test("only commands print and end the process", () => {
    const wrong = files.filter(
      (file) =>
        !file.startsWith("cli/") &&
        /\bconsole\.|process\.(?:exit\(|exitCode|stdout|stderr)/.test(readFileSync(join(SRC, file), "utf8")),
    );
    expect(wrong).toEqual([]);
  });

  test("breaches would be seen", () => {
    expect(
      importsOf("parser/tree.ts", 'import { x } from "../rules/index.ts";\nexport * from "node:fs";'),
    ).toEqual([
      { from: "parser/tree.ts", to: "rules/index.ts" },
      { from: "parser/tree.ts", to: "node:fs" },
    ]);
    expect(importsOf("a.ts", 'import {\n  type A,\n  b,\n} from "./b.ts";\nawait import("./c.ts");')).toEqual(
      [
        { from: "a.ts", to: "b.ts" },
        { from: "a.ts", to: "c.ts" },
      ],
    );
  });
});

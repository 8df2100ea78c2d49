import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { runRulesTest } from "../../src/cli/rules/test.ts";
import { captureIo, folderWith } from "./support.ts";

const RULE = `rules:
  # What people do.
  - id: events     # a name
    match:
      function: { name: handle_event, arity: 3 }
    tests:
`;

const SOURCE = `        source: |
          defmodule L do
            def handle_event("a", _, s), do: {:noreply, s}
            def handle_event("b", _, s), do: {:noreply, s}
            def handle_info(_, s), do: {:noreply, s}
          end
`;

async function run(
  files: Readonly<Record<string, string>>,
  update = false,
  format: "text" | "json" = "text",
) {
  const dir = folderWith(files);
  const io = captureIo();
  const status = await runRulesTest({ files: [join(dir, "rules.yml")], update, format }, io);
  return {
    status,
    text: io.out().replaceAll(`${dir}/`, ""),
    err: io.err().replaceAll(`${dir}/`, ""),
    read: (path: string) => readFileSync(join(dir, path), "utf8"),
  };
}

const withTest = (lines: string): Record<string, string> => ({
  "rules.yml": `${RULE}      - name: one\n${SOURCE}${lines}`,
});

describe("escope rules test", () => {
  test.each([
    "        matches: [L.handle_event/3]\n        no_match: [L.handle_info/2]\n",
    "        matches: ['L.handle_event/3#1', 'L.handle_event/3#2']\n",
    "        matches: [2, 3]\n",
    "        no_match: [4]\n",
  ])("passes: %j", async (expectations) => {
    const { status, text } = await run(withTest(expectations));
    expect(text).toBe("rules.yml\n  ✓ events: one (line 7)\n\n1 passed, 0 failed\n");
    expect(status).toBe(0);
  });

  test.each([
    ["        matches: [L.handle_event/3, L.handle_info/2]\n", ["missing  L.handle_info/2"]],
    ["        matches: ['L.handle_event/3#1']\n", ["surplus  L.handle_event/3#2"]],
    ["        matches: []\n", ["surplus  L.handle_event/3"]],
    ["        matches: [2]\n", ["surplus  L.handle_event/3#2"]],
    [
      "        matches: [L.handle_evnt/3]\n",
      [
        "missing  L.handle_evnt/3: the source has no such function; did you mean L.handle_event/3?",
        "surplus  L.handle_event/3",
      ],
    ],
    ["        no_match: [L.handle_event/3]\n", ["no_match L.handle_event/3: matches at lib/example.ex:2"]],
    [
      "        no_match: [L.handle_inf/2]\n",
      ["no_match L.handle_inf/2: the source has no such function; did you mean L.handle_info/2?"],
    ],
    ["", ["it expects nothing: write matches, no_match or expect, or have --update write them"]],
  ])("fails: %j", async (expectations, says) => {
    const { status, text } = await run(withTest(expectations));
    expect(
      text
        .split("\n")
        .slice(2, -3)
        .map((line) => line.trim()),
    ).toEqual(says);
    expect(text).toContain("0 passed, 1 failed");
    expect(status).toBe(1);
  });

  test("a source that does not parse fails, and says where", async () => {
    const { status, text } = await run({
      "rules.yml": `${RULE}      - source: "defmodule L do"\n        matches: []\n`,
    });
    expect(text).toContain("its source does not parse as Elixir at lib/example.ex:1:");
    expect(status).toBe(1);
  });

  test("an error in a test is the user's", async () => {
    const files = { "rules.yml": `${RULE}      - source: x\n        matchs: []\n` };
    await expect(run(files)).rejects.toMatchObject({
      code: "RULE_UNKNOWN_KEY",
      details: { line: 8, column: 9 },
    });
    await expect(run({ "rules.yml": `${RULE}      - matches: [a/1]\n` })).rejects.toMatchObject({
      code: "RULE_INCOMPLETE",
    });
  });

  test("a rule without a test is named", async () => {
    const { text, status } = await run({ "rules.yml": "rules: [{ id: a, match: { path: x.ex } }]" });
    expect(text).toBe("rules.yml\n  no tests\n\n0 passed, 0 failed\n");
    expect(status).toBe(0);
  });

  test("as JSON", async () => {
    const { text } = await run(withTest("        matches: [L.handle_info/2]\n"), false, "json");
    const { passed, failed, files } = JSON.parse(text);
    expect({ passed, failed }).toEqual({ passed: 0, failed: 1 });
    expect(files[0].tests).toMatchObject([
      {
        rule: "events",
        name: "one",
        line: 7,
        status: "failed",
        missing: [{ entry: "L.handle_info/2", note: "" }],
        surplus: ["L.handle_event/3"],
      },
    ]);
  });
});

const rule = (match: string, matches: string): Record<string, string> => ({
  "rules.yml": `rules:
- id: r
  match: ${match}
  tests:
    - source: |
        defmodule L do
          def a(p) do
            send(p, 1)
            p |> send(2)
          end
        end
      matches: ${matches}
`,
});

describe("calls and expressions", () => {
  test.each([
    ["{ call: send/2 }", "[3, 4]"],
    ["{ pattern: 'send($P, $X)' }", "[3, 4]"],
    ["{ pattern: '$P |> send($X)' }", "[3, 4]"],
    ["{ call: send/2 }", "[L.a/1]"],
  ])("%s selects %s", async (match, matches) => expect((await run(rule(match, matches))).status).toBe(0));

  test("are named by their lines", async () => {
    expect((await run(rule("{ call: send/2 }", "[3, 9]"))).text.split("\n").slice(2, 4)).toEqual([
      "      missing  line 9",
      "      surplus  line 4",
    ]);
    expect((await run(rule("{ call: send/2 }", "[9]"), true)).read("rules.yml")).toContain(
      "      matches: [3, 4]\n",
    );
  });
});

describe("tests beside the rules", () => {
  const RULES = "rules: [{ id: inits, match: { function: { name: init } } }]";

  test("with a source of their own, or a folder of them", async () => {
    const { status, text } = await run({
      "rules.yml": RULES,
      "rules.test.yml":
        "tests:\n  - { rule: inits, file: cases/a.ex, matches: [A.init/1] }\n  - { rule: inits, file: cases, matches: ['a.ex:2', 'b/b.ex:1'], no_match: [B.stop/0] }\n",
      "cases/a.ex": "defmodule A do\ndef init(x), do: x\nend\n",
      "cases/b/b.ex": "defmodule B do def init(x), do: x\ndef stop, do: 1\nend\n",
    });
    expect(text).toBe("rules.yml\n  ✓ inits (line 2)\n  ✓ inits (line 3)\n\n2 passed, 0 failed\n");
    expect(status).toBe(0);
  });

  test.each([
    ["  - { rule: init, file: a.ex, matches: [] }", "RULE_CHOICE"],
    ["  - { rule: inits, file: nowhere.ex, matches: [] }", "RULE_TEST_UNREADABLE"],
    ["  - { file: a.ex, matches: [] }", "RULE_TYPE"],
  ])("%s: %s", async (line, code) => {
    await expect(
      run({ "rules.yml": RULES, "rules.test.yml": `tests:\n${line}\n`, "a.ex": "" }),
    ).rejects.toMatchObject({ code });
  });
});

describe("--update", () => {
  const FAILING = `${RULE}      - name: one
${SOURCE}        matches: [L.handle_event/3, L.handle_info/2]   # in a row
        no_match: [L.handle_info/2]
      - name: two
${SOURCE}        matches:
          - L.gone/0         # goes
          # stays
          - "L.handle_event/3#1"   # stays, too
        expect: |
          old
      - name: three
${SOURCE}`;

  test("writes what is into matches and expect, and leaves all else byte by byte", async () => {
    const { status, err, read, text } = await run({ "rules.yml": FAILING }, true);
    expect(text).toContain("3 passed, 0 failed");
    expect(err).toMatch(/^rules\.yml: 3 tests updated\n {2}@@ /);
    expect(err).toContain("\n  -        matches: [L.handle_event/3, L.handle_info/2]   # in a row\n");
    expect(err).toContain("\n  +        matches: [L.handle_event/3]   # in a row\n");
    expect(status).toBe(0);
    const updated = read("rules.yml");
    const [own, other] = [FAILING, updated].map((yaml) => new Set(yaml.split("\n")));
    expect([...(own ?? [])].filter((line) => !other?.has(line))).toEqual(
      [
        "        matches: [L.handle_event/3, L.handle_info/2]   # in a row",
        "      - name: three",
        "          - L.gone/0         # goes",
        "          old",
      ].toSorted((a, b) => FAILING.indexOf(a) - FAILING.indexOf(b)),
    );
    expect(
      [...(other ?? [])].filter((line) => !own?.has(line)).map((line) => line.replace(/\d{6,}/, "ID")),
    ).toEqual([
      "        matches: [L.handle_event/3]   # in a row",
      "          - L.handle_event/3#2",
      "          defmodule L do require Escope;",
      '            Escope.probe(ID, (def handle_event("a", _, s), do: {:noreply, s}))',
      '            Escope.probe(ID, (def handle_event("b", _, s), do: {:noreply, s}))',
      "      - matches: [L.handle_event/3]",
      "        name: three",
    ]);
  });

  test("once is enough, and what passes is not touched", async () => {
    const first = (await run({ "rules.yml": FAILING }, true)).read("rules.yml");
    const again = await run({ "rules.yml": first }, true);
    expect(again.read("rules.yml")).toBe(first);
    expect(again.err).toBe("");
  });

  test("what no_match forbids is not written into matches", async () => {
    const files = withTest("        matches: []\n        no_match: [L.handle_event/3]\n");
    const { status, read, err } = await run(files, true);
    expect([status, err, read("rules.yml")]).toEqual([1, "", files["rules.yml"]]);
  });

  test("a no_match is a promise", async () => {
    const files = withTest("        no_match: [L.handle_event/3]\n");
    const { status, read } = await run(files, true);
    expect(status).toBe(1);
    expect(read("rules.yml")).toBe(files["rules.yml"]);
  });

  test("lists over several lines keep their comments", async () => {
    const files = withTest(
      "        matches: [\n          L.gone/0, # goes\n          L.handle_event/3#1, # stays\n        ]\n",
    );
    expect((await run(files, true)).read("rules.yml")).toContain(
      "          # goes\n          L.handle_event/3#1, L.handle_event/3#2, # stays\n        ]\n",
    );
  });
});

test("what is selected and left as it is, is told", async () => {
  const yaml =
    "rules:\n  - id: a\n    match: { call: B.f/1 }\n    tests:\n      - source: |\n          defmodule A do\n            def a(list), do: Enum.map(list, &B.f/1)\n          end\n        matches: [2]\n";
  const { status, text } = await run({ "rules.yml": yaml });
  expect(status).toBe(0);
  expect(text).toContain(
    "✓ a (line 5)\n      selected, and left as it is: line 2: it is captured as a function",
  );
});

test("a file that only extends others says so", async () => {
  const { text, status } = await run({ "rules.yml": "extends: [builtin:errors]" });
  expect([text, status]).toEqual([
    "rules.yml\n  no rules of its own, and so no tests: it extends builtin:errors\n\n0 passed, 0 failed\n",
    0,
  ]);
});

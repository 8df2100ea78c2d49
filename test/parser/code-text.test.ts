import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { codeText } from "../../src/parser/code-text.ts";
import { elixirParser, withTree } from "../../src/parser/index.ts";
import type { Node } from "../../src/parser/tree.ts";

test.each([
  ["a # b 'c\nd", "a \nd"],
  [`"a # b" <> c`, `"" <> c`],
  [String.raw`"a \" b" <> c`, `"" <> c`],
  ['@doc """\nuse "GenServer"\n  """\ndef a', '@doc ""\ndef a'],
  ["'''\nit's\n''' ++ 'x'", "'' ++ ''"],
  [`"a #{b("c", %{d: "}"})} e" f`, `"b("", %{d: ""})" f`],
  [`~s(a "b" #{c}) d`, `~s(c) d`],
  [`~S(a "b" #{c}) d`, `~S() d`],
  [`~H"""\n<p title="x">\n""" a`, `~H"" a`],
  [String.raw`~r/"\/'/u "a"`, `~r//u ""`],
  [`[?", ?\\", ?#, empty?, ?']`, `[?", ?\\", ?#, empty?, ?']`],
  [`:"Elixir.Shop" "b": 1`, `:"Elixir.Shop" "": 1`],
  [`:"a b #{c} d"`, `:"a b c d"`],
  ["a ~> b <~ c 'x'", "a ~> b <~ c ''"],
  [`"never ends`, `"`],
])("%j without texts and comments: %j", (text, expected) => {
  expect(codeText(text)).toBe(expected);
});

const FOLDERS = ["golden", "corpus", "projects"].map((name) =>
  fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url)),
);

/** Where texts and comments stand, as the grammar has it. */
function literals(node: Node): Node[] {
  if (node.type === "comment") return [node];
  if (node.type === "quoted_content" || node.type === "escape_sequence")
    return node.parent?.type === "quoted_atom" ? [] : [node];
  return node.children.flatMap(literals);
}

/** Signs around texts and blanks aside, which stand for nothing that is searched for. */
function bare(code: string): string {
  return code.replaceAll(/"|'|#\{|\}|\s/g, "");
}

test("what is left is what the grammar takes for code", async () => {
  const parser = await elixirParser();
  let compared = 0;
  for (const folder of FOLDERS)
    for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
      if (!/\.exs?$/.test(name) || /_build|deps|_escope/.test(name)) continue;
      const text = readFileSync(`${folder}/${name}`, "utf8");
      const code = withTree(parser, { path: name, text }, ({ root, faults }) =>
        faults.length > 0 ? undefined : without(text, literals(root)),
      );
      if (code === undefined) continue;
      compared += 1;
      expect(bare(codeText(text)), name).toBe(bare(code));
    }
  expect(compared).toBeGreaterThan(200);
});

function without(text: string, nodes: readonly Node[]): string {
  let at = 0;
  const kept = nodes.map(({ startIndex, endIndex }) => {
    const part = text.slice(at, startIndex);
    at = endIndex;
    return part;
  });
  return [...kept, text.slice(at)].join("");
}

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { configKeys, type FoundConfig } from "../../project/index.ts";
import { joinSteps, left, nothing, type Steps } from "./steps.ts";

const SCHEMA = "escope.config.schema.json";
const SHIPPED = fileURLToPath(new URL(`../../../${SCHEMA}`, import.meta.url));

/** A configuration with a word on every key, where the project has none. */
export function configSteps(root: string, found: FoundConfig | null): Steps {
  if (found !== null) return left(`the configuration is there already: ${found.file.slice(root.length + 1)}`);
  const path = join(root, "escope.config.yaml");
  const schema = schemaFor(root);
  const file = { path, before: null, after: configText(schema.path, ruleFiles(root)) };
  return joinSteps([{ steps: [file], left: [] }, schema.steps]);
}

/** Where editors find the schema: with escope where that is installed in the project, else a copy that git ignores. */
function schemaFor(root: string): { readonly path: string; readonly steps: Steps } {
  const installed = `node_modules/escope/${SCHEMA}`;
  if (existsSync(join(root, installed))) return { path: installed, steps: nothing };
  const path = `.escope/${SCHEMA}`;
  const file = join(root, path);
  const before = existsSync(file) ? readFileSync(file, "utf8") : null;
  if (before !== null) return { path, steps: nothing };
  return { path, steps: { steps: [{ path: file, before, after: readFileSync(SHIPPED, "utf8") }], left: [] } };
}

/** Rules that `escope rules new` began. */
function ruleFiles(root: string): string[] {
  const folder = join(root, "escope");
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /(?<!\.test)\.ya?ml$/.test(name))
    .sort()
    .map((name) => `escope/${name}`);
}

function configText(schema: string, rules: readonly string[]): string {
  const examples: Readonly<Record<keyof typeof configKeys, string>> = {
    rules: `rules: [${["builtin:default", ...rules].join(", ")}]`,
    out: `# out: ${configKeys.out.default}`,
    test_files: `# test_files: ${configKeys.test_files.default}`,
    max_probes: "# max_probes: 20000",
    deps: "# deps: [some_library]",
    ai: "# ai: { provider: openai, endpoint: http://localhost:11434/v1, model: some-model }",
  };
  const parts = Object.entries(configKeys).map(([name, { description }]) => {
    return `${comment(description)}\n${examples[name as keyof typeof examples]}\n`;
  });
  const head = [
    `# yaml-language-server: $schema=${schema}`,
    "# What escope does with this project by default. Options on the command line win over it.",
  ];
  return `${head.join("\n")}\n\n${parts.join("\n")}`;
}

const WIDTH = 100;

function comment(text: string): string {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = `${lines.at(-1)} ${word}`;
    if (line.length < WIDTH) lines[lines.length - 1] = line;
    else lines.push(` ${word}`);
  }
  return lines.map((line) => `#${line}`).join("\n");
}

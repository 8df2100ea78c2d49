import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const pages = ["README.md", ...readdirSync(join(ROOT, "docs")).map((name) => `docs/${name}`)];

test.each(pages)("the links of %s lead somewhere", (page) => {
  const links = [...readFileSync(join(ROOT, page), "utf8").matchAll(/\]\((?!https?:)([^)#]+)/g)];
  for (const [, target = ""] of links)
    expect(existsSync(join(ROOT, dirname(page), target)), target).toBe(true);
});

test("what a tree or a command reads at run time is in the package", () => {
  const { files } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { files: string[] };
  for (const file of [
    "dist",
    "rules",
    "runtime/lib",
    "runtime/mix.exs",
    "runtime/tree.exs",
    "runtime/verify.exs",
  ]) {
    expect(files).toContain(file);
    expect(existsSync(join(ROOT, file)), file).toBe(true);
  }
});

import { writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { copyProject, escope, join } from "./support.ts";

/** The modules in which these rules select something. */
function modules(project: string, match: string): string[] {
  writeFileSync(join(project, "rules.yml"), `rules: [{ id: r, match: ${match} }]`);
  const plan = escope(["plan", project, "--rules", join(project, "rules.yml"), "--format", "json"], project);
  expect(plan.stderr).toBe("");
  const { probes } = JSON.parse(plan.stdout) as { probes: { module: string }[] };
  return [...new Set(probes.map(({ module }) => module))].toSorted();
}

test("an umbrella's applications, an instrumented dependency, and kinds of modules can be asked for", () => {
  const project = join(copyProject("umbrella"), "market");
  writeFileSync(join(project, "escope.config.yaml"), "deps: [ink]\n");
  expect(modules(project, "{ app: stall }")).toEqual(["Stall.Application", "Stall.Keeper"]);
  expect(modules(project, "{ app: stock, module: { kind: gen_server } }")).toEqual(["Stock.Shelf"]);
  expect(modules(project, "{ module: { kind: application } }")).toEqual([
    "Stall.Application",
    "Stock.Application",
  ]);
  expect(modules(project, "{ dep: ink }")).toEqual(["Ink"]);
  expect(modules(project, "{ not: { any: [{ dep: '*' }, { app: [stall, stock] }] } }")).toEqual([]);
});

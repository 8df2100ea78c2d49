import type { Command } from "commander";
import { optionsMissing } from "../errors.ts";
import type { Io } from "./io.ts";
import { budget, nonEmpty, STRICT } from "./option-kinds.ts";
import { runPlanAi, type PlanAiOptions } from "./plan-ai/index.ts";
import { runPlan, type PlanOptions } from "./plan.ts";

type Given = PlanOptions & PlanAiOptions;

/** Adds `escope plan`: what rules choose, or rules by a model's choice. */
export function addPlan(plan: Command, io: Io, done: (status: number) => void): void {
  plan
    .description("list what would be probed, and what is skipped and why")
    .option("--strict", STRICT, false)
    .option("--ai <question>", "have a language model choose what to watch; prints a rule file", nonEmpty)
    .option("--ai-preview", "send nothing; show what would be sent", false)
    .option("--ai-sources", "let the model see the sources of functions that it asks for", false)
    .option(
      "--frozen",
      "the rule file of escope.plan.lock again, without a model; fails if it no longer fits",
      false,
    )
    .option("--budget <most>", "the most functions to choose: N, or N% of all (default: 10%)", budget)
    .action(async (project, options) => done(await choose({ project, ...options }, io)));
}

async function choose(given: Given, io: Io): Promise<number> {
  const { ai, aiPreview, aiSources, frozen } = given;
  if (ai !== undefined || aiPreview || aiSources || frozen) return runPlanAi(given, io);
  if (given.budget !== undefined) throw optionsMissing("--budget", '--ai "question"');
  return runPlan(given, io);
}

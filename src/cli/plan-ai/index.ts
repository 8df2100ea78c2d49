import { join } from "node:path";
import { aiSettings, openModel, requestOf, type AiSettings } from "../../ai/index.ts";
import { aiNothingOffered, optionsConflict, optionsMissing } from "../../errors.ts";
import { indexProject, type Indexed } from "../../indexing.ts";
import {
  converse,
  firstQuestion,
  idOf,
  LOCK_FILE,
  makeLock,
  ruleText,
  type Limits,
  type Offer,
  type Outcome,
  type PlanLock,
  type Rejected,
} from "../../planner/index.ts";
import { readConfig } from "../../project/index.ts";
import type { Io } from "../io.ts";
import { countText } from "../trace/units.ts";
import { frozenLock, writeLock } from "./lock-file.ts";
import { offerOf } from "./offer.ts";
import { previewText } from "./preview.ts";

export interface PlanAiOptions {
  readonly project: string;
  readonly ai?: string;
  readonly aiPreview: boolean;
  readonly aiSources: boolean;
  readonly frozen: boolean;
  readonly budget?: string;
  readonly rules: readonly string[];
  readonly strict: boolean;
  readonly format: "text" | "json";
}

/** `escope plan --ai`, `--frozen`: a rule file by a language model's choice, or by the lock of an earlier one. */
export async function runPlanAi(options: PlanAiOptions, io: Io): Promise<number> {
  refuseConflicts(options);
  const indexed = await indexProject(options.project);
  const { ai: question } = options;
  const offer = offerOf(indexed, question ?? "", options.aiSources);
  if (offer.functions.size === 0) throw aiNothingOffered(indexed.name);
  if (options.frozen) return runFrozen(indexed, offer, options, io);
  const settings = aiSettings((await readConfig(indexed.project.root))?.ai ?? {}, process.env);
  const asking: Asking = {
    question: question ?? "",
    offer,
    settings,
    limits: limitsOf(offer, settings, options),
  };
  if (options.aiPreview) return preview(asking, options, io);
  return ask(asking, indexed, options, io);
}

interface Asking {
  readonly question: string;
  readonly offer: Offer;
  readonly settings: AiSettings;
  readonly limits: Limits;
}

function refuseConflicts({ ai, aiPreview, aiSources, frozen, rules }: PlanAiOptions): void {
  if (frozen && aiPreview) throw optionsConflict("--frozen", "--ai-preview");
  if (frozen && aiSources) throw optionsConflict("--frozen", "--ai-sources");
  if (ai === undefined && aiPreview) throw optionsMissing("--ai-preview", '--ai "question"');
  if (ai === undefined && aiSources) throw optionsMissing("--ai-sources", '--ai "question"');
  if (rules.length > 0) throw optionsConflict(frozen ? "--frozen" : "--ai", "--rules");
}

function limitsOf(offer: Offer, settings: AiSettings, { budget }: PlanAiOptions): Limits {
  return {
    tokens: settings.maxTokens,
    context: settings.context,
    most: budgetOf(budget, offer.functions.size) ?? budgetOf("10%", offer.functions.size) ?? 1,
  };
}

/** `N`, or `N%` of all functions; one at least. */
function budgetOf(text: string | undefined, all: number): number | undefined {
  if (text === undefined) return undefined;
  return text.endsWith("%") ? Math.max(1, Math.floor((all * Number.parseFloat(text)) / 100)) : Number(text);
}

function runFrozen(indexed: Indexed, offer: Offer, options: PlanAiOptions, io: Io): number {
  const asked = { question: options.ai, budget: budgetOf(options.budget, offer.functions.size) };
  const { lock, outdated } = frozenLock(indexed.project.root, offer, asked);
  print(lock, [], options, io);
  if (!outdated) return 0;
  io.stderr(`${LOCK_FILE} fits, but the project has other functions to choose from than when it was made\n`);
  return options.strict ? 1 : 0;
}

function preview({ question, offer, settings, limits }: Asking, { format }: PlanAiOptions, io: Io): number {
  const first = firstQuestion(offer, question, limits);
  const request = requestOf(first, settings);
  if (format === "json") io.stdout(`${JSON.stringify(request, null, 2)}\n`);
  else io.stdout(`${previewText(first, request.url, settings).join("\n")}\n`);
  io.stderr("nothing was sent\n");
  return 0;
}

async function ask(asking: Asking, { project }: Indexed, options: PlanAiOptions, io: Io): Promise<number> {
  const { question, offer, settings, limits } = asking;
  const { url } = requestOf(firstQuestion(offer, question, limits), settings);
  io.stderr(`asking ${settings.model} at ${new URL(url).host}\n`);
  const model = await openModel(settings, (wait, why) =>
    io.stderr(`${why}: trying again in ${(wait / 1_000).toFixed(1)} s\n`),
  );
  const outcome = await told(io, limits, (listener) => converse(model, offer, question, limits, listener));
  tellOutcome(outcome, limits, io);
  const { provider, model: name } = settings;
  const asked = { question, provider, model: name, budget: limits.most, sources: options.aiSources };
  const lock = makeLock(offer, asked, firstQuestion(offer, question, limits), outcome.choices);
  print(lock, outcome.rejected, options, io);
  writeLock(join(project.root, LOCK_FILE), lock);
  io.stderr(`${LOCK_FILE} holds the choices: commit it, and --frozen needs no model\n`);
  return options.strict && (outcome.rejected.length > 0 || outcome.over > 0) ? 1 : 0;
}

/** What was spent is told in any case. */
async function told(
  io: Io,
  { tokens }: Limits,
  run: (listener: Parameters<typeof converse>[4]) => Promise<Outcome>,
): Promise<Outcome> {
  let [rounds, input, output] = [0, 0, 0];
  try {
    return await run({
      round: (asked) => io.stderr(asked.map((each) => `  ${each}\n`).join("")),
      used: (usage) => {
        rounds += 1;
        input += usage.input;
        output += usage.output;
      },
    });
  } finally {
    io.stderr(
      `${countText(rounds, "round")}, ${input + output} of ${tokens} tokens: ${input} asked, ${output} answered\n`,
    );
  }
}

function tellOutcome({ rejected, over }: Outcome, { most }: Limits, io: Io): void {
  for (const each of rejected) io.stderr(`left out: ${rejectedText(each)}\n`);
  if (over > 0)
    io.stderr(`left out: ${over} more than the ${most} that the budget allows, the last ones named\n`);
}

function rejectedText({ target, why, meant }: Rejected): string {
  return `${target}: ${why}${meant === undefined ? "" : `; the nearest is ${meant}`}`;
}

function print(lock: PlanLock, rejected: readonly Rejected[], { format }: PlanAiOptions, io: Io): void {
  const rules = ruleText(lock);
  if (format === "text") return io.stdout(rules);
  const choices = lock.choices.map((choice) => ({ target: idOf(choice), reason: choice.reason }));
  io.stdout(
    `${JSON.stringify({ question: lock.question, model: lock.model, choices, rejected, rules }, null, 2)}\n`,
  );
}

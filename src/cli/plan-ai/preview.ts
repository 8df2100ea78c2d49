import type { AiSettings } from "../../ai/index.ts";
import { questionTokens, type Question } from "../../planner/index.ts";

/** What would be sent first, for people; `--format json` has it to the byte. */
export function previewText(question: Question, url: string, settings: AiSettings): string[] {
  const { system, entries, tools } = question;
  return [
    `POST ${url}  model ${settings.model}, about ${questionTokens(question)} tokens`,
    "",
    "--- system",
    system,
    "",
    "--- tools, which answer from the index",
    ...tools.map(({ name, description }) => `${name}: ${description}`),
    "",
    "--- user",
    ...entries.flatMap((entry) => (entry.role === "user" ? [entry.text] : [])),
  ];
}

import type { Choice } from "./choices.ts";
import { oneLine } from "./clean.ts";
import type { PlanLock } from "./lock.ts";

/** The rule file of a lock: a rule a module, with the reason above each function. The same lock always gives the same text. */
export function ruleText({ question, provider, model, choices }: PlanLock): string {
  const groups = new Map<string, Choice[]>();
  for (const choice of choices) {
    const group = groups.get(choice.module);
    if (group === undefined) groups.set(choice.module, [choice]);
    else group.push(choice);
  }
  return [
    `# ${oneLine(question, 300)}`,
    `# Chosen by ${oneLine(model)} (${oneLine(provider)}), which can be wrong: read the reasons. The choices stand in escope.plan.lock;`,
    "# escope plan PROJECT --frozen writes this file again from there.",
    "rules:",
    ...[...groups].flatMap(([module, chosen]) => moduleRule(module, chosen)),
    "",
  ].join("\n");
}

function moduleRule(module: string, choices: readonly Choice[]): string[] {
  const name = JSON.stringify(module);
  return [
    `  - id: ${name}`,
    "    match:",
    `      module: { name: ${name} }`,
    "      any:",
    ...choices.flatMap((choice) => [
      `        # ${oneLine(choice.reason) || "no reason given"}`,
      `        - function: { name: ${JSON.stringify(choice.function)}, arity: ${choice.arity} }`,
    ]),
  ];
}

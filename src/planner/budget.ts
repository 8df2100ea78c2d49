import { probesOverBudget, ruleOverBudget, pointAt } from "../errors.ts";
import type { RuleSet } from "../rules/index.ts";
import type { Selection } from "./select.ts";

/** How many of the modules with most probes a message names. */
const NAMED = 3;

/**
 * Stops a plan that holds more probes than a rule's `max_probes` allows it, or than `total` allows them all: nobody wants
 * ten thousand by mistake. Errors: RULE_OVER_BUDGET, PROBES_OVER_BUDGET.
 */
export function keepBudget(
  selected: readonly Selection[],
  { rules }: RuleSet,
  total: number | undefined,
): void {
  for (const rule of rules) {
    if (rule.budget === undefined) continue;
    const { most, at } = rule.budget;
    const own = selected.filter((selection) => selection.rules.includes(rule));
    if (own.length > most)
      throw ruleOverBudget(pointAt(at.source, at.span), {
        id: rule.id,
        count: own.length,
        most,
        where: whereMost(own),
      });
  }
  if (total !== undefined && selected.length > total)
    throw probesOverBudget(selected.length, total, whereMost(selected));
}

/** "Shop.Cart (120), Shop.Orders (80), and 12 more modules". */
function whereMost(selected: readonly Selection[]): string {
  const counts = new Map<string, number>();
  for (const { module } of selected) counts.set(module.name, (counts.get(module.name) ?? 0) + 1);
  const most = [...counts].toSorted(([a, many], [b, more]) => more - many || (a < b ? -1 : 1));
  const named = most.slice(0, NAMED).map(([name, count]) => `${name} (${count})`);
  const rest = most.length - named.length;
  return [...named, ...(rest > 0 ? [`and ${rest} more module${rest > 1 ? "s" : ""}`] : [])].join(", ");
}

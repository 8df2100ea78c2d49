import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { placesText } from "../../src/cli/explain-text.ts";
import { EscopeError, formatError } from "../../src/errors.ts";
import { explainTarget, type Explanation } from "../../src/explain/index.ts";
import { planTree, type Planned } from "../../src/instrument.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const GOLDEN = join(ROOT, "fixtures/explain");
const SHOP = join(ROOT, "fixtures/projects/otp_shop");
const RULES = "fixtures/explain/rules.yml";
const NEAR = "fixtures/explain/near.yml";
const IO = { stdout: () => {}, stderr: () => {}, color: false, width: 120 };

/** What is asked, with which rules. */
const QUESTIONS: Readonly<Record<string, readonly [target: string, ...rules: string[]]>> = {
  "callback-is-probed": ["OtpShop.Cart.init/1", "builtin:default"],
  "no-callback-by-its-arity": ["OtpShop.Inventory.reserve/2", "builtin:gen_server"],
  "loop-through-itself": ["OtpShop.Conveyor.drain/3", "builtin:everything"],
  "loop-through-another-function": ["OtpShop.Conveyor.left/1", "builtin:everything"],
  "process-loop": ["OtpShop.Bell.loop/1", "builtin:everything"],
  macro: ["OtpShop.Syntax.ok!/1", "builtin:everything"],
  "left-as-it-is": ["OtpShop.Reports.receipt", "builtin:everything"],
  "call-on-a-line": ["lib/otp_shop/inventory.ex:24", RULES, "builtin:messages"],
  "call-that-is-captured": ["lib/otp_shop/reports.ex:21", "builtin:messages"],
  excluded: ["OtpShop.Cart.checkout/2", RULES],
  "two-rules-and-what-they-ask": ["OtpShop.Cart.add/2", RULES],
  "any-and-not": ["OtpShop.Courier.handle_cast/2#1", RULES],
  "nearest-misses": ["OtpShop.Inventory.commit/0", RULES],
  "pattern-that-misses": ["lib/otp_shop/reports.ex:13", NEAR],
  "pattern-that-misses-in-a-block": ["lib/otp_shop/reports.ex:14", NEAR],
  pattern: ["lib/otp_shop/pricing.ex:47", RULES],
  "no-such-function": ["OtpShop.Cart.chekout/2", RULES],
  "no-such-module": ["OtpShop.Card.add/2", RULES],
  "a-module-alone": ["OtpShop.Cart", RULES],
  "no-clause-on-the-line": ["lib/otp_shop/cart.ex:2", RULES],
  "no-such-file": ["lib/otp_shop/cat.ex:2", RULES],
};

const plans = new Map<string, Promise<Planned>>();

async function answer([target, ...rules]: readonly string[]): Promise<Explanation> {
  const key = rules.join(" ");
  const planned = plans.get(key) ?? planTree({ project: SHOP, rules });
  plans.set(key, planned);
  return explainTarget(await planned, target ?? "", SHOP);
}

async function answerText(question: readonly string[]): Promise<string> {
  try {
    return placesText((await answer(question)).places, IO);
  } catch (error) {
    if (error instanceof EscopeError) return formatError(error);
    throw error;
  }
}

describe("escope explain", () => {
  test.each(Object.entries(QUESTIONS))("%s", async (name, question) => {
    const [target, ...rules] = question;
    const asked = `$ escope explain . ${target}${rules.map((file) => ` --rules ${file}`).join("")}`;
    const text = `${asked}\n${await answerText(question)}\n`;
    const file = join(GOLDEN, `${name}.txt`);
    mkdirSync(GOLDEN, { recursive: true });
    if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(file, text);
    expect(text).toBe(existsSync(file) ? readFileSync(file, "utf8") : "");
  });

  test("every answer has a question", () => {
    const files = readdirSync(GOLDEN).filter((file) => file.endsWith(".txt"));
    expect(files.map((file) => file.replace(".txt", "")).toSorted()).toEqual(
      Object.keys(QUESTIONS).toSorted(),
    );
  });

  test("what a probe changes is what the tree holds", async () => {
    const { places } = await answer(["OtpShop.Cart.init/1", "builtin:default"]);
    expect(places.map(({ probe, text }) => [probe?.line, text.map(({ line }) => line)])).toEqual([
      [23, [23]],
    ]);
    expect(places[0]?.text[0]?.after).toContain(`Escope.probe ${places[0]?.probe?.id}, def init(opts) do`);
  });

  test("of rules that match, no condition fails; of others, the first that fails is named", async () => {
    const planned = await planTree({ project: SHOP, rules: [RULES] });
    for (const { name } of planned.index.modules.get("OtpShop.Cart")?.clauses ?? []) {
      const { places } = await explainTarget(planned, `OtpShop.Cart.${name}`, SHOP);
      for (const { rules } of places)
        for (const { matches, conditions, failed } of rules) {
          expect(conditions.holds).toBe(matches);
          expect(failed === undefined).toBe(matches);
        }
    }
  });
});

import { describe, expect, test } from "vitest";
import { modulePage } from "../../src/index/index.ts";
import { firstQuestion, makeOffer, questionTokens, relevanceOf } from "../../src/planner/index.ts";
import { knowledgeOf } from "../support/knowledge.ts";

const LIMITS = { tokens: 100_000, context: 8_000, most: 5 };

/** What is sent first of a project that is these files. */
function digest(files: Readonly<Record<string, string>>, question: string, limits = LIMITS): string {
  const knowledge = knowledgeOf(files);
  const pages = knowledge.subjects.all.map((subject) => modulePage(knowledge, subject));
  const first = firstQuestion(makeOffer("shop", pages, relevanceOf(pages, question)), question, limits);
  expect(questionTokens(first)).toBeLessThanOrEqual(limits.context * 0.4);
  const [entry] = first.entries;
  return entry?.role === "user" ? entry.text : "";
}

function server(name: string, functions: string): string {
  return `defmodule ${name} do\n  use GenServer\n  def init(x), do: {:ok, x}\n${functions}\nend\n`;
}

describe("the digest", () => {
  const files = {
    "lib/a.ex": server("Shop.Mailer", "def deliver(x), do: Shop.Smtp.push(x)"),
    "lib/b.ex": server("Shop.Stock", "def reserve_items(x), do: GenServer.cast(Shop.Ledger, {:reserved, x})"),
    "lib/c.ex": server("Shop.Ledger", "def handle_cast({:reserved, x}, s), do: {:noreply, [x | s]}"),
    "lib/d.ex": "defmodule Shop.Smtp do\n  def push(x), do: x\nend\n",
  };

  test("begins with what the question names, whatever its ending, then with its neighbours", () => {
    const text = digest(files, "Are items sometimes reserved twice?");
    const modules = [...text.matchAll(/^(Shop\.\w+) \(/gm)].map(([, name]) => name);
    expect(modules).toEqual(["Shop.Stock", "Shop.Ledger", "Shop.Mailer", "Shop.Smtp"]);
    expect(text).toContain(
      "  sends {:reserved, _} by process from Shop.Stock.reserve_items/1 to Shop.Ledger, taken by Shop.Ledger.handle_cast/2",
    );
    expect(text).toContain("  deliver/1 [public; calls Shop.Smtp.push/1]");
  });

  test("a question with no word of the project still has all of it", () => {
    expect(digest(files, "why?").match(/^Shop\.\w+ \(/gm)).toHaveLength(4);
  });

  test("one huge module leaves room for others, and shows what matters of it", () => {
    const many = Array.from(
      { length: 400 },
      (_, at) => `  def other_thing_${at}(a, b), do: other_thing_${at + 1}(b, a)`,
    );
    const text = digest(
      { ...files, "lib/huge.ex": server("Shop.Items", [...many, "  def lose_item(x), do: x"].join("\n")) },
      "who loses items?",
    );
    expect(text).toMatch(/^Shop\.Items \(gen_server\) lib\/huge\.ex\n {2}lose_item\/1/m);
    expect(text).toContain("\nShop.Stock (gen_server) lib/b.ex\n  reserve_items/1");
    expect(text).toMatch(/ {2}and other_thing_\d+\/2,.*… \d+ more/);
  });
});

test("a context that holds no digest is said to be too small", () => {
  expect(() => digest({ "lib/a.ex": server("A", "") }, "why?", { ...LIMITS, context: 1_000 })).toThrow(
    "it takes 1000 at once",
  );
});

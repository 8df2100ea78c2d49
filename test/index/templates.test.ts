import { describe, expect, test } from "vitest";
import { modulePage } from "../../src/index/index.ts";
import { knowledgeOf } from "../support/knowledge.ts";

function functions(files: Readonly<Record<string, string>>): string[] {
  const knowledge = knowledgeOf(files);
  return knowledge.subjects.all.flatMap((subject) => {
    const page = modulePage(knowledge, subject);
    return page.functions
      .filter(({ kind }) => kind === "template")
      .map(({ name, clauses: [clause] }) => `${page.name}.${name} ${clause?.head} ${page.renders.length}`);
  });
}

const view = (name: string, body = ""): string =>
  `defmodule ${name} do\n  use Phoenix.LiveView\n${body}\nend`;
const TEMPLATE = "<Shop.badge />";

describe("templates in files of their own", () => {
  test.each([
    ["named as the module", "lib/cart_live.ex", "Shop.CartLive", "lib/cart_live.html.heex", 1],
    ["whatever the module's file is called", "lib/live.ex", "Shop.CartLive", "lib/cart_live.html.heex", 1],
    ["not that of the module's file", "lib/live.ex", "Shop.CartLive", "lib/live.html.heex", 0],
    ["capitals together", "lib/x.ex", "Shop.HTMLCartLive", "lib/html_cart_live.html.heex", 1],
    ["not in another folder", "lib/x.ex", "Shop.CartLive", "lib/a/cart_live.html.heex", 0],
    ["not one that begins the same", "lib/x.ex", "Shop.Cart", "lib/cart_live.html.heex", 0],
  ])("%s", (_, file, name, template, expected) => {
    const found = functions({ [file]: view(name), [template]: TEMPLATE });
    expect(found).toEqual(expected === 0 ? [] : [`${name}.render ${template} 1`]);
  });

  test("two live views in one file", () => {
    const text = `${view("Shop.ALive")}\n${view("Shop.BLive")}`;
    expect(
      functions({ "lib/x.ex": text, "lib/a_live.html.heex": TEMPLATE, "lib/b_live.html.heex": TEMPLATE }),
    ).toEqual(["Shop.ALive.render lib/a_live.html.heex 1", "Shop.BLive.render lib/b_live.html.heex 1"]);
  });

  test("none where the module has its render/1", () => {
    const own = view("Shop.ALive", '  def render(assigns), do: ~H"<p />"');
    expect(functions({ "lib/x.ex": own, "lib/a_live.html.heex": TEMPLATE })).toEqual([]);
  });

  test("embed_templates", () => {
    const text = 'defmodule Shop.PageHTML do\n  use Phoenix.Component\n  embed_templates "page_html/*"\nend';
    expect(functions({ "lib/page_html.ex": text, "lib/page_html/home.html.heex": TEMPLATE })).toEqual([
      "Shop.PageHTML.home lib/page_html/home.html.heex 1",
    ]);
  });
});

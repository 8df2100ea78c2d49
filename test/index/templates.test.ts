import { describe, expect, test } from "vitest";
import { modulePage, noticesOf } from "../../src/index/index.ts";
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

describe("blocks of a template", () => {
  test.each([
    ["cond", "<%= cond do %>\n<% @a == [] -> %>\n<p />\n<% true -> %>\n<%= go(@b) %>\n<% end %>"],
    ["case", "<%= case @a do %>\n<% [] -> %>\n<p />\n<% _ -> %>\n<%= go(@b) %>\n<% end %>"],
    ["on one line", "<%= case @a do %><% [] -> %><p /><% _ -> %><%= go(@b) %><% end %>"],
    [
      "with attributes",
      "<%= cond do %>\n<% @a -> %>\n<p :if={@c}\n class={@d} />\n<% true -> %>\n<b id={go(@b)} />\n<% end %>",
    ],
    ["if", "<%= if @a do %>\n<p />\n<% else %>\n<%= go(@b) %>\n<% end %>"],
    ["for", "<%= for x <- @a do %>\n<%= go(x) %>\n<% end %>"],
  ])("are read as one program: %s", (_, template) => {
    const files = { "lib/x.ex": view("Shop.ALive", "  def go(x), do: x"), "lib/a_live.html.heex": template };
    const knowledge = knowledgeOf(files);
    expect(noticesOf(knowledge.subjects)).toEqual([]);
    const [page] = knowledge.subjects.all.map((subject) => modulePage(knowledge, subject));
    expect(page?.calls.map(({ function: own }) => own).filter((own) => own !== null)).toEqual([
      "Shop.ALive.go/1",
    ]);
  });

  test("what is no Elixir is said", () => {
    const files = {
      "lib/x.ex": view("Shop.ALive"),
      "lib/a_live.html.heex": "<p />\n<%= if ( do %>\n<% end %>",
    };
    expect(noticesOf(knowledgeOf(files).subjects)).toEqual([
      { file: "lib/a_live.html.heex", line: 2, text: "code of this template cannot be read, from here on" },
    ]);
  });
});

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
    const apart = text.replace('"page_html/*"', '"*", root: "../pages", suffix: "_html"');
    expect(functions({ "lib/page_html.ex": apart, "pages/home.html.heex": TEMPLATE })).toEqual([
      "Shop.PageHTML.home_html pages/home.html.heex 1",
    ]);
  });
});

const heredocOf = (template: string): string => `~H"""\n${template}\n"""`;
const readOf = (sigil: string): string[] => {
  const text = `defmodule L do
  use Phoenix.LiveView
  def handle_event(_, _, s), do: {:noreply, s}
  def x(assigns), do: assigns
  def y(text), do: text
  def render(assigns), do: ${sigil}
end`;
  const knowledge = knowledgeOf({ "lib/l.ex": text });
  expect(noticesOf(knowledge.subjects)).toEqual([]);
  const [page] = knowledge.subjects.all.map((subject) => modulePage(knowledge, subject));
  return [
    ...(page?.renders.map(({ target }) => target ?? "?") ?? []),
    ...(page?.calls.filter(({ target }) => target === "L.y/1").map(() => "y") ?? []),
    ...(page?.messages.map(({ message }) => message) ?? []),
  ];
};

describe("what is read of a sigil", () => {
  test.each([
    ["a quote in code", heredocOf(String.raw`<p>{"a \" b"}</p><.x />`), ["L.x/1"]],
    ["quotes in a call", heredocOf(String.raw`{y("say \"hi\"")}<.x />`), ["L.x/1", "y"]],
    ["a quote in a regex", heredocOf(String.raw`{~r/\"/}<.x />`), ["L.x/1"]],
    [
      "quotes in an attribute",
      heredocOf(String.raw`<input placeholder={"a \"b\""} /><.x /><button phx-click="one" />`),
      ["L.x/1", '"one"'],
    ],
    ["a quote in EEx", heredocOf(String.raw`<%= "a \" b" %><.x />`), ["L.x/1"]],
    ["the delimiter of a heredocOf", heredocOf(String.raw`\"""<.x />`), ["L.x/1"]],
    [
      "the delimiter of one line",
      String.raw`~H"<.x a={y(\"q\")} /><button phx-click=\"one\" />"`,
      ["L.x/1", "y", '"one"'],
    ],
    [
      "another delimiter",
      String.raw`~H|<.x a={1 \|\| 2} /><button phx-click={Phoenix.LiveView.JS.push("bye")} />|`,
      ["L.x/1", '"bye"'],
    ],
    ["nothing", 'if(true, do: ~H"", else: ~H"<.x />")', ["L.x/1"]],
    [
      "braces that are text",
      heredocOf("<div phx-no-curly-interpolation>{foo}, {bar<div>{</div>}</div>{y(1)}<.x/>"),
      ["L.x/1", "y"],
    ],
    [
      "and code in attributes and EEx within them",
      heredocOf("<p phx-no-curly-interpolation>{ <b id={y(1)} /><%= y(2) %></p><.x/>"),
      ["L.x/1", "y", "y"],
    ],
    [
      "not beside a tag that holds nothing",
      heredocOf("<br phx-no-curly-interpolation>{y(1)}<p phx-no-curly-interpolation />{y(1)}"),
      ["y", "y"],
    ],
  ])("%s", (_, sigil, expected) => {
    expect(readOf(sigil)).toEqual(expected);
  });
});

const viewOf = (name: string): string => `defmodule ${name} do\n  use Web, :view\n  def title(x), do: x\nend`;

describe("templates of a Phoenix.View", () => {
  const web = `defmodule Web do
  def view do
    quote do
      use Phoenix.View, root: "lib/web/templates", namespace: Web
      alias Web.Badge
    end
  end
  defmacro __using__(which), do: apply(__MODULE__, which, [])
end`;

  test("lie in the folder that is called as the module, and are its functions", () => {
    const files = {
      "apps/web/lib/web.ex": web,
      "apps/web/lib/web/views/page_view.ex": viewOf("Web.PageView"),
      "apps/web/lib/web/views/api/v2_view.ex": viewOf("Web.API.V2View"),
      "apps/web/lib/web/templates/page/index.html.eex": "<%= title(@a) %>\n<%= Badge.show(1) %>",
      "apps/web/lib/web/templates/page/deep/other.html.eex": "",
      "apps/web/lib/web/templates/page/_row.html.heex": TEMPLATE,
      "apps/web/lib/web/templates/api/v2/show.json.eex": "{}",
      "apps/other/lib/web/templates/page/no.html.eex": "",
    };
    expect(functions(files)).toEqual([
      "Web.API.V2View.show.json apps/web/lib/web/templates/api/v2/show.json.eex 0",
      "Web.PageView.index.html apps/web/lib/web/templates/page/index.html.eex 1",
      "Web.PageView._row.html apps/web/lib/web/templates/page/_row.html.heex 1",
    ]);
    const knowledge = knowledgeOf(files);
    const [page] = knowledge.subjects.all
      .filter(({ name }) => name === "Web.PageView")
      .map((subject) => modulePage(knowledge, subject));
    expect(page?.kinds).toEqual(["html_view"]);
    expect(page?.calls.map(({ from, target }) => `${from} ${target}`)).toEqual([
      'Web.PageView."index.html"/1 Web.PageView.title/1',
      'Web.PageView."index.html"/1 Web.Badge.show/1',
    ]);
  });

  test.each([
    ["path", 'root: "t", path: "x"', "t/x/a.html.eex", ["a.html"]],
    ["pattern", 'root: "t", pattern: "**/*"', "t/page/x/a.html.eex", ["x/a.html"]],
    ["no namespace", 'root: "t"', "t/page/a.html.eex", ["a.html"]],
    ["a namespace of its own", 'root: "t", namespace: Web.PageView', "t/a.html.eex", ["a.html"]],
    ["a root that is computed", "root: root()", "t/page/a.html.eex", []],
  ])("%s", (_, options, template, expected) => {
    const text = `defmodule Web.PageView do\n  use Phoenix.View, ${options}\nend`;
    const found = functions({ "lib/page_view.ex": text, [template]: "" });
    expect(found).toEqual(expected.map((name) => `Web.PageView.${name} ${template} 0`));
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

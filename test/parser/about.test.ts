import { describe, expect, test } from "vitest";
import {
  collectFacts,
  readAbout,
  readTemplate,
  withTree,
  elixirParser,
  type ModuleAbout,
  type SiteQuery,
  type Value,
} from "../../src/parser/index.ts";
import { shapeOf } from "../../src/index/shapes.ts";
import { fixtureSources } from "../support/sources.ts";

const parser = await elixirParser();

function aboutOf(text: string): readonly ModuleAbout[] {
  return withTree(parser, { path: "a.ex", text }, readAbout).modules;
}

function only(body: string): ModuleAbout {
  const [module] = aboutOf(`defmodule M do\n${body}\nend`);
  if (module === undefined) throw new Error("no module");
  return module;
}

function definition(text: string): ModuleAbout["definitions"][number] {
  const [found] = only(text).definitions;
  if (found === undefined) throw new Error("no definition");
  return found;
}

describe("a definition", () => {
  test("its head, guard, defaults and what stands before it", () => {
    const text =
      '@doc "x"\n@impl GenServer\n@spec f(a, b) :: c\ndef f({:a, b}, c \\\\ M) when b > 1 and c != nil, do: g(b)';
    const module = only(text);
    expect(module.definitions[0]).toMatchObject({
      name: "f",
      arity: 2,
      defaults: 1,
      head: "f({:a, b}, c \\\\ M)",
      guard: "b > 1 and c != nil",
      doc: true,
      impl: "GenServer",
      defaultValues: [{ position: 1, value: { type: "module", name: "M" } }],
    });
    expect(module.specs).toEqual(["f/2"]);
  });

  test("@doc false, and a doc belongs to the next definition alone", () => {
    const { definitions } = only('@doc false\ndef a, do: 1\n@doc "x"\ndef b, do: 1\ndef c, do: 1');
    expect(definitions.map(({ name, doc }) => [name, doc])).toEqual([
      ["a", false],
      ["b", true],
      ["c", false],
    ]);
  });

  test.each([
    ["{:add, sku, _}", "{:add, _, _}"],
    ['"inc"', '"inc"'],
    ['%Broadcast{event: "x", payload: p}', '%Phoenix.Socket.Broadcast{event: "x", payload: _}'],
    ['%{"id" => id, "n" => 1}', '%{"id" => _, "n" => 1}'],
    [":tick", ":tick"],
    ["_any", "_"],
    ["{:EXIT, _, reason} = message", "{:EXIT, _, _}"],
    ["message = {:EXIT, _, reason}", "{:EXIT, _, _}"],
    ['"cart:" <> id', '"cart:" <> _'],
    ["[head | tail]", "[_ | _]"],
    ["[a: 1, b: c]", "[a: 1, b: _]"],
    ["{^ref, {:ok, _}}", "{_, {:ok, _}}"],
    ["-1", "-1"],
    ["nil", "nil"],
    ["__MODULE__", "M"],
    ["{Sub, 1}", "{M.Sub, 1}"],
  ])("the shape of %s", (pattern, shape) => {
    const text = `alias Phoenix.Socket.Broadcast\nalias M.Sub\ndef f(${pattern}), do: 1`;
    const [first] = definition(text).parameters;
    expect(first && shapeOf(first)).toBe(shape);
  });

  test("its calls, with what they are given", () => {
    const { calls } = definition("def f(x), do: x |> Mod.g(1) |> h\ndef g(y), do: y");
    expect(calls.map(({ targets, args }) => [targets[0]?.name, targets[0]?.arity, args.length])).toEqual([
      ["g", 2, 2],
      ["h", 1, 1],
    ]);
  });

  test("quoted code and fields are no calls; a function value is one that nobody knows", () => {
    const { calls } = definition("def f(x) do\nquote do\ng()\nend\nx.field\nx.()\nx.run(1)\nend");
    expect(calls.map(({ text, targets }) => [text, targets.length])).toEqual([
      ["x.()", 0],
      ["x.run(1)", 0],
    ]);
  });

  test("what it returns to itself, and what it receives", () => {
    const text =
      "def f(x) do\nreceive do\n{:a, y} when y > 1 -> y\n:b -> 1\nafter 5 -> 2\nend\n{:ok, x, {:continue, {:go, x}}}\nend";
    const { returned, receives } = definition(text);
    expect(returned.map(({ how, message }) => [how, shapeOf(message)])).toEqual([["continue", "{:go, _}"]]);
    expect(receives.map(({ pattern }) => shapeOf(pattern))).toEqual(["{:a, _}", ":b"]);
  });
});

describe("a module", () => {
  test("attributes, uses, delegates, statements", () => {
    const module = only(
      '@topic "x"\nuse Web, :live\ndefdelegate a(x, y \\\\ 1), to: Other, as: :b\nscope "/", A do\nlive "/x", B, :show\nend',
    );
    expect(module.attributes.map(({ name, text }) => [name, text])).toEqual([["topic", '"x"']]);
    expect(module.uses).toEqual([{ target: "Web", line: 3, options: ":live" }]);
    expect(module.delegates).toMatchObject([
      { name: "a", arity: 2, defaults: 1, to: { module: "Other", name: "b", arity: 2 } },
    ]);
    expect(module.statements).toMatchObject([
      { name: "scope", inside: [{ name: "live", args: [{}, { type: "module", name: "B" }, {}] }] },
    ]);
  });

  test("modules within modules, protocols and implementations", () => {
    const text =
      'defmodule A do\ndefmodule B do\nend\nalias A.B\ndefimpl P, for: B do\nend\nend\ndefprotocol P do\n@doc "x"\ndef p(x)\nend';
    expect(aboutOf(text).map(({ name, sort }) => [name, sort])).toEqual([
      ["A", "module"],
      ["A.B", "module"],
      ["P.A.B", "impl"],
      ["P", "protocol"],
    ]);
  });

  test("a file that does not parse has none", () => {
    expect(aboutOf("defmodule A do\ndef f(, do: 1\nend")).toEqual([]);
  });
});

const scope = { module: "M", aliases: new Map([["Line", "Shop.Line"]]), brought: [] };

function template(text: string, curly = true): ReturnType<typeof readTemplate> {
  return readTemplate(text, { scope, line: 10, curly });
}

function valuesOf(text: string): (Value | undefined)[] {
  return template(text).tags.flatMap(({ attributes }) => attributes.map(({ value }) => value));
}

describe("a template", () => {
  test("its tags, with their lines", () => {
    const { tags } = template(
      '<div>\n<.button on={1} />\n<Line.row x="y">\n<:col :let={c}>{c}</:col>\n</Line.row></div>',
    );
    expect(tags.map(({ sort, module, name, line }) => [sort, module, name, line])).toEqual([
      ["html", undefined, "div", 11],
      ["component", undefined, "button", 12],
      ["component", "Shop.Line", "row", 13],
      ["slot", undefined, "col", 14],
    ]);
  });

  test("attributes: text, code, and none", () => {
    expect(valuesOf("<a href=\"/x\" m={Line} {@rest} n='y' disabled :for={x <- @xs}>")).toMatchObject([
      { type: "text", parts: ["/x"] },
      { type: "module", name: "Shop.Line" },
      { type: "text", parts: ["y"] },
      undefined,
      { type: "call", target: { name: "<-" } },
    ]);
  });

  test("blocks over several pieces are one program", () => {
    const text =
      "<%= if a(1) do %>\n<b x={b(2)}>\n<% else %>\n<%= for c <- c() do %>{d(c)}<% end %>\n<% end %><%= form_for x, fn f -> %><%= e(f) %><% end %>";
    const { calls, unread } = template(text);
    expect(unread).toEqual([]);
    expect(
      calls
        .filter(({ targets }) => targets[0]?.name.length === 1)
        .map(({ text: code, line }) => [code, line]),
    ).toEqual([
      ["a(1)", 11],
      ["b(2)", 12],
      ["c()", 14],
      ["d(c)", 14],
      ["e(f)", 15],
    ]);
  });

  test("what is no code: comments, scripts, braces before LiveView 1.0", () => {
    const text =
      "<%# a() %><%!-- b() --%><%% c() %><script>if (x) { d() }</script><!-- e() -->{ not elixir ] }<p>{f()}</p><%= g() %>";
    expect(template(text).calls.map(({ text: code }) => code)).toEqual(["g()"]);
    expect(template("<p>{a(1)}</p>", false).calls).toEqual([]);
  });

  test("a piece that is no Elixir does not hide the others", () => {
    const { calls, unread, tags } = template("<%= a( %>\n<b x={c()}>");
    expect(unread).toEqual([11]);
    expect(calls.map(({ text }) => text)).toEqual(["c()"]);
    expect(tags[0]?.attributes[0]?.value).toMatchObject({ type: "call" });
  });

  test.each([
    "<",
    "<%",
    "<%=",
    "<a",
    "<a x=",
    "<a x={",
    "<!--",
    '<a x="',
    "{",
    "</",
    "<.",
    "<script>",
    "\\{",
  ])("%s at its end is borne", (text) => expect(template(text).calls).toEqual([]));
});

describe("calls that rules can select", () => {
  const everything = { name: () => true, arity: undefined, word: undefined };
  const query: SiteQuery = {
    calls: [
      { ...everything, module: undefined },
      { ...everything, module: () => true },
    ],
    patterns: [],
  };

  test.each([...fixtureSources("projects"), ...fixtureSources("corpus")])(
    "are all known to the index: $path",
    (source) => {
      withTree(parser, source, (tree) => {
        const about = readAbout(tree).modules.flatMap(({ definitions }) =>
          definitions.flatMap(({ calls }) => calls),
        );
        const known = new Set(
          about.map(
            ({ span, targets }) => `${span.start}-${span.end} ${targets[0]?.name}/${targets[0]?.arity}`,
          ),
        );
        const sites = collectFacts(tree, query).modules.flatMap(({ clauses }) =>
          clauses.flatMap((clause) => clause.sites),
        );
        for (const { span, targets, kind, obstacle } of sites)
          // What is left alone may stand in patterns and guards, where nothing is called as a step of the function.
          if (kind === "call" && obstacle === undefined)
            expect(known).toContain(`${span.start}-${span.end} ${targets[0]?.name}/${targets[0]?.arity}`);
      });
    },
  );
});

import { describe, expect, test } from "vitest";
import { elixirParser } from "../../src/parser/index.ts";
import { builtinNames, compileRuleSet, lintRules, lintUtils, loadRules } from "../../src/rules/index.ts";

await elixirParser();

/** What is said of rules `a`, `b`, … with these matches. */
function lint(...rules: readonly string[]): string[] {
  const yaml = `rules:\n${rules.map((rule, at) => `  - { id: ${String.fromCodePoint(97 + at)}, ${rule} }\n`).join("")}`;
  return lintRules(compileRuleSet("rules.yml", yaml)).map(({ rule, line, column, says }) => `${rule} ${line}:${column} ${says}`);
}

describe("conditions that exclude each other", () => {
  test.each([
    ["two names", "{ function: { name: a }, all: [{ function: { name: b } }] }", "function.name: b can never hold with function.name: a"],
    ["a name and a glob", "{ function: { name: handle_* }, all: [{ function: { name: mount } }] }", "function.name: mount can never hold with function.name: handle_*"],
    ["two modules", "{ module: { name: A.B }, all: [{ module: { name: 'A.*.C' } }] }", "module.name: A.*.C can never hold with module.name: A.B"],
    ["two arities", "{ function: { arity: '>=3' }, all: [{ function: { arity: [0, '1..2'] } }] }", "function.arity: [0, 1..2] can never hold with function.arity: >=3"],
    ["two visibilities", "{ function: { visibility: public }, all: [{ function: { visibility: private } }] }", "function.visibility: private can never hold with function.visibility: public"],
    ["guards", "{ function: { guards: true }, all: [{ function: { guards: false } }] }", "function.guards: false can never hold with function.guards: true"],
    ["an entry of any", "{ function: { name: a }, any: [{ function: { arity: 1 } }, { function: { name: b } }] }", "function.name: b can never hold with function.name: a"],
    ["a callback's arity", "{ function: { callback_of: GenServer, name: handle_info, arity: 3 } }", "no callback of GenServer has this name and number of parameters"],
    ["a callback's name", "{ function: { callback_of: [GenServer, Phoenix.LiveView], name: 'on_*' } }", "no callback of [GenServer, Phoenix.LiveView] has this name and number of parameters"],
    ["a private callback", "{ function: { callback_of: GenServer, visibility: private } }", "callbacks are public, and the rule wants private functions"],
    ["two paths", "{ path: 'lib/a/**', all: [{ path: 'lib/b/*.ex' }] }", "path: lib/b/*.ex can never hold with path: lib/a/**"],
    ["two globs of names", "{ function: { name: 'get_*' }, all: [{ function: { name: 'put_*' } }] }", "function.name: put_* can never hold with function.name: get_*"],
    ["plain and another kind", "{ all: [{ module: { kind: gen_server } }, { module: { kind: plain } }] }", "module.kind: plain can never hold with module.kind: gen_server"],
    ["two calls", "{ all: [{ call: A.f/1 }, { call: [A.g/1, A.f/2] }] }", "call: [A.g/1, A.f/2] can never hold with call: A.f/1"],
    ["a call and a wider one refused", "{ call: Kernel.send/2, not: { call: send/2 } }", "this not takes away everything that the other conditions select"],
    ["Kernel's calls refused", "{ call: [send/2], not: { call: Kernel.send/2 } }", "this not leaves only calls of what modules define or import under that name themselves"],
    ["a path and its sources", "{ path: 'lib/**', function: { name: f }, not: { path: 'lib/**/*.ex' } }", "this not takes away everything that the other conditions select"],
    ["a module's glob and a wider one", "{ module: { name: 'A.*' }, not: { module: { name: 'A.**' } } }", "this not takes away everything that the other conditions select"],
    ["a name's glob and a wider one", "{ function: { name: 'handle_in*' }, not: { function: { name: 'handle_*' } } }", "this not takes away everything that the other conditions select"],
    ["a call by a glob", "{ call: Repo.insert/1, not: { call: 'Repo.*' } }", "this not takes away everything that the other conditions select"],
    ["a pattern under other names", "{ pattern: 'foo($X,  $$$R)', not: { pattern: 'foo($Y, $$$ALL)' } }", "this not takes away everything that the other conditions select"],
    ["a pattern's name", "{ pattern: 'def f($X)', function: { name: [g, 'h*'] } }", "function.name: g, h* can never hold with pattern: def f($X)"],
    ["a pattern's parameters", "{ pattern: 'def f($X)', function: { arity: '>1' } }", "function.arity: >1 can never hold with pattern: def f($X)"],
    ["a pattern's visibility", "{ pattern: 'defp f($X)', function: { visibility: public } }", "function.visibility: public can never hold with pattern: defp f($X)"],
    ["a pattern's guard", "{ pattern: 'def f($X) when $G', function: { guards: false } }", "function.guards: false can never hold with pattern: def f($X) when $G"],
    ["a macro as a callback", "{ function: { callback_of: GenServer, kind: macro } }", "callbacks are functions, and the rule wants macros"],
    ["numbers refused", "{ function: { arity: [1, 2] }, not: { function: { arity: '<5' } } }", "this not takes away everything that the other conditions select"],
    ["a use as a pattern", "{ pattern: use GenServer }", "use is no code that runs in a function, and no pattern finds it"],
    ["where and its not", "{ pattern: 'foo($X)', where: { $X: { kind: atom, not: { kind: [atom, nil] } } } }", "no code is what where asks of $X: { kind: atom, not: { kind: [atom, nil] } }"],
    ["inside another function", "{ call: A.f/1, inside: { function: { name: a } }, function: { name: b } }", "function.name: b can never hold with function.name: a"],
    ["within inside", "{ call: A.f/1, inside: { module: { name: A }, all: [{ module: { name: B } }] } }", "module.name: B can never hold with module.name: A"],
    ["an entry of any for everything", "{ any: [{ function: { name: a } }, {}] }", "this entry of any holds for everything, and the others say nothing"],
    ["a not that takes all", "{ function: { name: a, arity: 1 }, not: { function: { name: [a, b] } } }", "this not takes away everything that the other conditions select"],
  ])("%s", (_name, match, says) => {
    expect(lint(`match: ${match}`).map((text) => text.replace(/^\S+ \S+ /, ""))).toEqual([says]);
  });

  test.each([
    "{ function: { name: handle_* }, all: [{ function: { name: '*_event' } }] }",
    "{ all: [{ call: A.f/1 }, { call: 'B.*' }] }",
    "{ call: [send/2, cast/2], not: { call: Kernel.send/2 } }",
    "{ path: 'test/**', function: { name: f }, not: { path: 'test/**/*.ex' } }",
    "{ path: 'lib/**', not: { path: 'lib/a/**' }, function: { name: f } }",
    "{ module: { name: 'A.**' }, not: { module: { name: 'A.B.**' } } }",
    "{ all: [{ call: A.f/1 }, { call: apply/3 }] }",
    "{ all: [{ call: A.f/1 }, { call: 'B.f' }] }",
    "{ all: [{ module: { kind: [gen_server, plain] } }, { module: { kind: plain } }] }",
    "{ all: [{ module: { kind: gen_server } }, { module: { kind: presence } }] }",
    "{ path: 'lib/**', all: [{ path: '{lib,test}/a/*' }] }",
    "{ function: { name: [a, b] }, all: [{ function: { name: [b, c] } }] }",
    "{ module: { use: A }, all: [{ module: { use: B } }] }",
    "{ function: { arity: '>=2' }, all: [{ function: { arity: '2..4' } }] }",
    "{ function: { callback_of: GenServer, name: 'handle_*', arity: 3 } }",
    "{ function: { callback_of: Shop.Port, name: anything } }",
    "{ function: { name: a }, not: { function: { name: a, arity: 2 } } }",
    "{ path: 'lib/**', all: [{ path: '**/live/*.ex' }] }",
    "{ pattern: ['def f($X)', 'defp g($X, $Y)'], function: { name: g, visibility: private, arity: 2 } }",
    "{ pattern: 'def $N($$$A)', function: { name: g, arity: 2, guards: true } }",
    "{ pattern: 'def f(%{a: $A}, [$B, $C])', function: { arity: 2 } }",
    "{ pattern: 'use($X)' }",
    "{ function: { arity: [1, 9] }, not: { function: { arity: '<5' } } }",
    "{ call: 'Repo.*', not: { call: Repo.insert/1 } }",
    "{ call: Repo.insert, not: { call: Repo.insert/1 } }",
    "{ pattern: 'foo($X, $Y)', not: { pattern: 'foo($X, $X)' } }",
    "{ pattern: 'foo($X)', where: { $X: { kind: [atom, nil], not: { kind: atom } } } }",
    "{ call: A.f/1, module: { name: A.B }, inside: { module: { name: A } } }",
    "{ call: A.f/1, function: { name: b }, inside: { call: Enum.map/2 } }",
  ])("nothing is said of %s", (match) => expect(lint(`match: ${match}`)).toEqual([]));

  test("it is said where it stands, once", () => {
    const match = "{ function: { name: a }, all: [{ function: { name: b } }], any: [{ path: '*.ex' }, { path: '*.exs' }] }";
    expect(lint(`match: ${match}`)).toEqual(["a 2:72 function.name: b can never hold with function.name: a"]);
  });
});

describe("rules that another one covers", () => {
  const COVERED = /^(\w) \S+ everything that \1 selects, (\w) \(rules\.yml\) selects, too$/;
  const covered = (...rules: readonly string[]): string[] => lint(...rules).map((text) => (COVERED.exec(text) ?? [text]).slice(1).join(" by "));

  test.each([
    [["match: { module: { use: A }, function: { name: m } }", "match: { module: { use: A } }"], ["a by b"]],
    [["match: { function: { name: '*' } }", "match: { module: { use: A } }"], ["b by a"]],
    [["match: { function: { name: handle_event } }", "match: { function: { name: [mount, handle_*] } }"], ["a by b"]],
    [["match: { call: send/2 }", "match: { call: [send/2, Process.send/3] }"], ["a by b"]],
    [["match: { path: lib/a.ex }", "match: { any: [{ path: 'lib/**' }, { path: 'test/**' }] }"], ["a by b"]],
    [["match: { path: 'lib/**' }", "match: { path: 'lib/**' }"], ["b by a"]],
    [["match: { module: { use: A } }", "match: { module: { use: A }, not: { function: { name: m } } }"], ["b by a"]],
  ])("%j", (rules, expected) => expect(covered(...rules)).toEqual(expected));

  test.each([
    [["match: { module: { use: A }, function: { name: m } }, do: { tag: x }", "match: { module: { use: A } }"]],
    [["match: { function: { name: '*' } }", "match: { call: send/2 }"]],
    [["match: { module: { use: A, name: 'B.*' } }", "match: { module: { use: A }, not: { function: { name: m } } }"]],
    [["match: { function: { name: handle_* } }", "match: { function: { name: '*_event' } }"]],
  ])("nothing is said of %j", (rules) => expect(covered(...rules)).toEqual([]));
});

describe("names and globs that nothing matches", () => {
  test.each([
    ["function: { name: handle_event/3 }", "no function is called handle_event/3"],
    ["function: { name: Shop.Cart.add }", "Shop.Cart.add holds the module's name"],
    ["function: { name: '{a,b}' }", "only * is special in a function's name, and none is called {a,b}"],
    ["module: { name: Elixir.Shop }", "names of modules stand without Elixir. here"],
    ["module: { name: lib/shop }", "lib/shop holds a /, which no module's name has"],
    ["module: { use: gen_server }", "no module is called gen_server"],
    ["function: { callback_of: Genserver }", "Genserver is no behaviour that comes with a framework"],
    ["path: ./lib/*.ex", "no path begins as ./lib/*.ex does"],
    ["path: lib/", "lib/ names a folder, and files are matched"],
    ["path: lib/shop", "lib/shop is no Elixir source"],
    ["path: 'lib\\**'", "lib\\** has backslashes, which no path has"],
    ["function: { name: handle-call }", "no function is called handle-call"],
    ["function: { name: 'handle info*' }", "no function is called handle info*"],
    ["function: { clauses: 0 }", "every function has at least one clause"],
    ["function: { arity: 300 }", "no function has so many parameters"],
    ["module: { name: Foo.bar }", "no module is called Foo.bar"],
    ["path: 'lib/*.exs'", "files such as lib/*.exs are scripts, which Mix does not compile"],
    ["path: 'lib/{a,b/*.ex'", "the braces of lib/{a,b/*.ex do not match"],
  ])("%s", (match, says) => {
    expect(lint(`match: { ${match} }`).map((text) => text.replace(/^\S+ \S+ /, ""))).toEqual([says]);
  });

  test("operators and Erlang's modules are names", () =>
    expect(lint("match: { function: { name: ['+', '{}', '%{}'] } }", "match: { module: { behaviour: ':gen_statem' } }")).toEqual([]));
});

const said = (when: string): string[] => lint(`match: { path: 'lib/a.ex' }, do: { when: '${when}' }`);

describe("what a condition of run time names", () => {
  test.each([
    ["match?(%User{}, user)", ["a 2:55 %User{} in when is the struct User itself: what the sources alias is not known there"]],
    ["String.lenght(name) > 3", ["a 2:55 there is no String.lenght"]],
    ["user |> Map.gett(:name) == 1", ["a 2:55 there is no Map.gett"]],
    ["match?(%Shop.User{}, user)", []],
    ["match?(%Date{}, day) and match?(%KeyError{}, error)", []],
    ["Enum.any?(list, fn %{a: a} -> String.length(a) > 3 end)", []],
    ["Shop.Cart.total(cart) > 3", []],
  ])("%s", (when, expected) => expect(said(when)).toEqual(expected));
});

/** Why a condition is refused. */
function refused(when: string): string {
  try {
    return said(when).join();
  } catch (error) {
    return (error as Error).message.replace("this is no condition: ", "");
  }
}

test.each([
  ["if amount > 1", "Kernel has no if/1, but if/2"],
  ["length(list, 2) > 1", "Kernel has no length/2, but length/1"],
  ["amount > @limit", "@limit is an attribute of some module, which is not known there"],
  ["paid(amount)", "paid is no function of Kernel, and stands without its module"],
  ["if amount > 1, do: true, else: is_nil(card)", ""],
  ["list |> length() > 1 and list |> Enum.at(0) |> elem(1) |> inspect(limit: 3) == text", ""],
  ["case amount do 1 -> true; _ -> amount |> then(fn n -> n > 2 end) end", ""],
])("a condition that means nothing where it is evaluated: %s", (when, problem) => expect(refused(when)).toBe(problem));

const asked = (match: string, asks: string): string[] => lint(`match: ${match}, do: ${asks}`).map((text) => text.replace(/^\S+ \S+ /, ""));

describe("arguments that nothing that is selected has", () => {
  test.each([
    ["{ call: String.upcase/1 }", "{ capture: { args: [3] } }", ["none of the calls has an argument at place 3"]],
    ["{ call: [A.f/1, A.g/2] }", "{ capture: { args: [2, 1] } }", ["none of the calls has an argument at place 2"]],
    ["{ pattern: 'def charge(amount, card)' }", "{ capture: { args: [amout, card] } }", ["no argument of the pattern is called amout"]],
    ["{ pattern: ['def f(a)', 'def g(b)'] }", "{ when: 'a > 1 and c > 2' }", ["no argument of the pattern is called c"]],
    ["{ pattern: 'def f(), do: $X' }", "{ when: 'a > 1' }", ["no argument of the pattern is called a"]],
    ["{ call: [A.f/1, A.g] }", "{ capture: { args: [2] } }", []],
    ["{ pattern: 'def charge($A, card)' }", "{ capture: { args: [amout] } }", []],
    ["{ pattern: 'def charge(%{card: card} = user)' }", "{ when: 'user.id > 1' }", []],
    ["{ pattern: 'def f(a)' }", "{ when: 'a > 1', capture: { args: [0] } }", []],
  ])("%s with %s", (match, asks, expected) => expect(asked(match, asks)).toEqual(expected));
});

test("a do without anything in it", () =>
  expect(lint("match: { path: 'lib/a.ex' }, do: {}")).toEqual(["a 2:47 this do asks for nothing"]));

test("a match without conditions selects everything", () => expect(lint("match: {}")).toEqual(["a 2:21 it selects every function"]));

test("utils that nobody uses", () => {
  const yaml = "utils: { a: { path: x.ex }, b: { path: y.ex } }\nrules: [{ id: r, match: { any: [{ matches: [b] }] } }]";
  expect(lintUtils("rules.yml", yaml).map(({ says }) => says)).toEqual(["nothing in this file uses a"]);
});

test("in packs, all can be meant", () => {
  const lints = builtinNames().flatMap((name) => lintRules(loadRules([`builtin:${name}`])));
  expect(lints.map(({ file, line, says }) => `${file}:${line} ${says}`)).toEqual([]);
});

const rule = (at: number): string => `- { id: r${at}, match: { module: { name: "Shop.M${at}" }, function: { name: [f, "f${at}"], arity: 1 } } }`;

test("thousands of rules are held against each other in seconds, and their values are no anchors' doing", () => {
  const rules = Array.from({ length: 8000 }, (_, at) => rule(at));
  const start = performance.now();
  const set = compileRuleSet("r.yml", `rules:\n${[...rules, rule(77).replace("r77", "again")].join("\n")}\n`);
  expect(lintRules(set).map(({ says }) => says)).toEqual(["everything that again selects, r77 (r.yml) selects, too"]);
  expect(performance.now() - start).toBeLessThan(20_000);
});

/** What is said of a match, with the hint. */
function told(match: string): string[] {
  const rules = compileRuleSet("rules.yml", `rules:\n  - { id: a, match: ${match} }\n`);
  return lintRules(rules).map(({ says, hint }) => `${says} | ${hint}`);
}

describe("names that nothing has, with the one that was meant", () => {
  test.each([
    ["{ module: { use: Phoenix.LiveVeiw } }", "Phoenix.LiveVeiw is nothing that comes with a framework | Did you mean Phoenix.LiveView?"],
    ["{ module: { use: 'MyAppWeb, :live_view' } }", "MyAppWeb, :live_view is no module's name | Write MyAppWeb alone: what is given to a use does not count."],
    ["{ call: Genserver.call/2 }", "no module of Elixir is called Genserver | Did you mean GenServer.call/2?"],
    ["{ call: GenServer.cal/2 }", "there is no GenServer.cal/2 | Did you mean GenServer.call?"],
    ["{ call: GenServer.call/7 }", "there is no GenServer.call/7 | GenServer has call/2, call/3."],
    ["{ function: { attribute: imlp } }", "@imlp is no attribute of Elixir's | Did you mean impl?"],
    ["{ path: 'lib/[a-' }", "the brackets of lib/[a- do not match | Write [a-c] for one letter of several."],
    ["{ function: { callback_of: Phoenix.LiveView, name: [handle_event, handle_evnt] } }", "no callback of Phoenix.LiveView is called handle_evnt | Did you mean handle_event?"],
  ])("%s", (match, says) => expect(told(match)).toEqual([says]));

  test.each([
    "{ call: [GenServer.call/3, 'GenServer.c*', Tasks.create/1, Shop.GenServer.cal/2, ':ets.insert/2', send/2] }",
    "{ module: { use: [ShopWeb, Shop.View, Phoenix.LiveView] } }",
    "{ function: { attribute: [impl, decorate, tracked, doc] } }",
    "{ path: 'lib/[a-c]*.ex' }",
    "{ module: { behaviour: ':gen_server' } }",
    "{ function: { callback_of: ':gen_server' } }",
  ])("nothing is said of %s", (match) => expect(told(match)).toEqual([]));
});

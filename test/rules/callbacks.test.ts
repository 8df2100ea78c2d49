import { describe, expect, test } from "vitest";
import { FRAMEWORKS } from "../../src/parser/index.ts";
import { loadRules } from "../../src/rules/index.ts";
import { ruleOf, selected } from "../support/core.ts";

const DEFAULT = loadRules(["builtin:default"]).rules;

function callbackText(name: string): string {
  const [function_ = "", arity = "0"] = name.split("/");
  const parameters = Array.from({ length: Number(arity) }, (_, at) => `a${at}`);
  return `def ${function_}(${parameters.join(", ")}), do: :ok`;
}

describe.each([...FRAMEWORKS])("the default rules find in a %s", (behaviour, callbacks) => {
  const body = callbacks.map(callbackText).join("\n");
  const expected = callbacks.map((name) => `L.${name}#1`).toSorted();

  test.each([`use ${behaviour}`, `@behaviour ${behaviour}`])("with `%s` every callback of every arity", (statement) => {
    expect(selected(DEFAULT, `defmodule L do\n${statement}\n${body}\nend`).toSorted()).toEqual(expected);
  });

  test("nothing without it", () => {
    expect(selected(DEFAULT, `defmodule L do\n# use ${behaviour}\n${body}\nend`)).toEqual([]);
  });
});

const live = (body: string): string[] => selected(DEFAULT, `defmodule L do\nuse Phoenix.LiveView\n${body}\nend`);

describe("the default rules", () => {
  test.each([
    ["def handle_event(e), do: e", []],
    ["def handle_event(a, b, c, d), do: {a, b, c, d}", []],
    ["defp handle_event(a, b, c), do: {a, b, c}", []],
    ["defmacro handle_event(a, b, c), do: {a, b, c}", []],
    ["def handle_event(a, b, c \\\\ nil), do: {a, b, c}", ["L.handle_event/3#1"]],
    ["def handle_event(a, b, c, d \\\\ nil), do: {a, b, c, d}", ["L.handle_event/4#1"]],
    ["def handle_event(a, b, c)\ndef handle_event(1, b, c), do: {b, c}\ndef handle_event(a, b, c), do: {a, b, c}", ["L.handle_event/3#1", "L.handle_event/3#2"]],
    ["def init(x), do: x", []],
    ["def helper(x), do: x", []],
  ])("%s", (body, expected) => {
    expect(live(body)).toEqual(expected);
  });

  test("take a clause whose head without a body declares the defaults", () => {
    const body = "def init(a, b \\\\ [])\ndef init(a, b), do: {:ok, {a, b}}";
    expect(selected(DEFAULT, `defmodule L do\nuse GenServer\n${body}\nend`)).toEqual(["L.init/2#1"]);
  });

  test("find the callbacks of modules inside modules, each by its own behaviour", () => {
    const text = "defmodule A do\nuse GenServer\ndef init(x), do: x\ndefmodule B do\ndef init(x), do: x\nend\nend";
    expect(selected(DEFAULT, text)).toEqual(["A.init/1#1"]);
  });
});

test.each(["GenServer", "':gen_server'"])("%s stands for GenServer's callbacks, by both names of it", (name) => {
  const rules = [ruleOf(`{ function: { callback_of: ${name} }, module: { behaviour: ${name} } }`)];
  const used = "defmodule A do\nuse GenServer\ndef init(x), do: {:ok, x}\ndef other(x), do: x\nend";
  const declared = "defmodule B do\n@behaviour :gen_server\ndef init(x), do: {:ok, x}\nend";
  const none = "defmodule C do\nuse Supervisor\ndef init(x), do: {:ok, x}\nend";
  expect(selected(rules, used, declared, none)).toEqual(["A.init/1#1", "B.init/1#1"]);
});

test("callback_of knows the project's own behaviours", () => {
  const behaviour = "defmodule Shop.Port do\n@callback open(term) :: term\n@callback close(a) :: a when a: term\n@callback ping :: :ok\nend";
  const module = "defmodule L do\n@behaviour Shop.Port\ndef open(x), do: x\ndef close(x), do: x\ndef ping, do: :ok\ndef other(x), do: x\nend";
  expect(selected([ruleOf("{ function: { callback_of: Shop.Port } }")], module, behaviour)).toEqual([
    "L.open/1#1",
    "L.close/1#1",
    "L.ping/0#1",
  ]);
});

import { describe, expect, test } from "vitest";
import { inModule, loops } from "../support/loops.ts";

const callback = (body: string): string => inModule(`use GenServer\n${body}\ndef handle_info(:b, s), do: s`);
const other = (body: string): string => `defmodule Other do\n${body}\nend`;

describe("what a framework's callback surely leads to", () => {
  test.each([
    ["another module", "def handle_info(:a, s), do: Other.on(s)", "def on(s), do: M.handle_info(:a, s)"],
    [
      "what it imports",
      "import Other\ndef handle_info(:a, s), do: on(s)",
      "def on(s), do: M.handle_info(:a, s)",
    ],
    [
      "what a macro of its stands for",
      "import Other\ndef handle_info(:a, s), do: again(s)",
      "defmacro again(s), do: quote(do: handle_info(:a, unquote(s)))",
    ],
    [
      "what a macro is given",
      "import Other\ndef handle_info(:a, s), do: last(handle_info(:a, s))",
      "defmacro last(code), do: quote(do: unquote(code))",
    ],
    [
      "what it gives to one who calls it",
      "def handle_info(:a, s), do: Other.call(&handle_info(:a, &1), s)",
      "def call(fun, s), do: fun.(s)",
    ],
    [
      "super",
      "use Other\ndef handle_info(:a, s), do: super(:a, s)",
      "defmacro __using__(_), do: quote(do: (def handle_info(m, s), do: M.handle_info(m, s)))",
    ],
  ])("%s", (_, body, others) => {
    expect(loops(callback(body), other(others))).toContain("handle_info/2");
  });

  test("is nothing that only has the name of what it calls", () => {
    const body = "def handle_info(:a, s), do: on(s)";
    expect(loops(callback(body), other("def on(s), do: M.handle_info(:a, s)"))).not.toContain(
      "handle_info/2",
    );
  });
});

test("a framework's callback is watched in full, wherever it may lead: its caller goes on; but not where it surely leads to itself", () => {
  const text = inModule(
    "use GenServer\ndef init(x), do: init(x)\ndef handle_info(m, s), do: m.run(s)\ndef handle_cast(m, s), do: pass(m, s)\ndefp pass(m, s), do: m.handle_cast(m, s)\ndef own(x), do: own(x)",
  );
  expect(loops(text)).toEqual(["init/1", "pass/2", "own/1"]);
  const handed =
    "use GenServer\ndef handle_info({:down, id}, s), do: handle_info({:paid, id}, s)\ndef handle_info({:paid, id}, s), do: {:noreply, {id, s}}";
  expect(loops(inModule(handed))).toEqual([]);
  const round =
    "use GenServer\ndef handle_info(:a, s), do: handle_info(:b, s)\ndef handle_info(:b, s), do: handle_info(:a, s)\ndef handle_info(:c, s), do: handle_info(:a, s)";
  expect(loops(inModule(round))).toEqual(["handle_info/2", "handle_info/2#2"]);
});

import { describe, expect, test } from "vitest";
import { assignIds } from "../../src/planner/probe-ids.ts";
import type { PlannedProbe } from "../../src/planner/index.ts";
import { loadRules } from "../../src/rules/index.ts";
import { indexOf, nameOf, planOf, ruleOf } from "../support/core.ts";

function ids(...texts: readonly string[]): Map<string, number> {
  return new Map(planOf(indexOf(...texts)).probes.map((probe) => [nameOf(probe), probe.id]));
}

function unnumbered(name: string): Omit<PlannedProbe, "id"> {
  return {
    kind: "clause",
    mode: "full",
    module: "M",
    function: name,
    arity: 1,
    clause: 1,
    file: "a.ex",
    line: 1,
    rules: ["r"],
    site: { span: { start: 0, end: 1 }, form: "wrap", requireAt: 0 },
  };
}

describe("a probe's id", () => {
  const before = "defmodule M do\ndef a(x), do: x\ndef b(1), do: 1\ndef b(x), do: x\nend";

  test("is a positive whole number of 31 bits", () => {
    for (const id of ids(before).values()) expect(id >= 0 && id < 2 ** 31 && Number.isInteger(id)).toBe(true);
  });

  test("stays when code above, below or in the body changes", () => {
    const after =
      "# moved\ndefmodule M do\ndef first, do: 0\ndef a(y), do: {y}\ndef b(1), do: 2\ndef b(z), do: z\nend";
    const changed = ids(after);
    for (const [name, id] of ids(before)) expect(changed.get(name), name).toBe(id);
  });

  test("stays when the file moves", () => {
    expect(ids("", before)).toEqual(ids(before));
  });

  test("is taken once, even where a module is defined twice", () => {
    const plan = planOf(indexOf(before, before, `if x do\n${before}\nelse\n${before}\nend`));
    expect(plan.probes).toHaveLength(12);
    expect(new Set(plan.probes.map(({ id }) => id)).size).toBe(12);
  });

  test("is taken once among very many", () => {
    const many = Array.from({ length: 200_000 }, (_, at) => unnumbered(`f${at}`));
    const numbered = assignIds(many);
    // 31 bits for so many names: hashes do collide here, and the next one is taken.
    const plain = new Set(many.map((probe) => assignIds([probe])[0]?.id));
    expect(plain.size).toBeLessThan(many.length);
    expect(new Set(numbered.map(({ id }) => id)).size).toBe(many.length);
    expect(assignIds(many)).toEqual(numbered);
  });
});

describe("a plan", () => {
  test("leaves macros, heads without body and quoted code out, without a word", () => {
    const text =
      "defmodule M do\ndefmacro a(x), do: x\ndef b(x \\\\ 1)\ndef b(x), do: x\ndef c, do: quote(do: (def d, do: 1))\nend";
    const plan = planOf(indexOf(text));
    expect(plan.probes.map(nameOf)).toEqual(["M.b/1#1", "M.c/0#1"]);
    expect(plan.skipped).toEqual([]);
  });

  test("lists what is left alone by file and line, whole files too", () => {
    const broken = "defmodule M do\n  def a(x do\nend";
    const odd = "defmodule N do\n\nwrap do\ndef b(x), do: x\nend\ndef a(x), @body\nend";
    const plan = planOf(indexOf(odd, broken));
    expect(
      plan.skipped.map(({ file, line, module, function: name, arity }) => [file, line, module, name, arity]),
    ).toEqual([
      ["a.ex", 4, "N", "b", 1],
      ["a.ex", 6, "N", "a", 1],
      ["b.ex", expect.any(Number), null, null, null],
    ]);
    expect(plan.skipped.at(-1)?.reason).toMatch(/^the file does not parse as Elixir at b\.ex:\d+:\d+/);
  });

  test("says what a probe stands for", () => {
    const text =
      "defmodule M do\nuse GenServer\ndef init(x), do: x\ndefimpl P, for: [A, B] do\ndef go(x), do: x\nend\nend";
    const [init, go] = planOf(indexOf(text)).probes;
    expect(init).toMatchObject({
      callback: "GenServer",
      line: 3,
      file: "a.ex",
      kind: "clause",
      mode: "full",
    });
    expect(init).not.toHaveProperty("template");
    expect(go).toMatchObject({ module: "P.{A, B}", template: true });
    expect(go?.site.requireAt).toBe("defmodule M do".length);
  });

  test("names the user's rules that matched nothing, and no built-in ones", () => {
    const index = indexOf("defmodule M do\nuse GenServer\ndef init(x), do: x\nend");
    expect(planOf(index, [ruleOf("{ function: { name: none } }")]).unmatched).toEqual(["r"]);
    expect(planOf(index, loadRules(["builtin:default"]).rules).unmatched).toEqual([]);
  });

  test("names what is used and could not be followed", () => {
    const web =
      "defmodule Web do\ndefmacro __using__(which), do: apply(__MODULE__, which, [])\ndef live, do: quote(do: use(Dep.Live))\nend";
    const plan = planOf(
      indexOf(
        "defmodule M do\nuse Web, :live\nuse Application\nend\ndefmodule N do\nuse Web, which()\nend",
        web,
      ),
    );
    expect(plan.unfollowed).toEqual([
      {
        file: "a.ex",
        line: 2,
        module: "M",
        target: "Dep.Live",
        ended: {
          file: "b.ex",
          line: 3,
          reason: "its source is neither in the project nor in its dependencies",
        },
      },
      {
        file: "a.ex",
        line: 6,
        module: "N",
        target: "Web, by a computed name",
        ended: { file: "b.ex", line: 2, reason: "the function's name is computed" },
      },
    ]);
  });

  test("hands a process over without a span that would never end", () => {
    const plan = planOf(
      indexOf("defmodule M do\nuse GenServer\ndef init(x), do: :gen_server.enter_loop(M, [], x)\nend"),
    );
    expect(plan.probes.map(({ mode }) => mode)).toEqual(["enter"]);
    const helper =
      "def init(x), do: go(x)\ndefp go(x), do: :gen_server.enter_loop(M, [], x)\ndef terminate(_, _), do: go()\ndefp go, do: :ok";
    const modes = planOf(indexOf(`defmodule M do\nuse GenServer\n${helper}\nend`)).probes.map(
      ({ mode }) => mode,
    );
    expect(modes).toEqual(["enter", "enter", "full", "full"]);
  });

  test("is plain data", () => {
    const plan = planOf(indexOf("defmodule M do\ndef a(x), do: x\nend"));
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
  });
});

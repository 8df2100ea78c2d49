import { describe, expect, test } from "vitest";
import { applyEdits, mixfileEdits } from "../../src/emit/index.ts";
import { EVERYTHING, probe } from "../support/core.ts";

function probed(text: string): string {
  return probe({ path: "a.ex", text }, EVERYTHING).text.replaceAll(/\b\d{4,}\b/g, "ID");
}

describe("a rewritten file", () => {
  test.each([
    [
      "defmodule M do\n  def f(x) do\n    x\n  end\nend",
      "defmodule M do require Escope;\n  Escope.probe ID, def f(x) do\n    x\n  end\nend",
    ],
    [
      "defmodule M do\ndef f(x), do: x # y\nend",
      "defmodule M do require Escope;\nEscope.probe(ID, (def f(x), do: x)) # y\nend",
    ],
    [
      "defmodule M do\ndef f(x), do: f(x)\nend",
      "defmodule M do require Escope;\nEscope.probe(ID, :enter, (def f(x), do: f(x)))\nend",
    ],
    [
      "defmodule M do\ndef f(x) do\nf(x)\nend\nend",
      "defmodule M do require Escope;\nEscope.probe ID, :enter, def f(x) do\nf(x)\nend\nend",
    ],
    [
      "defmodule M, do: (def f, do: 1)",
      "defmodule M, do: ( require Escope;Escope.probe(ID, (def f, do: 1)))",
    ],
    [
      "defmodule M do; def f, do: 1; end",
      "defmodule M do; require Escope; Escope.probe(ID, (def f, do: 1)); end",
    ],
    ["defmodule M do\n:nothing\nend", "defmodule M do\n:nothing\nend"],
  ])("%s", (text, expected) => {
    expect(probed(text)).toBe(expected);
  });

  test("has one `require` for each outermost module with probes", () => {
    const text = probed(
      "defmodule A do\ndefmodule B do\ndef f, do: 1\nend\nend\ndefmodule C do\nend\ndefmodule D do\ndef f, do: 1\nend",
    );
    expect(text.match(/defmodule . do require Escope;/g)).toEqual([
      "defmodule A do require Escope;",
      "defmodule D do require Escope;",
    ]);
  });

  test.each(["alias Shop.Escope", "defmodule Escope do\nend", "# Escope"])(
    "names the runtime in full beside `%s`",
    (line) => {
      const text = probed(`defmodule M do\n${line}\ndef f, do: 1\nend`);
      expect(text).toContain("require Elixir.Escope;");
      expect(text).toContain("Elixir.Escope.probe(ID, (def f, do: 1))");
      expect(text).not.toMatch(/(?<!Elixir\.)Escope\.probe/);
    },
  );

  test("may hold definitions in definitions", () => {
    expect(probed("defmodule M do\ndef f, do: (defmodule N, do: (def g, do: 1))\nend")).toBe(
      "defmodule M do require Escope;\nEscope.probe(ID, (def f, do: (defmodule N, do: (Escope.probe(ID, (def g, do: 1))))))\nend",
    );
  });
});

describe("edits", () => {
  test("at one place keep their order", () => {
    const edits = ["a", "b", "c"].map((text) => ({ at: 1, text, probeId: null }));
    expect(applyEdits("xy", edits)).toBe("xabcy");
  });

  test("count as JavaScript counts, beyond the basic plane too", () => {
    expect(applyEdits("🎉x", [{ at: 2, text: "!", probeId: 1 }])).toBe("🎉!x");
  });
});

describe("a mix.exs", () => {
  const info = {
    app: "shop",
    moduleEnd: 4,
    definesApplication: false,
    sourceDirs: ["lib"],
    unreadLine: undefined,
    pathDependencies: [],
    reads: [],
  };

  test("gets the runtime, and keeps its lines", () => {
    const text = applyEdits("\n\n\n\nend", mixfileEdits(info, "../../"));
    expect(text).toMatch(
      /^Code\.require_file\("\.\.\/\.\.\/\.escope\/tree\.exs", __DIR__\); \n\n\n\ndefoverridable project: 0; .*end$/,
    );
    expect(text).not.toContain("application");
  });

  test("whose application/0 is its own has that extended, too", () => {
    const [, overrides] = mixfileEdits({ ...info, definesApplication: true }, "");
    expect(overrides?.text).toContain("def application, do: Escope.Tree.application(super());");
  });

  test("without a module of its own is left alone", () => {
    expect(mixfileEdits({ ...info, moduleEnd: undefined }, "")).toEqual([]);
  });
});

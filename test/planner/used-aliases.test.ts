import { expect, test } from "vitest";
import { loops } from "../support/loops.ts";

const web =
  "defmodule Web do\n  defmacro __using__(_) do\n    quote do\n      alias Web.Deep.Pong\n    end\n  end\nend";
const ping = (use: string): string => `defmodule Ping do\n  ${use}\n  def go(x), do: Pong.go(x)\nend`;
const server = (use: string): string =>
  `defmodule Ping do\nuse GenServer\n${use}\ndef handle_info(:a, s), do: Pong.go(s)\nend`;
const pong = "defmodule Web.Deep.Pong do\n  def go(x), do: Ping.go(x)\nend";

test("a tail call by a name that a macro brings is part of a loop", () => {
  expect(loops([web, ping("use Web"), pong].join("\n"))).toHaveLength(2);
  expect(loops([web, ping("require Web"), pong].join("\n"))).toEqual([]);
});

test("so is one by which a framework's callback surely leads to itself", () => {
  const back = "defmodule Web.Deep.Pong do\ndef go(s), do: Ping.handle_info(:a, s)\nend";
  const namesake = "defmodule Pong do\ndef go(s), do: s\nend";
  expect(loops([web, server("use Web"), back].join("\n"))).toContain("Ping.handle_info/2");
  expect(loops([web, server("use Web"), back, namesake].join("\n"))).toContain("Ping.handle_info/2");
  expect(loops([web, server("require Web"), back, namesake].join("\n"))).not.toContain("Ping.handle_info/2");
});

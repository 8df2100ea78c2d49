import { expect, test } from "vitest";
import { loops } from "../support/loops.ts";

const web =
  "defmodule Web do\n  defmacro __using__(_) do\n    quote do\n      alias Web.Deep.Pong\n    end\n  end\nend";
const ping = (use: string): string => `defmodule Ping do\n  ${use}\n  def go(x), do: Pong.go(x)\nend`;
const pong = "defmodule Web.Deep.Pong do\n  def go(x), do: Ping.go(x)\nend";

test("a tail call by a name that a macro brings is part of a loop", () => {
  expect(loops([web, ping("use Web"), pong].join("\n"))).toHaveLength(2);
  expect(loops([web, ping("require Web"), pong].join("\n"))).toEqual([]);
});

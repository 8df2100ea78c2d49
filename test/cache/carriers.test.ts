import { expect, test } from "vitest";
import { Carriers } from "../../src/carriers.ts";
import { outlineOf } from "../../src/parser/index.ts";

const WEB = `defmodule Shop.Web do
  defmacro __using__(_), do: quote(do: use GenServer)
end`;
const PLAIN = `defmodule Shop.Plain do
  defmacro __using__(_), do: quote(do: import Enum)
end`;
const THROUGH = `defmodule Shop.Through do
  defmacro __using__(_), do: quote(do: use Shop.Web)
end`;
const OTHER = `defmodule Shop.Other do
  defmacro __using__(_), do: quote(do: unquote(Library.code()))
end`;

/** Of which a module with this body may be a GenServer, beside some modules with macros. */
function isFound(body: string): boolean {
  const texts = [WEB, PLAIN, THROUGH, OTHER, `defmodule Shop.A do\n${body}\nend`];
  const outlines = texts.map((text, at) => outlineOf({ path: `lib/${at}.ex`, text }));
  const isCarrying = new Carriers(outlines).test(["GenServer"], ["Lib"]);
  return outlines.slice(-1).some(isCarrying);
}

test.each([
  "  use GenServer",
  "  @behaviour :gen_server",
  "  @behaviour @which",
  "  use Shop.Web",
  "  alias Shop.Web\n  use Web",
  "  use Shop.Through, :x",
  "  use Shop.Other",
  "  use Unknown.Library",
  "  alias Unknown.Shop\n  use Shop.Plain",
  "  alias Unknown.{X, Shop}\n  use Shop.Plain",
  "  alias Unknown, as: Shop\n  use Shop.Plain",
  "  use __MODULE__.Inner",
  "  use Shop.{Plain, Web}",
  "  @before_compile Unknown",
  "  require Lib\n  Lib.make(1)",
])("may be one: %s", (body) => {
  expect(isFound(body)).toBe(true);
});

test.each([
  "  use Shop.Plain",
  "  use Agent",
  '  @moduledoc """\n  use GenServer\n  """\n  use Shop.Plain # use Library',
  "  def a, do: GenServer.call(:x, 1)",
  "  @before_compile __MODULE__",
])("is none: %s", (body) => {
  expect(isFound(body)).toBe(false);
});

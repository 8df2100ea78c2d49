import { describe, expect, test } from "vitest";
import { traitsOf } from "../../src/parser/index.ts";
import { indexOf, planFor, ruleOf } from "../support/core.ts";

const WEB = `
defmodule Shop.Web do
  defmacro __using__(opts) do
    quote do
      alias Shop.{Repo, Cart}
      alias Shop.Accounts.User, as: Person
      alias unquote(opts[:as_repo]), as: Store
      import unquote(__MODULE__)
      unquote(more())
    end
  end

  def total(cart), do: cart

  defp more do
    quote do
      alias __MODULE__.Inner
    end
  end
end
`;

const uses = (body: string): string => `defmodule L do\n  use Shop.Web, as_repo: Other.Repo\n${body}\nend`;

function sites(call: string, body: string): readonly unknown[] {
  return planFor([ruleOf(`{ call: ${call} }`)], uses(body), WEB).probes;
}

describe("aliases that a followed use brings", () => {
  test("are known", () => {
    const index = indexOf(uses(""), WEB);
    const module = index.modules.get("L");
    expect(module && Object.fromEntries(traitsOf(index, module).aliases)).toEqual({
      Cart: "Shop.Cart",
      Inner: "L.Inner",
      Person: "Shop.Accounts.User",
      Repo: "Shop.Repo",
      Store: "Other.Repo",
    });
  });

  test.each([
    ["Shop.Repo.all", "def f(x), do: Repo.all(x)", 1],
    ["Shop.Repo.all", "def f(x), do: Store.all(x)", 0],
    ["Other.Repo.all", "def f(x), do: Store.all(x)", 1],
    ["Shop.Cart.Line.sum", "def f(x), do: Cart.Line.sum(x)", 1],
    ["L.Inner.go", "def f(x), do: Inner.go(x)", 1],
    ["Shop.Repo.all", "def f(x), do: Enum.map(x, fn y -> Repo.all(y) end)", 1],
    ["Shop.Repo.all", "def f(x), do: x |> Repo.all()", 1],
    ["Shop.Repo.all", "alias Else.Repo\ndef f(x), do: Repo.all(x)", 0],
    ["Else.Repo.all", "alias Else.Repo\ndef f(x), do: Repo.all(x)", 1],
    ["Shop.Repo.all", "defmodule In do\ndef f(x), do: Repo.all(x)\nend", 1],
    ["Shop.Repo.all", "defmodule Repo do\ndef all(x), do: x\nend\ndef f(x), do: Repo.all(x)", 0],
    ["Shop.Accounts.User.name", "alias Person, as: P\ndef f(x), do: P.name(x)", 1],
    ["Shop.Web.total", "def f(x), do: total(x)", 1],
  ])("%s in %s", (call, body, expected) => {
    expect(sites(call, body)).toHaveLength(expected);
  });

  test("a name that is used through one is followed", () => {
    const index = indexOf(
      uses("use Cart"),
      WEB,
      "defmodule Shop.Cart do\ndefmacro __using__(_), do: quote(do: use(GenServer))\nend",
    );
    const module = index.modules.get("L");
    expect(module && [...traitsOf(index, module).behaviours]).toEqual(["GenServer"]);
  });
});

import { describe, expect, test } from "vitest";
import { ruleOf, selected } from "../support/core.ts";

const SHOP = `
defmodule ShopWeb.CartLive do
  use Phoenix.LiveView
  def mount(a, b, c), do: {a, b, c}
  def valid?(x, y \\\\ 1), do: {x, y}
  defp total(x), do: x
end

defmodule ShopWeb.Admin.UserLive do
  use Phoenix.LiveView
  def mount(a, b, c), do: {a, b, c}
end

defmodule Shop.Cart do
  @behaviour Shop.Port
  def a + b, do: {a, b}
  def update!(x), do: x
end
`;

const matching = (match: string): string[] => selected([ruleOf(match)], SHOP).map((name) => name.replace(/#1$/, ""));

describe("match", () => {
  test.each([
    ["{ module: { name: ShopWeb.CartLive } }", ["ShopWeb.CartLive.mount/3", "ShopWeb.CartLive.valid?/2", "ShopWeb.CartLive.total/1"]],
    ["{ module: { name: 'ShopWeb.*' }, function: { name: mount } }", ["ShopWeb.CartLive.mount/3"]],
    ["{ module: { name: 'ShopWeb.**' }, function: { name: mount } }", ["ShopWeb.CartLive.mount/3", "ShopWeb.Admin.UserLive.mount/3"]],
    ["{ module: { name: '*Web.*Live' }, function: { name: mount } }", ["ShopWeb.CartLive.mount/3"]],
    ["{ module: { name: [Shop.Cart, Nowhere] } }", ["Shop.Cart.+/2", "Shop.Cart.update!/1"]],
    ["{ module: { use: Phoenix.LiveView }, function: { name: '*l*' } }", ["ShopWeb.CartLive.valid?/2", "ShopWeb.CartLive.total/1"]],
    ["{ module: { behaviour: Shop.Port } }", ["Shop.Cart.+/2", "Shop.Cart.update!/1"]],
    ["{ module: { behaviour: Phoenix.LiveView, name: '*.Admin.*' } }", ["ShopWeb.Admin.UserLive.mount/3"]],
    ["{ function: { name: ['valid?', '+'] } }", ["ShopWeb.CartLive.valid?/2", "Shop.Cart.+/2"]],
    ["{ function: { name: '*!' } }", ["Shop.Cart.update!/1"]],
    ["{ function: { name: 'val.d?' } }", []],
    ["{ function: { arity: 1 } }", ["ShopWeb.CartLive.valid?/2", "ShopWeb.CartLive.total/1", "Shop.Cart.update!/1"]],
    ["{ function: { arity: [2, 9] } }", ["ShopWeb.CartLive.valid?/2", "Shop.Cart.+/2"]],
    ["{ function: { arity: 0 } }", []],
    ["{ function: { visibility: private } }", ["ShopWeb.CartLive.total/1"]],
    ["{ function: { visibility: public, name: m* } }", ["ShopWeb.CartLive.mount/3", "ShopWeb.Admin.UserLive.mount/3"]],
    ["{ function: { callback_of: [GenServer, Phoenix.LiveView] } }", ["ShopWeb.CartLive.mount/3", "ShopWeb.Admin.UserLive.mount/3"]],
    ["{ path: a.ex, function: { name: total } }", ["ShopWeb.CartLive.total/1"]],
    ["{ path: '**/*.ex', function: { name: total } }", ["ShopWeb.CartLive.total/1"]],
    ["{ path: 'lib/**' }", []],
    ["{ all: [{ function: { name: '*a*' } }, { not: { module: { use: Phoenix.LiveView } } }] }", ["Shop.Cart.update!/1"]],
    ["{ any: [{ function: { name: total } }, { function: { name: '+' } }] }", ["ShopWeb.CartLive.total/1", "Shop.Cart.+/2"]],
    ["{ not: { function: { visibility: public } } }", ["ShopWeb.CartLive.total/1"]],
    ["{ any: [{ function: { name: total } }, { function: { name: '+' } }], not: { function: { arity: 2 } } }", ["ShopWeb.CartLive.total/1"]],
  ])("%s", (match, expected) => {
    expect(matching(match)).toEqual(expected);
  });

  test("a path's * stays in its folder", () => {
    const text = "defmodule A do\ndef a, do: 1\nend";
    expect(["*.ex", "*/*.ex", "{a,b}.ex"].map((glob) => selected([ruleOf(`{ path: '${glob}' }`)], text))).toEqual([["A.a/0#1"], [], ["A.a/0#1"]]);
  });
});

test("an anchor stands for what it names", () => {
  expect(matching("{ any: [&t { function: { name: total } }, { all: [*t, *t] }] }")).toEqual(["ShopWeb.CartLive.total/1"]);
});

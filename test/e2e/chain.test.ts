import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { command, escope, existsSync, FIXTURES, join, tempDir, trace, type SpanJson } from "./support.ts";

const SHOP = join(FIXTURES, "shop");

/** Why shop cannot be compiled here; undefined where it can. */
function obstacle(): string | undefined {
  if (!existsSync(join(SHOP, "deps/phoenix_live_view"))) return "shop's dependencies are not in its deps";
  const { status, stdout, stderr } = command("mix", ["compile"], SHOP, { MIX_ENV: "test" });
  return status === 0 ? undefined : `mix compile fails there: ${(stderr + stdout).trim().split("\n").at(-1)}`;
}

const why = obstacle();
if (why !== undefined) console.log(`skipped: the chain from a click to a render, for ${why}`);

/** Two people look at the shop: one restocks, the other's page shows it. */
const STORY = `defmodule ShopWeb.ChainTest do
  use ShopWeb.ConnCase
  import Phoenix.LiveViewTest

  @tag user: "admin"
  test "what one does the other sees", %{conn: conn, cart_id: cart_id} do
    {:ok, _} = Shop.Carts.add(cart_id, "TEA-01", 1)
    {:ok, cart, _} = live(conn, ~p"/cart")
    {:ok, admin, _} = live(conn, ~p"/admin/inventory")
    ticker = find_live_child(cart, "ticker")
    Process.sleep(100)
    before = Shop.Inventory.level("TEA-01")
    admin |> form("#restock", sku: "TEA-01", by: "5") |> render_submit()
    assert render(ticker) =~ "TEA-01: #{before + 5}"
    cart |> render() =~ "TEA"
  end
end
`;

function isSource(path: string): boolean {
  return !/\/(_escope|\.escope)$/.test(path);
}

interface Caused extends SpanJson {
  readonly message: { readonly root: Record<string, string> | null } | null;
  readonly state: { readonly changed: readonly string[] | null } | null;
}

test.skipIf(why !== undefined)("a click, what it leads to in other processes, and what is rendered", () => {
  const project = join(tempDir(), "shop");
  cpSync(SHOP, project, {
    recursive: true,
    verbatimSymlinks: true,
    preserveTimestamps: true,
    filter: isSource,
  });
  mkdirSync(join(project, "test/shop_web/live"), { recursive: true });
  writeFileSync(join(project, "test/shop_web/live/chain_test.exs"), STORY);
  const run = escope(["run", project, "--", "mix", "test", "test/shop_web/live/chain_test.exs"], project);
  expect(run.status, run.stdout + run.stderr).toBe(0);
  const spans = trace(project).spans as readonly Caused[];
  const byId = new Map(spans.map((span) => [span.span, span]));
  const nameOf = (span: Caused): string => `${span.module}.${span.function}/${span.arity}`;
  const chainOf = (span: Caused): Caused[] => {
    const above = span.cause === null ? undefined : byId.get(span.cause);
    return above === undefined ? [span] : [span, ...chainOf(above)];
  };

  const told = spans.findLast(
    (span) => nameOf(span) === "ShopWeb.StockTickerLive.handle_info/2" && span.args?.[0]?.includes("TEA-01"),
  ) as Caused;
  const render = spans.find(
    ({ cause, function: name }) => cause === told.span && name === "render",
  ) as Caused;
  const chain = chainOf(render);
  expect(chain.map(nameOf)).toEqual([
    "ShopWeb.StockTickerLive.render/1",
    "ShopWeb.StockTickerLive.handle_info/2",
    "Shop.Inventory.handle_cast/2",
    "ShopWeb.Admin.InventoryLive.handle_event/3",
  ]);
  for (const { duration_ns } of chain) expect(duration_ns).toBeGreaterThan(0);
  expect(new Set(chain.map(({ pid }) => pid)).size).toBe(3);
  expect(told.state?.changed).toEqual(['levels."TEA-01"']);
  const click = chain.at(-1) as Caused;
  expect(click.message?.root).toMatchObject({ kind: "browser", event: "event" });
  const starts = chain.map(({ start_ns }) => start_ns);
  expect(starts).toEqual(starts.toSorted((left, right) => right - left));
  const mount = spans.find(
    (span) => nameOf(span) === "ShopWeb.StockTickerLive.mount/3" && span.pid === told.pid,
  ) as Caused;
  expect(mount.message?.root).toMatchObject({ kind: "mount" });
  const parent = byId.get(mount.cause ?? "") as Caused;
  expect(nameOf(parent)).toBe("ShopWeb.CartLive.mount/3");
});

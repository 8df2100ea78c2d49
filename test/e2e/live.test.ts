import { cpSync } from "node:fs";
import { expect, test } from "vitest";
import { command, escope, existsSync, FIXTURES, join, type SpanJson, tempDir, trace } from "./support.ts";

const SHOP = join(FIXTURES, "shop");

/** Why shop cannot be compiled here; undefined where it can. */
function obstacle(): string | undefined {
  if (!existsSync(join(SHOP, "deps/phoenix_live_view"))) return "shop's dependencies are not in its deps";
  const { status, stdout, stderr } = command("mix", ["compile"], SHOP, { MIX_ENV: "test" });
  return status === 0 ? undefined : `mix compile fails there: ${(stderr + stdout).trim().split("\n").at(-1)}`;
}

const why = obstacle();
if (why !== undefined) console.log(`skipped: renders, trees, hooks and tasks of shop, for ${why}`);

function isSource(path: string): boolean {
  return !/\/(_escope|\.escope)$/.test(path);
}

interface Live extends SpanJson {
  readonly render: { complete: boolean; changed: string[] | null; own_ns: number; total_ns: number } | null;
  readonly halted: { stage: string | null; hook: string | null } | null;
  readonly async: { kind: string; status: string; started_by: string | null }[];
}

interface Tree {
  readonly live_views: {
    view: string;
    components: { module: string; id: string; cid: number }[];
    children: { view: string }[];
  }[];
}

test.skipIf(why !== undefined)(
  "shop's LiveViews: why they rendered and what it cost, who is in them, who halted, what became of tasks",
  () => {
    const project = join(tempDir(), "shop");
    cpSync(SHOP, project, {
      recursive: true,
      verbatimSymlinks: true,
      preserveTimestamps: true,
      filter: isSource,
    });
    const rules = ["default", "hooks", "everything"].flatMap((name) => ["--rules", `builtin:${name}`]);
    const run = escope(["run", project, ...rules, "--", "mix", "test", "test/shop_web/live"], project);
    expect(run.status, run.stdout + run.stderr).toBe(0);
    const spans = trace(project).spans as readonly Live[];
    const of = (module: string, name: string): Live[] =>
      spans.filter((span) => span.module === module && span.function === name);

    const rendered = spans.filter(({ render }) => render !== null);
    expect(rendered.filter(({ render }) => render?.complete === false)).toEqual([]);
    expect(of("ShopWeb.Admin.InventoryLive", "render").map(({ render }) => render?.changed)).toContainEqual([
      "levels",
      "log",
    ]);
    // A function component, with the template of its caller around it.
    const names = new Map(spans.map((span) => [span.span, `${span.module}.${span.function}`]));
    const callers = of("ShopWeb.CoreComponents", "simple_form").map(({ parent }) => names.get(parent ?? ""));
    expect(callers).toContain("ShopWeb.CheckoutLive.render");
    expect(of("ShopWeb.CoreComponents", "simple_form").every(({ render }) => render !== null)).toBe(true);

    const halts = spans.flatMap(({ module, function: name, halted }) =>
      halted === null ? [] : `${module}.${name}: ${halted.stage} ${halted.hook}`,
    );
    expect(halts).toContain("ShopWeb.CartHook.handle_cart: handle_info :cart");
    const tasks = spans.flatMap(({ async }) => async);
    expect(tasks.map(({ kind, status }) => `${kind} ${status}`)).toContain("assign ok");
    expect(tasks.every(({ started_by: by }) => by !== null && names.has(by))).toBe(true);

    // The page's template is a file of its own: only its process's state tells of what is in it.
    const [event] = of("ShopWeb.CartLine", "handle_event");
    const shown = escope(["trace", "tree", "--at", event?.span ?? "", "--format", "json"], project);
    const trees = (JSON.parse(shown.stdout) as Tree).live_views;
    const cart = trees.find(({ view }) => view === "ShopWeb.CartLive");
    expect(cart?.components[0]).toMatchObject({ module: "ShopWeb.CartLine", cid: 1 });
    expect(cart?.children.map(({ view }) => view)).toEqual(["ShopWeb.StockTickerLive"]);
  },
);

import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { runTraceShow, runTraceTree } from "../../src/cli/trace/index.ts";
import { builtRuntime, newFolder } from "./elixir.ts";

function probe(id: number, module: string, name: string, arity: number, callback?: string): object {
  const place = { module, function: name, arity, clause: 1, file: "lib/a.ex", line: id };
  return { id, kind: "clause", mode: "full", ...place, rules: [], ...(callback ? { callback } : {}) };
}

function manifest(): string {
  const probes = [
    probe(1, "String", "replace", 4),
    probe(2, "ShopWeb.CartLive", "mount", 3, "Phoenix.LiveView"),
    probe(3, "ShopWeb.CartLive", "render", 1, "Phoenix.LiveView"),
    probe(4, "ShopWeb.CartLive", "handle_async", 3, "Phoenix.LiveView"),
    probe(5, "ShopWeb.Parts", "badge", 1),
    probe(6, "Shop.Row", "render", 1, "Phoenix.LiveComponent"),
    probe(7, "Shop.Loader", "load", 0),
  ];
  return JSON.stringify({ format: 1, project: "shop", probes });
}

interface Said {
  span: string;
  parent: string | null;
  module: string;
  function: string;
  pid: string;
  render: Record<string, unknown> | null;
  halted: unknown;
  async: { key: string; kind: string; status: string; pid: string; started_by: string; spans: string[] }[];
  context: { live_view?: { hooks: unknown; id: string; view: string } };
}

async function output(how: (io: Parameters<typeof runTraceTree>[1]) => unknown): Promise<string> {
  const lines: string[] = [];
  const write = (part: string): void => void lines.push(part);
  await how({ stdout: write, stderr: write, color: false, width: 160 });
  return lines.join("");
}

function treeOf(recording: string, at?: string): Promise<string> {
  return output((io) => runTraceTree({ recording, cwd: recording, format: "text", at }, io));
}

async function spansIn(recording: string, liveView: string): Promise<string[]> {
  const asked = { recording, cwd: recording, format: "json", liveView } as const;
  const { spans } = JSON.parse(await output((io) => runTraceShow(asked, io))) as { spans: Said[] };
  return spans.map(({ span }) => span);
}

function shape(lines: string): string {
  return lines.replaceAll(/#PID<[\d.]+>/g, "PID").replaceAll(/ at [\d.]+ ms/g, " at T");
}

describe("what LiveView does around callbacks", () => {
  let recording: string;
  let spans: Said[];
  let text: string;

  beforeAll(async () => {
    const folder = newFolder();
    writeFileSync(join(folder, "probes.json"), manifest());
    const ebin = builtRuntime();
    const env = { ...process.env, ESCOPE_RECORD: "" };
    const script = join(import.meta.dirname, "live.exs");
    execFileSync("elixir", ["-pa", ebin, script, folder], { env });
    recording = join(folder, "r");
    const asked = { recording, cwd: folder };
    text = await output((io) => runTraceShow({ ...asked, format: "text" }, io));
    spans = JSON.parse(await output((io) => runTraceShow({ ...asked, format: "json" }, io))).spans as Said[];
  }, 120_000);

  const of = (name: string): Said[] => spans.filter((span) => span.function === name);

  it("says why a template was rendered, and what it cost", () => {
    const renders = of("render").filter(({ module }) => module === "ShopWeb.CartLive");
    expect(renders.map((span) => span.render?.["changed"])).toEqual([null, ["count"]]);
    const [whole, tracked] = renders.map((span) => span.render ?? {});
    expect(whole).toMatchObject({
      times: 1,
      functions: 1,
      dynamics: 2,
      evaluated: 2,
      tracked: false,
      complete: true,
    });
    expect(tracked).toMatchObject({ functions: 1, dynamics: 2, evaluated: 1, tracked: true, complete: true });
    expect(Number(tracked?.["total_ns"])).toBeGreaterThanOrEqual(Number(tracked?.["own_ns"]));
    expect(text).toMatch(/render ← everything {2}[\d.]+ .s/);
    expect(text).toMatch(/render ← count {2}[\d.]+ .s(, own [\d.]+ .s)?, 1 of 2 expressions/);
  });

  it("takes a function component's reason from what is around it", () => {
    const [badge] = of("badge");
    const caller = spans.find(({ span }) => span === badge?.parent);
    expect(caller?.function).toBe("render");
    expect(badge?.render).toMatchObject({ changed: ["count"], changed_of: caller?.span, complete: true });
    expect(text).toContain("render ← count (of ShopWeb.CartLive.render/1#1)");
  });

  it("says who halted, and which hooks there are", () => {
    expect(of("replace").map(({ halted }) => halted)).toEqual([
      null,
      { stage: "mount", hook: "{Shop.Auth, :default}" },
    ]);
    expect(text).toContain("mount halted by String.replace/4");
    expect(of("mount")[0]?.context.live_view?.hooks).toEqual({
      mount: [{ id: "{Shop.Auth, :default}", function: "String.replace/4" }],
    });
  });

  it("names the task whose result arrives, and who began it", () => {
    const [given] = of("handle_async");
    const [task] = of("load");
    expect(given?.async).toEqual([
      {
        key: ":load",
        kind: "start",
        status: "ok",
        pid: task?.pid,
        started_by: of("mount")[0]?.span,
        spans: [task?.span],
      },
    ]);
    expect(text).toContain(
      "start_async :load ok, begun in ShopWeb.CartLive.mount/3#1, which ran Shop.Loader.load/0#1",
    );
  });

  it("shows what ran in one LiveView", async () => {
    const ofCart = spans.filter(({ context }) => context.live_view?.view === "ShopWeb.CartLive");
    expect(ofCart.length).toBeGreaterThan(2);
    const ids = ofCart.map(({ span }) => span);
    expect(await spansIn(recording, "ShopWeb.CartLive")).toEqual(ids);
    expect(ids).toEqual(
      expect.arrayContaining(await spansIn(recording, ofCart[0]?.context.live_view?.id ?? "")),
    );
    expect(await spansIn(recording, "ShopWeb.Nope")).toEqual([]);
  });

  it("shows the tree at any moment", async () => {
    expect(`\n${shape(await treeOf(recording, of("handle_async")[0]?.span))}`).toBe(`
ShopWeb.CartLive phx-1 PID  mounted at T
├─ Shop.Row "a" (cid 1)  mounted at T
└─ Shop.Row "b" (cid 2)  mounted at T
`);
    expect(`\n${shape(await treeOf(recording, "10m"))}`).toBe(`
ShopWeb.CartLive phx-1 PID  mounted at T
└─ Shop.Row "b" (cid 2)  mounted at T
`);
    expect(await treeOf(recording, "0ns")).toBe("no LiveView was there\n");
    await expect(treeOf(recording, "soon")).rejects.toMatchObject({ code: "TRACE_MOMENT_UNKNOWN" });
  });
});

import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import {
  callerOf,
  contextOf,
  frameworkTags,
  inspectIn,
  openRecording,
  PayloadReader,
  readSpans,
  staticMounts,
  statesOf,
  textsOf,
} from "../../src/collector/index.ts";
import { builtRuntime, newFolder } from "./elixir.ts";

function probe(id: number, module: string, name: string, arity: number, callback: string): object {
  const place = { module, function: name, arity, clause: 1, file: "lib/a.ex", line: id };
  return { id, kind: "clause", mode: "full", ...place, rules: [], callback };
}

function manifest(): string {
  const probes = [
    probe(1, "ShopWeb.CartLive", "mount", 3, "Phoenix.LiveView"),
    probe(2, "ShopWeb.Ticker", "mount", 3, "Phoenix.LiveView"),
    probe(3, "ShopWeb.CartLine", "update", 2, "Phoenix.LiveComponent"),
    probe(4, "ShopWeb.Channel", "handle_info", 2, "GenServer"),
    probe(5, "Shop.Stock", "handle_call", 3, "GenServer"),
  ];
  return JSON.stringify({ format: 1, project: "shop", probes });
}

it("says in which LiveView, component or server an event is, and which static mount a page has", () => {
  const folder = newFolder();
  writeFileSync(join(folder, "probes.json"), manifest());
  const ebin = builtRuntime();
  const env = { ...process.env, ESCOPE_RECORD: "" };
  const script = join(import.meta.dirname, "context.exs");
  execFileSync("elixir", ["-pa", ebin, script, folder], { env });
  const { spans } = readSpans(openRecording(join(folder, "r")));
  const payloads = new PayloadReader();
  const told = spans.map((span) => {
    const context = contextOf(span, payloads);
    const about = context === null ? {} : textsOf(context.about, inspectIn(span.process));
    const { id = null, mount = null, place = null } = about;
    const cid = statesOf(span, payloads)?.stream?.cid ?? null;
    return [span.probe?.module, ...frameworkTags(span, payloads), id, mount, place, cid];
  });
  expect(told).toEqual([
    ["ShopWeb.CartLive", "phoenix.live_view", "phx-1", "static", "root", null],
    ["ShopWeb.Ticker", "phoenix.live_view", "child", "static", "nested", null],
    // Rendered after the child, and still in its own LiveView.
    ["ShopWeb.CartLine", "phoenix.live_component", "phx-1", "static", "root", 4],
    ["ShopWeb.CartLive", "phoenix.live_view", "phx-1", "connected", "root", null],
    // A GenServer's callback in a LiveView's process.
    ["ShopWeb.Channel", "phoenix.live_view", "phx-1", "connected", "root", null],
    ["Shop.Stock", "otp.gen_server", null, null, null, null],
  ]);
  expect([...staticMounts(spans, payloads)]).toEqual([[spans[3], spans[0]]]);
  const [server] = spans.slice(-1);
  const { pid } = server!.process;
  expect(callerOf(server!, payloads, inspectIn(server!.process))).toBe(`#PID<0.${pid.id}.${pid.serial}>`);
  payloads.close();
});

import { writeFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { copyProject, escope, join, trace, type SpanJson } from "./support.ts";

/** Call sites that send, arm and start; callbacks are probed anyway. */
const RULES = `rules:
  - id: senders
    match:
      call: ["Process.send_after/3", "DynamicSupervisor.start_child/2", "GenServer.call/2", "send/2", "Task.Supervisor.async_nolink/2"]
`;

type Told = SpanJson & { readonly message: { readonly after_ns: number | null; readonly by: string } | null };

/** `Module.function#clause → what it calls`, without the project's own prefix. */
function nameOf({ module, function: name, clause, target }: SpanJson): string {
  const place = `${module.replace("OtpShop.", "")}.${name}#${clause}`;
  return (target ?? null) === null ? place : `${place} → ${target}`;
}

describe("what caused a callback of otp_shop", () => {
  let spans: readonly Told[];
  let byId: ReadonlyMap<string, Told>;
  let shown: string;

  beforeAll(() => {
    const project = copyProject("otp_shop");
    writeFileSync(join(project, "senders.yml"), RULES);
    const rules = ["--rules", "builtin:default", "--rules", "senders.yml"];
    const run = escope(["run", project, ...rules, "--", "mix", "shop.demo"], project);
    expect(run.status, run.stdout + run.stderr).toBe(0);
    const recorded = trace(project);
    expect(recorded.drops).toEqual({});
    spans = recorded.spans as readonly Told[];
    byId = new Map(spans.map((span) => [span.span, span]));
    shown = escope(["trace", "show"], project).stdout;
  });

  const causesOf = (name: string): (string | null)[] => {
    const found = spans.filter((span) => nameOf(span) === name && span.parent === null);
    expect(found, name).not.toEqual([]);
    return [...new Set(found.map(({ cause }) => (cause === null ? null : nameOf(byId.get(cause) as Told))))];
  };

  test.each([
    ["a call", "Inventory.handle_call#1", "Inventory.reserve#1 → GenServer.call/2"],
    ["a call within a callback", "Pricing.handle_call#6", "Pricing.discount#1 → GenServer.call/2"],
    ["a cast", "Courier.handle_cast#1", "OrderDesk.handle_info#1"],
    ["a send", "OrderDesk.handle_info#1", "Payment.tell#1 → Kernel.send/2"],
    ["a send to many", "Cart.handle_info#2", "Events.publish#1 → Kernel.send/2"],
    ["a timer", "Courier.handle_info#1", "Courier.handle_cast#1 → Process.send_after/3"],
    ["a timer's reply to itself", "Pricing.handle_info#1", "Pricing.handle_call#2 → Process.send_after/3"],
    [
      "a task's answer",
      "Payment.tell#1 → Kernel.send/2",
      "Payment.pending#1 → Task.Supervisor.async_nolink/2",
    ],
    ["a start, by a supervisor", "Cart.init#1", "Carts.open#1 → DynamicSupervisor.start_child/2"],
    ["a continuation", "OrderDesk.handle_continue#1", "OrderDesk.handle_call#2"],
    ["a receive loop", "Bell.loop#1 → Kernel.send/2", "Bell.ring#1 → Kernel.send/2"],
  ])("%s", (_kind, name, cause) => {
    expect(causesOf(name)).toEqual([cause]);
  });

  test("how long it took is told, and what that time was", () => {
    const timer = spans.find((span) => nameOf(span) === "Pricing.handle_info#1");
    expect(timer?.message).toMatchObject({ by: "armed" });
    expect(timer?.message?.after_ns).toBeGreaterThan(49e6);
    const call = spans.find((span) => nameOf(span) === "Pricing.handle_call#6");
    expect(call?.message).toMatchObject({ by: "sent" });
    expect(shown).toMatch(
      /⇠ OtpShop\.Payment\.tell\/2#1 → Kernel\.send\/2 in \S+ after \S+ .?s in the queue/,
    );
    expect(shown).toMatch(/⇠ .*Process\.send_after\/3 in itself after .* by its timer/);
  });

  test("an order is followed from the delivery back to the customer's call", () => {
    const chain: string[] = [];
    let span = spans.find((one) => nameOf(one) === "Courier.handle_info#1");
    while (span !== undefined && chain.length < 40) {
      chain.push(nameOf(span));
      span = byId.get(span.parent ?? span.cause ?? "");
    }
    expect(chain).toEqual([
      "Courier.handle_info#1",
      "Courier.handle_cast#1 → Process.send_after/3",
      "Courier.handle_cast#1",
      "OrderDesk.handle_info#1",
      "Payment.tell#1 → Kernel.send/2",
      "Payment.pending#1 → Task.Supervisor.async_nolink/2",
      "Payment.start#1 → DynamicSupervisor.start_child/2",
      "OrderDesk.handle_continue#1",
      "OrderDesk.handle_call#2",
      "OrderDesk.place#1 → GenServer.call/2",
      "Cart.handle_call#2",
      "Cart.call#1 → GenServer.call/2",
    ]);
  });
});

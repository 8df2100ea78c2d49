import { writeFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { copyProject, escope, join, trace, type SpanJson } from "./support.ts";
import { bare, blocks, type Graph, type Told, type TraceEvent, type Why } from "./chains.ts";

/** Call sites that send, arm and start; callbacks are probed anyway. */
const RULES = `rules:
  - id: senders
    match:
      call: ["Process.send_after/3", "DynamicSupervisor.start_child/2", "GenServer.call/2", "send/2", "Task.Supervisor.async_nolink/2"]
`;

/** `Module.function#clause → what it calls`, without the project's own prefix. */
function nameOf({ module, function: name, clause, target }: SpanJson): string {
  const place = `${module.replace("OtpShop.", "")}.${name}#${clause}`;
  return (target ?? null) === null ? place : `${place} → ${target}`;
}

describe("what caused a callback of otp_shop", () => {
  let spans: readonly Told[];
  let byId: ReadonlyMap<string, Told>;
  let shown: string;
  let project: string;

  beforeAll(() => {
    project = copyProject("otp_shop");
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

  const whyJson = (span: string): Why =>
    JSON.parse(escope(["trace", "why", span, "--format", "json"], project).stdout) as Why;

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

  test("a call site tells whom it sends to, and who answers that when", () => {
    const tell = spans.find(
      (span) => nameOf(span) === "Payment.tell#1 → Kernel.send/2" && span.sent?.received[0] !== undefined,
    );
    const [received] = tell?.sent?.received ?? [];
    const answer = byId.get(received?.span ?? "");
    expect(answer && nameOf(answer)).toBe("OrderDesk.handle_info#1");
    expect(tell?.sent).toMatchObject({ how: "send", pid: answer?.pid, argument: 1 });
    expect(received?.after_ns).toBe((answer?.start_ns ?? 0) - (tell?.sent?.at_ns ?? 0));
    expect(answer?.message?.after_ns).toBe(received?.after_ns);
    const asked = spans.find((span) => nameOf(span) === "Inventory.reserve#1 → GenServer.call/2");
    expect(asked?.sent).toMatchObject({ how: "call", to: "OtpShop.Inventory", received: [{}] });
    expect(asked?.sent?.pid).toMatch(/^#PID/);
    expect(spans.find(({ target }) => target === "Process.send_after/3")?.sent).toBeNull();
    expect(shown).toMatch(
      /⇢ sent to #PID<\S+>: OtpShop\.OrderDesk\.handle_info\/2#1 after \S+ .?s in the queue/,
    );
    expect(shown).toMatch(/⇢ asked OtpShop\.Inventory #PID<\S+>: OtpShop\.Inventory\.handle_call\/3#1 after/);
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

  const ORDER = [
    "Cart.call#1 → GenServer.call/2",
    "Cart.handle_call#2",
    "OrderDesk.place#1 → GenServer.call/2",
    "OrderDesk.handle_call#2",
    "OrderDesk.handle_continue#1",
    "Payment.start#1 → DynamicSupervisor.start_child/2",
    "Payment.pending#1 → Task.Supervisor.async_nolink/2",
    "Payment.tell#1 → Kernel.send/2",
    "OrderDesk.handle_info#1",
    "Courier.handle_cast#1",
    "Courier.handle_cast#1 → Process.send_after/3",
    "Courier.handle_info#1",
  ];

  test("trace why follows an order from the delivery back to the customer's call", () => {
    const { status, stdout } = escope(["trace", "why", "OtpShop.Courier.handle_info/2"], project);
    expect(status).toBe(0);
    expect(bare(stdout)).toMatchInlineSnapshot(`
      [
        "OtpShop.Courier.handle_info/2#1  span ID",
        "",
        "what led to it",
        "OtpShop.Cart.call/2#1 → GenServer.call/2",
        "                 in PID",
        "OtpShop.Cart.handle_call/3#2",
        "                 in OtpShop.Cart PID, after TIME in the queue",
        "└─ OtpShop.OrderDesk.place/3#1 → GenServer.call/2",
        "OtpShop.OrderDesk.handle_call/3#2",
        "                 in OtpShop.OrderDesk PID, after TIME in the queue",
        "OtpShop.OrderDesk.handle_continue/2#1",
        "└─ OtpShop.Payment.start/2#1 → DynamicSupervisor.start_child/2",
        "OtpShop.Payment.pending/3#1 → Task.Supervisor.async_nolink/2",
        "                 in OtpShop.Payment PID, after TIME to start",
        "OtpShop.Payment.tell/2#1 → Kernel.send/2",
        "                 in itself, after TIME to start",
        "OtpShop.OrderDesk.handle_info/2#1",
        "                 in OtpShop.OrderDesk PID, after TIME in the queue",
        "OtpShop.Courier.handle_cast/2#1",
        "                 in OtpShop.Courier PID",
        "└─ → Process.send_after/3",
        "OtpShop.Courier.handle_info/2#1",
        "                 in itself, after TIME by its timer",
        "",
        "what followed",
        "OtpShop.Courier.handle_info/2#1",
        "              │  in OtpShop.Courier PID",
        "└─ OtpShop.Events.publish/2#1 → Kernel.send/2",
        "",
      ]
    `);
  });

  test("and onwards from that call to all that followed", () => {
    const delivered = spans.find((span) => nameOf(span) === "Courier.handle_info#1") as Told;
    const back = whyJson(delivered.span);
    expect(back.way.map((id) => nameOf(byId.get(id) as Told))).toEqual(ORDER);
    const onward = whyJson(back.way[0] as string);
    expect(onward.way).toEqual([back.way[0]]);
    expect(onward.followed).toEqual(expect.arrayContaining(back.way.slice(1)));
    expect(onward.spans.map(({ span }) => span)).toEqual([...onward.way, ...onward.followed]);
    const before = new Map(spans.map((span) => [span.span, span.parent ?? span.cause]));
    for (const id of onward.followed) expect([...onward.way, ...onward.followed]).toContain(before.get(id));
    const others = spans.filter(({ span }) => ![...onward.way, ...onward.followed].includes(span));
    for (const { span } of others)
      expect([...onward.way, ...onward.followed]).not.toContain(before.get(span));
  });

  test("without a span, trace why tells of what failed last, where it began", () => {
    const said = JSON.parse(escope(["trace", "why", "--format", "json"], project).stdout) as Why;
    const failed = spans.filter(({ status }) => status === "raised");
    const innermost = failed.filter(({ span }) => !failed.some(({ parent }) => parent === span));
    expect(said.span).toBe(innermost.at(-1)?.span);
  });

  const graph = (...options: string[]): string => {
    const { status, stdout } = escope(["trace", "graph", ...options], project);
    expect(status).toBe(0);
    return stdout;
  };

  test("trace graph shows who sends what to whom", () => {
    expect(blocks(graph())).toMatchInlineSnapshot(`
      [
        "OtpShop.Auditor ×2  3 spans",
        "OtpShop.Bell  3 spans",
        "OtpShop.Cart ×3  25 spans
        → OtpShop.Inventory  7× GenServer.call/2, taken by handle_call/3, TIME later
        → OtpShop.OrderDesk  3× GenServer.call/2, taken by handle_call/3, TIME later",
        "OtpShop.Courier ×2  14 spans
        → OtpShop.Courier  2× Process.send_after/3, taken by handle_info/2, TIME later",
        "OtpShop.Inventory  9 spans",
        "OtpShop.Inventory.levels/0  1 span
        → OtpShop.Inventory  1× GenServer.call/2, taken by handle_call/3, TIME later",
        "OtpShop.OrderDesk  22 spans
        → OtpShop.Pricing  8× GenServer.call/2, taken by handle_call/3, TIME later
        → OtpShop.Payment  3× DynamicSupervisor.start_child/2, taken by pending/3, TIME later
        → OtpShop.Courier  2× a message, taken by handle_cast/2",
        "OtpShop.OrderDesk.history/0  1 span
        → OtpShop.OrderDesk  1× GenServer.call/2, taken by handle_call/3, TIME later",
        "OtpShop.Payment ×3  6 spans
        → OtpShop.Payment  3× Task.Supervisor.async_nolink/2, taken by tell/2, TIME later
        → OtpShop.OrderDesk  3× Kernel.send/2, taken by handle_info/2, TIME later",
        "OtpShop.Pricing  17 spans
        → OtpShop.Pricing  1× Process.send_after/3, taken by handle_info/2, TIME later
        → OtpShop.Cart  3× Kernel.send/2, taken by handle_info/2, TIME later",
        "OtpShop.Robot ×2  3 spans
        → OtpShop.Robot  1× a message, taken by init/1",
        "PID  17 spans
        → OtpShop.Bell  3× Kernel.send/2, taken by loop/1, TIME later
        → OtpShop.Cart  3× DynamicSupervisor.start_child/2, taken by init/1, TIME later
        → OtpShop.Cart  6× GenServer.call/2, taken by handle_call/3, TIME later
        → OtpShop.Pricing  1× GenServer.call/2, taken by handle_call/3, TIME later
        → OtpShop.Auditor  1× GenServer.call/2, taken by handle_call/3, TIME later",
        "PID  2 spans
        → OtpShop.Cart  1× GenServer.call/2, taken by handle_call/3, TIME later",
        "PID  2 spans
        → OtpShop.Cart  1× GenServer.call/2, taken by handle_call/3, TIME later",
        "PID  2 spans
        → OtpShop.Cart  1× GenServer.call/2, taken by handle_call/3, TIME later",
      ]
    `);
  });

  test.each([
    ["dot", /^ {2}(p\d+) \[label="(.*)"\];$/gm, /^ {2}(p\d+) -> (p\d+) \[label="(\d+)× /gm],
    ["mermaid", /^ {2}(p\d+)\["(.*)"\]$/gm, /^ {2}(p\d+) -(?:->|\.->)\|"(\d+)× .*\| (p\d+)$/gm],
  ])("trace graph as %s says the same", (format, nodes, edges) => {
    const { processes, messages } = JSON.parse(graph("--format", "json")) as Graph;
    const said = graph("--format", format).replaceAll(/#(\d+);/g, (_, code) =>
      String.fromCharCode(Number(code)),
    );
    const titles = new Map(
      [...said.matchAll(nodes)].map(([, id, title]) => [id, title?.replace(/ ×\d+$/, "")]),
    );
    expect([...titles.values()]).toEqual(processes.map(({ name }) => name));
    const sent = [...said.matchAll(edges)].map(([, from, one = "", other = ""]) => {
      const [to, count] = format === "dot" ? [one, other] : [other, one];
      return { from: titles.get(from), to: titles.get(to), count: Number(count) };
    });
    expect(sent).toEqual(messages.map(({ from, to, count }) => ({ from, to, count })));
  });

  test("trace graph as JSON tells the same messages as the spans' causes", () => {
    const { processes, messages } = JSON.parse(graph("--each", "--format", "json")) as Graph;
    expect(processes.flatMap(({ pids }) => pids).sort()).toEqual(
      [...new Set(spans.map(({ pid }) => pid))].sort(),
    );
    const answered = spans.filter((span) => {
      const cause = span.parent === null && span.cause !== null ? byId.get(span.cause) : undefined;
      return cause !== undefined && (cause.pid !== span.pid || span.message?.by !== undefined);
    });
    expect(messages.reduce((sum, { count }) => sum + count, 0)).toBe(answered.length);
    expect(
      messages.filter(({ through }) => through === "Process.send_after/3").map(({ from, to }) => from === to),
    ).toEqual(expect.not.arrayContaining([false]));
  });

  const exported = (...options: string[]): string => {
    const { status, stdout } = escope(["trace", "export", ...options], project);
    expect(status).toBe(0);
    return stdout;
  };

  test("trace export writes a span a line", () => {
    const lines = exported().trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line) as Told)).toEqual(spans);
  });

  test("trace export writes slices and arrows for Chrome's viewer", () => {
    const { traceEvents } = JSON.parse(exported("--format", "chrome")) as { traceEvents: TraceEvent[] };
    const slices = traceEvents.filter(({ ph }) => "XBi".includes(ph));
    expect(slices.map(({ args }) => args.span)).toEqual(spans.map(({ span }) => span));
    expect(slices.map(({ ts }) => ts)).toEqual(spans.map(({ start_ns }) => start_ns / 1e3));
    const threads = new Map(
      traceEvents.filter(({ name }) => name === "thread_name").map(({ tid, args }) => [tid, args.name]),
    );
    for (const [index, { tid }] of slices.entries()) expect(threads.get(tid)).toContain(spans[index]?.pid);
    const ends = traceEvents.filter(({ ph }) => ph === "f");
    expect(ends.map(({ ts }) => ts)).toEqual(
      spans
        .filter(({ parent, cause }) => parent === null && cause !== null)
        .map(({ start_ns }) => start_ns / 1e3),
    );
    const beginnings = new Map(traceEvents.filter(({ ph }) => ph === "s").map((event) => [event.id, event]));
    for (const { id } of ends) expect(slices.map(({ ts }) => ts)).toContain(beginnings.get(id)?.ts);
  });

  test("trace export draws a chain as a sequence diagram", () => {
    const drawn = exported("--format", "mermaid", "--of", "OtpShop.Courier.handle_info/2");
    const names = new Map(
      [...drawn.matchAll(/participant (p\d) as (.*?) ?#35;PID/g)].map(([, id, name]) => [
        id,
        name || "caller",
      ]),
    );
    const messages = [...drawn.matchAll(/ {2}(p\d)->>(p\d): ([\w.]+)/g)];
    // The stock is committed while the delivery begins: of the two, either may come first.
    const [stock, others] = [true, false].map((isStock) =>
      messages
        .map(([, from, to, text]) => `${names.get(from)} → ${names.get(to)}: ${text}`)
        .filter((line) => line.includes("Inventory") === isStock),
    );
    expect(stock).toEqual(["OtpShop.Cart → OtpShop.Inventory: handle_call"]);
    expect(others).toMatchInlineSnapshot(`
      [
        "caller → OtpShop.Cart: handle_call",
        "OtpShop.Cart → OtpShop.OrderDesk: handle_call",
        "OtpShop.OrderDesk → OtpShop.Pricing: handle_call",
        "OtpShop.OrderDesk → OtpShop.Pricing: handle_call",
        "OtpShop.OrderDesk → OtpShop.Pricing: handle_call",
        "OtpShop.OrderDesk → OtpShop.OrderDesk: handle_continue",
        "OtpShop.OrderDesk → OtpShop.Payment: Task.Supervisor.async_nolink",
        "OtpShop.Payment → OtpShop.Payment: Kernel.send",
        "OtpShop.Payment → OtpShop.OrderDesk: handle_info",
        "OtpShop.OrderDesk → OtpShop.Courier: handle_cast",
        "OtpShop.Courier → OtpShop.Courier: handle_info",
      ]
    `);
  });
});

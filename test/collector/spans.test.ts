import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  callbackStats,
  openRecording,
  PayloadReader,
  placeOf,
  placeText,
  processDetails,
  readSpans,
  type Span,
  spanDetails,
  type SpanSet,
} from "../../src/collector/index.ts";
import { sampleRecording } from "./elixir.ts";

describe("the spans of a recording", () => {
  const payloads = new PayloadReader();
  let set: SpanSet;
  let byId: Map<string, Span>;

  beforeAll(() => {
    set = readSpans(openRecording(sampleRecording()));
    byId = new Map(set.spans.map((span) => [String(span.id), span]));
  });
  afterAll(() => payloads.close());

  const span = (id: number | bigint): Span => byId.get(String(id)) as Span;

  it("pairs beginnings and ends over frames and segments, whatever their order", () => {
    expect(span(1002)).toMatchObject({ status: "ok", start: 1_000_000, duration: 1_200_000, parent: null });
    expect(span(1003)).toMatchObject({ status: "ok", start: 1_200_000, duration: 100_000, parent: 1002 });
    expect(span(1004)).toMatchObject({ status: "raised", duration: 500_000 });
    expect(span(2n ** 60n)).toMatchObject({ status: "ok", duration: 400_000 });
  });

  it("gives spans in the order of time, and processes in that of their first event", () => {
    const starts = set.spans.map(({ start }) => start);
    expect(starts).toEqual(starts.toSorted((left, right) => left - right));
    expect(set.processes.map(({ pid, firstSeen }) => [pid.id, firstSeen])).toEqual([
      [150, 100_000],
      [151, 500_000],
      [152, 5_000_000],
      [153, 6_000_000],
    ]);
  });

  it("says why a span has no end", () => {
    const ends = [2001, 2002, 2003, 3001, 4003].map((id) => [span(id).status, span(id).endedBy]);
    expect(ends).toEqual([
      ["open", "killed"],
      ["open", "lost"],
      ["open", "killed"],
      ["open", null],
      ["open", "vm"],
    ]);
  });

  it("keeps a span whose beginning was dropped", () => {
    expect(span(4002)).toMatchObject({ status: "ok", start: 7_000_000, duration: null, enter: null });
    expect(spanDetails(span(4002), payloads)).toMatchObject({ args: null, result: "false" });
  });

  it("counts what it does not know", () => {
    expect([...set.report.unknownKinds]).toEqual([["weather", 1]]);
    expect(set.report.damage).toEqual([]);
    expect(set.events).toBe(24 - 2);
  });

  it("reads arguments, results and errors on demand", () => {
    const said = spanDetails(span(1002), payloads);
    expect(said.args?.[0]).toBe('{:take, "tea"}');
    expect(said.args?.[2]).toBe('%{items: %{"jam" => 0, "tea" => 3}, name: "stock"}');
    expect(said.result).toBe('{:reply, :ok, %{items: %{"jam" => 0, "tea" => 3}, name: [REDACTED]}}');
    expect(spanDetails(span(1003), payloads).args).toEqual(['"tea é" <> ... (2.5 MB)']);
    expect(spanDetails(span(1005), payloads)).toEqual({
      args: null,
      result: null,
      error: "** (RuntimeError) boom",
      stacktrace: ["lib/shop/stock.ex:42: Shop.Stock.check/1", "anonymous fn/1 in Shop.Stock.handle_call/3"],
    });
  });

  it("takes the place of run time where one clause becomes several functions", () => {
    expect(placeText(placeOf(span(2n ** 60n), payloads))).toBe("Shop.Made.a/0#1");
    expect(placeText(placeOf(span(1002), payloads))).toBe("Shop.Stock.handle_call/3#2");
  });

  it("describes processes", () => {
    const [server, killed] = set.processes.map((process) => processDetails(process, payloads));
    expect(server).toEqual({
      pid: "#PID<0.150.0>",
      registeredName: "Shop.Stock",
      sample: {},
      initialCall: "Shop.Stock.init/1",
      ancestors: ["Shop.Supervisor", "#PID<0.140.0>"],
      callers: [],
      parent: null,
      label: null,
      exit: null,
    });
    expect(killed).toMatchObject({ registeredName: null, exit: "killed" });
  });

  it("sums up by clause", () => {
    const stats = callbackStats(set.spans, payloads).map((row) => [
      placeText(row),
      row.count,
      row.p50,
      row.p95,
      row.max,
      row.errors,
      row.open,
    ]);
    expect(stats).toEqual([
      ["Shop.Stock.handle_call/3#2", 3, 500_000, 1_200_000, 1_200_000, 1, 1],
      ["Shop.Stock.check/1#1", 6, 100_000, 300_000, 300_000, 1, 3],
      ["Shop.Made.a/0#1", 1, 400_000, 400_000, 400_000, 0, 0],
      ["Shop.Stock.init/1#1", 1, 250_000, 250_000, 250_000, 0, 0],
      ["Shop.Stock.drain/1#1", 2, null, null, null, 0, 0],
    ]);
  });
});

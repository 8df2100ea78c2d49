import { beforeAll, describe, expect, test } from "vitest";
import { command, copyProject, escope, join, snapshot, trace, warnings, type TraceJson } from "./support.ts";

/** The original and its tree, compiled and tested once; every test below looks at what came out. */
describe("otp_shop, original and tree", () => {
  let project: string;
  let tree: string;
  let original: { compile: string; tests: string; before: Map<string, string> };
  let recorded: TraceJson;
  let run: ReturnType<typeof escope>;

  beforeAll(() => {
    project = copyProject("otp_shop");
    tree = join(project, "_escope");
    const compile = command("mix", ["compile", "--force"], project);
    const tests = command("mix", ["test", "--seed", "0"], project);
    original = {
      compile: compile.stdout + compile.stderr,
      tests: tests.stdout,
      before: snapshot(project, ["_build"]),
    };
    run = escope(["run", project, "--", "mix", "test", "--seed", "0"], project);
    recorded = trace(project);
  });

  test("the same tests pass", () => {
    const summary = /\d+ doctests?, \d+ tests?, 0 failures/;
    expect(original.tests).toMatch(summary);
    expect(run.status, run.stdout + run.stderr).toBe(0);
    expect(run.stdout.match(summary)?.[0]).toBe(original.tests.match(summary)?.[0]);
  });

  test("compiling gives the same warnings", () => {
    const compiled = command("mix", ["compile", "--force"], tree);
    const expected = warnings(original.compile);
    expect(expected.length).toBeGreaterThan(10);
    expect(warnings(compiled.stdout + compiled.stderr)).toEqual(expected);
  });

  test("the original is not touched", () => {
    expect(snapshot(project, ["_build", "_escope", ".escope"])).toEqual(original.before);
  });

  test("every callback that ran has its enter and its end", () => {
    expect(recorded.drops).toEqual({});
    expect(recorded.spans.length).toBeGreaterThan(300);
    const open = recorded.spans.filter((span) => span.status === "open");
    expect(open.length).toBeGreaterThan(0);
    for (const span of open) expect(span.ended_by, JSON.stringify(span)).toBe("killed");
    for (const span of recorded.spans.filter(({ status }) => status !== "open"))
      expect(span.duration_ns).toBeGreaterThan(0);
  });

  test("every way to leave a callback is recorded", () => {
    const raised = recorded.spans.filter((span) => span.status === "raised").map((span) => span.error ?? "");
    expect(raised.some((error) => error.startsWith("** (ArgumentError)"))).toBe(true);
    expect(raised.some((error) => error.startsWith("** (throw)"))).toBe(true);
    expect(raised.some((error) => error.startsWith("** (exit)"))).toBe(true);
  });

  test("spans say what DESIGN's contract names", () => {
    const found = recorded.spans.find(
      (span) => span.function === "handle_call" && span.module === "OtpShop.Inventory",
    );
    expect(found).toMatchObject({
      arity: 3,
      file: "lib/otp_shop/inventory.ex",
      status: "ok",
      error: null,
      parent: null,
    });
    expect(found?.args).toHaveLength(3);
    expect(found?.pid).toMatch(/^#PID<\d+\.\d+\.\d+>$/);
    expect(found?.result).toMatch(/^\{:reply, /);
    expect(Object.keys(found ?? {})).toEqual(
      expect.arrayContaining([
        "span",
        "parent",
        "cause",
        "clause",
        "line",
        "start_ns",
        "duration_ns",
        "context",
      ]),
    );
  });

  test("a second instrument rewrites nothing, and mix compiles nothing", () => {
    const before = snapshot(tree);
    const again = escope(["instrument", project], project);
    expect(again.stdout).toMatch(/ 0 written, \d+ unchanged/);
    expect(snapshot(tree)).toEqual(before);
    const compiled = command("mix", ["compile"], tree);
    expect(compiled.stdout + compiled.stderr).toBe("");
  });

  test("all text for people shows the tree of calls and the callbacks", () => {
    const show = escope(["trace", "show"], project);
    expect(show.stdout).toMatch(/OtpShop\.Inventory #PID<0\.\d+\.0>/);
    const errors = escope(["trace", "show", "--errors"], project);
    expect(errors.stdout).toMatch(/never returned \(killed\)/);
    const stats = escope(["trace", "stats"], project);
    expect(stats.stdout).toMatch(/callback\s+count\s+p50\s+p95/);
    const ls = escope(["trace", "ls"], tree);
    expect(ls.stdout).toMatch(/complete/);
  });
});

/** An oracle that shares nothing with the recording: the VM's own call counters. */
test("as many callbacks are recorded as the VM itself counts", () => {
  const project = copyProject("otp_shop");
  const plan = JSON.parse(escope(["plan", project, "--format", "json"], project).stdout) as {
    probes: { module: string; function: string; arity: number }[];
  };
  const functions = [...new Set(plan.probes.map((p) => `{${p.module}, :${p.function}, ${p.arity}}`))];
  const script = `
    {:ok, _} = Application.ensure_all_started(:escope)
    {:ok, _} = Application.ensure_all_started(:ex_unit)
    mfas = [${functions.join(", ")}]
    for {m, f, a} <- mfas, do: (Code.ensure_loaded!(m); 1 = :erlang.trace_pattern({m, f, a}, true, [:call_count]))
    {:ok, _} = Application.ensure_all_started(:otp_shop)
    Process.flag(:trap_exit, true)
    ExUnit.CaptureLog.capture_log(fn -> OtpShop.Demo.run() end)
    :ok = Application.stop(:otp_shop)
    for {m, f, a} <- mfas do
      {:call_count, n} = :erlang.trace_info({m, f, a}, :call_count)
      IO.puts("count #{inspect(m)}.#{f}/#{a} #{n}")
    end`;
  const run = escope(["run", project, "--", "mix", "run", "--no-start", "-e", script], project, {
    MIX_ENV: "test",
  });
  expect(run.status, run.stderr).toBe(0);
  const counted = new Map(
    [...run.stdout.matchAll(/^count (\S+) (\d+)$/gm)].map(([, mfa, n]) => [mfa, Number(n)]),
  );
  const spans = new Map<string, number>();
  for (const span of trace(project).spans) {
    const mfa = `${span.module}.${span.function}/${span.arity}`;
    spans.set(mfa, (spans.get(mfa) ?? 0) + 1);
  }
  const ran = new Map([...counted].filter(([, n]) => n > 0));
  expect(ran.size).toBeGreaterThan(10);
  // The VM also counts the call for which no clause matched: the demo crashes the courier with one such message.
  const unmatched = "OtpShop.Courier.handle_cast/2";
  ran.set(unmatched, (ran.get(unmatched) ?? 0) - 1);
  expect(Object.fromEntries(spans)).toEqual(Object.fromEntries(ran));
});

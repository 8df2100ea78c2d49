import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { RULES, SCRIPT, SHARED, SUBJECT } from "./do-subject.ts";
import {
  command,
  copyProject,
  escope,
  join,
  snapshot,
  trace,
  type SpanJson,
  type TraceJson,
} from "./support.ts";

let project: string;
let recorded: TraceJson;
let run: ReturnType<typeof escope>;

const spans = (name: string): SpanJson[] => recorded.spans.filter((span) => span.function === name);
const lineOf = (text: string): number => SUBJECT.split("\n").findIndex((line) => line.includes(text)) + 1;
const calledAs = (target: string): unknown[] =>
  recorded.spans
    .filter((span) => span.target === target)
    .map(({ args, result, status }) => [args, result, status]);
const tagged = (tag: string): string => escope(["trace", "show", "--tag", tag], project).stdout;
const outcomes = (name: string): unknown[] => spans(name).map(({ args, status }) => [args?.[0], status]);

function withSubject(): string {
  const copy = copyProject("otp_shop");
  writeFileSync(join(copy, "lib/otp_shop/subject.ex"), SUBJECT);
  writeFileSync(join(copy, "rules.yml"), RULES);
  writeFileSync(join(copy, "shared.yml"), SHARED);
  return copy;
}

beforeAll(() => {
  project = withSubject();
  run = escope(["run", project, "--rules", "rules.yml", "--", "mix", "run", "-e", SCRIPT], project);
  recorded = trace(project);
});

describe("every key of do is seen in a recording", () => {
  test("nothing went wrong on the way", () => {
    expect(run.status, run.stdout + run.stderr).toBe(0);
    expect(run.stderr).not.toMatch(/what the rules ask|condition|no pattern/);
    expect(run.stderr).toContain("no-result leaves the result out, and everything keeps it: it is kept");
  });

  test("leave: false: a return is no event, and nothing is missed", () => {
    expect(spans("quiet_end").map(({ status, ended_by }) => [status, ended_by])).toEqual([
      ["open", null],
      ["raised", null],
    ]);
    const shown = escope(["trace", "show", "--module", "OtpShop.Subject"], project).stdout;
    expect(shown).toMatch(/quiet_end\/1#1\(:works\) \(its end is not recorded\)/);
    expect(shown).not.toContain("never returned");
  });

  test("raise: false: an exception is no event", () => {
    expect(spans("quiet_error").map(({ status, ended_by }) => [status, ended_by])).toEqual([
      ["ok", null],
      ["open", null],
    ]);
  });

  test("enter: false: both ends, once it ended", () => {
    expect(outcomes("late")).toEqual([
      [":works", "ok"],
      [":fails", "raised"],
    ]);
  });

  test("enter and leave: false: failures alone", () => {
    expect(outcomes("only_errors")).toEqual([[":fails", "raised"]]);
  });

  test("capture.args: by place, by name, none", () => {
    expect(spans("places")[0]?.args).toEqual(["1", "(left out)", "3"]);
    expect(spans("named")[0]?.args).toEqual(["%{id: 7}", "(left out)", "nil"]);
    expect(spans("no_args")[0]?.args).toEqual(["(left out)", "(left out)"]);
  });

  test("capture.result: what one of two rules keeps is kept", () => {
    expect(spans("no_result")[0]).toMatchObject({ args: ["1"], result: "{1, :result}" });
    expect(spans("caller").find(({ status }) => status === "ok")).toMatchObject({
      result: "(left out)",
    });
  });

  test("redact: keys, paths and patterns", () => {
    expect(spans("hidden")[0]?.args).toEqual([
      "%{email: 4, iban: [REDACTED], user: %{email: [REDACTED], name: 3}}",
      '"card [REDACTED]!"',
    ]);
  });

  test("redact: arguments that are called so, of functions and of calls; those of the defaults everywhere", () => {
    const user = '%{email: "a@b", friend: %{email: 5}, name: "ann"}';
    expect(spans("login")[0]?.args).toEqual([
      user.replace('"a@b"', "[REDACTED]"),
      "[REDACTED]",
      "[REDACTED]",
    ]);
    const call = recorded.spans.find((span) => span.target === "OtpShop.Subject.login/3");
    expect(call?.args).toEqual([user, "[REDACTED]", '"ann"']);
  });

  test("limit: items, bytes, depth, total", () => {
    expect(spans("small")[0]?.args).toEqual(["[1, 2, ... (1 more)]", '"abcd" <> ... (8 bytes)', "[[...]]"]);
    const [budget = ""] = spans("budget")[0]?.args ?? [];
    expect(budget).toMatch(/^\[1, 2, .*more\)\]$/);
    expect(budget.length).toBeLessThan(40);
  });

  test("limit.per_second and sample: how many calls", () => {
    // The second may have turned once.
    expect([5, 10]).toContain(spans("often").length);
    expect(recorded.drops["limited"]).toBe(40 - spans("often").length);
    expect(spans("sometimes")).toHaveLength(10);
  });

  test("when: over names and args; of two, one must hold", () => {
    expect(outcomes("over")).toEqual([
      ["11", "ok"],
      ["13", "ok"],
    ]);
    expect(outcomes("either")).toEqual([
      ["-1", "ok"],
      ["10", "ok"],
    ]);
  });

  test("tag and mark", () => {
    expect(spans("marked")[0]).toMatchObject({ tags: ["money", "bank"], mark: "it happened" });
    const shown = escope(["trace", "show", "--tag", "bank"], project).stdout;
    expect(shown).toMatch(/“it happened” OtpShop\.Subject\.marked\/1#1\(1\)/);
    expect(shown).not.toContain("plain");
  });

  test("capture.locals: what variables are bound to, in calls that are recorded", () => {
    expect(spans("bound").map(({ target, args, result, line }) => [target, args, result, line])).toEqual([
      [null, ["2"], '{12, "t12"}', lineOf("def bound")],
      ["sum", [], "12", lineOf("sum = x + 10")],
      ["token", [], "[REDACTED]", lineOf("{:ok, token} =")],
    ]);
    const tree = readFileSync(join(project, "_escope/lib/otp_shop/subject.ex"), "utf8");
    expect(tree).toMatch(/Escope\.probe \d+, \[:sum, :token\], def bound\(x\) do/);
  });

  test("of calls and expressions, too", () => {
    const calls = recorded.spans.filter((span) => span.target === "OtpShop.Subject.notify/2");
    expect(calls.map(({ args, result, tags }) => [args, result, tags])).toEqual([
      [["(left out)", "2"], "(left out)", ["call"]],
      [["(left out)", "2"], "(left out)", ["call"]],
    ]);
    const sums = recorded.spans.filter((span) => span.target === "$A + 1");
    expect(sums.map(({ result, mark }) => [result, mark])).toEqual([["8", "sum"]]);
  });

  test("an expression that is a call has its record: arguments and value, and a condition on both", () => {
    expect(calledAs("div($X, 10)")).toEqual(
      [40, 50, 60, 70].map((n) => [[String(n), "(left out)"], String(n / 10), "ok"]),
    );
    const none = ["(left out)", "(left out)"];
    expect(calledAs("rem($X, 3)")).toEqual([
      [none, "0", "ok"],
      [none, "0", "ok"],
    ]);
    expect(calledAs("check($N, $P)")).toEqual([
      [['"u"', "[REDACTED]"], "(left out)", "ok"],
      [['"u"', "[REDACTED]"], null, "raised"],
    ]);
  });

  test("conditions of several rules: each for itself, and only what those give that held", () => {
    expect(spans("opted").map(({ args, tags, mark }) => [args, tags, mark])).toEqual([
      [["5", "[1]"], ["first"], "begun"],
      [["6", "[]"], ["large"], "much"],
      [["6", "[1]"], ["first", "large"], "begun"],
    ]);
    expect(recorded.drops["failed"]).toBe(2);
    expect(tagged("first").match(/opted/g)).toHaveLength(2);
    expect(tagged("large")).toMatch(/“much” .*opted\/2#1\(6, \[\]\)/);
  });

  test("comments select and leave out", () => {
    expect(spans("plain")).toHaveLength(1);
    expect(spans("commented")).toHaveLength(1);
    expect(spans("ignored")).toEqual([]);
  });
});

test("trace: callbacks of OTP, whose sources are not rewritten", () => {
  const found = recorded.spans.filter((span) => span.module === "Agent.Server");
  const init = found.find((span) => span.function === "init");
  const get = found.find((span) => span.function === "handle_call" && span.args?.[2]?.includes("at: 2"));
  expect(init).toMatchObject({
    function: "init",
    arity: 1,
    kind: "trace",
    clause: null,
    file: null,
    line: null,
    mark: "an agent",
  });
  expect(get).toMatchObject({
    function: "handle_call",
    arity: 3,
    status: "ok",
    result: "(left out)",
    callback: "GenServer",
  });
  expect(get?.args?.[2]).toBe("%{at: 2, password: [REDACTED]}");
  expect(get?.duration_ns).toBeGreaterThan(0);
  const shown = escope(["trace", "show", "--module", "Agent.Server"], project);
  expect(shown.stdout).toContain("Agent.Server.handle_call/3(");
});

test("what may have kept a recording empty is said", () => {
  const own = withSubject();
  const said = (ask: string): string => {
    writeFileSync(
      join(own, "one.yml"),
      `rules: [{ id: one, match: { function: { name: plain } }, do: ${ask} }]`,
    );
    const words = ["run", own, "--rules", "one.yml", "--", "mix", "run", "-e", "OtpShop.Subject.plain(1)"];
    return escope(words, own).stderr;
  };
  expect(said("{ sample: 0 }")).toContain(
    ": sample: 0 (one) records none of its calls, and no other probed function ran\n",
  );
  const raising = said('{ when: "Nobody.there(x)" }');
  expect(raising).toContain("lost: failed 1");
  expect(raising).toContain(": the condition of one was asked once, and never held: it raised each time");
  expect(said('{ when: "x > 1" }')).toContain(": the condition of one was asked once, and never held\n");
});

describe("what the rules ask can change", () => {
  test("without one application module compiled anew", () => {
    const tree = join(project, "_escope");
    command("mix", ["compile"], tree);
    const beams = (): Map<string, string> => snapshot(join(tree, "_build"));
    const before = beams();
    const changed = RULES.replace("sample: 0.25", "sample: 0.5")
      .replace("items: 2", "items: 1")
      .replace("tag: call", "tag: other");
    writeFileSync(join(project, "rules.yml"), changed);
    const written = escope(["instrument", project, "--rules", "rules.yml"], project);
    expect(written.stdout).toMatch(/tree .*: \d written/);
    expect(readFileSync(join(tree, ".escope/runtime/priv/policies.terms"), "utf8")).toContain(
      "sample => 0.5",
    );
    const compiled = command("mix", ["compile"], tree);
    expect(compiled.stdout + compiled.stderr).toBe("");
    const after = beams();
    const touched = [...after].filter(
      ([path, print]) => path.endsWith(".beam") && before.get(path) !== print,
    );
    expect(touched).toEqual([]);
  });

  test("what has no effect is told, and fails where it must be strict", () => {
    const own = withSubject();
    appendFileSync(join(own, "lib/otp_shop/subject.ex"), "# escope:ignore nothing\n");
    const plan = escope(["plan", own, "--rules", "rules.yml"], own);
    expect(plan.status).toBe(0);
    expect(plan.stdout).toMatch(
      /without effect:\n {2}lib\/otp_shop\/subject\.ex:\d+ escope:ignore: no rule selects anything at line \d+\n {2}rules\.yml:\d+ excludes nothing/,
    );
    expect(plan.stdout).toMatch(/often\/1#1 +often  limit per_second 5/);
    const json = JSON.parse(
      escope(["plan", own, "--rules", "rules.yml", "--format", "json"], own).stdout,
    ) as {
      idle: { file: string }[];
      conflicts: { rules: string[] }[];
    };
    expect(json.idle.map(({ file }) => file)).toEqual(["lib/otp_shop/subject.ex", "rules.yml"]);
    expect(json.conflicts.map(({ rules }) => rules)).toEqual([
      ["no-result", "everything"],
      ["large", "listed"],
    ]);
    const planned = escope(["plan", own, "--rules", "rules.yml", "--strict"], own);
    expect(planned.status).toBe(1);
    expect(planned.stderr).toContain("--strict: without effect: 2 places, listed above");
    const ran = (...words: string[]): number | null =>
      escope(["run", own, "--rules", "rules.yml", "--strict", "--", ...words], own).status;
    expect([ran("true"), ran("sh", "-c", "exit 7")]).toEqual([1, 7]);
    const strict = escope(["instrument", own, "--rules", "rules.yml", "--dry-run", "--strict"], own);
    expect(strict.status).toBe(1);
    expect(strict.stderr).toContain("--strict: without effect: 2 places, listed above");
  });
});

import { describe, expect, test, vi } from "vitest";
import { asking, choose, KEY, ownEnvironment, PROVIDERS, SHOP } from "./asking.ts";
import type { Step } from "./server.ts";

ownEnvironment();

const GOOD = choose(["Shop.Cart.put/3", "Counts."]);
const QUICK = { ...SHOP, "escope.config.yaml": "ai:\n  timeout: 1\n" };
const CUT = { anthropic: "max_tokens", openai: "length" } as const;

describe.each(PROVIDERS)("%s", (provider) => {
  test("a limit of requests is waited for as long as it says, and told", async () => {
    const { server, run } = await asking(provider, (own) => [
      own.fails(429, "slow down", { "retry-after": "0.3" }),
      own.fails(503, "busy", { "retry-after": "0" }),
      GOOD,
    ]);
    const began = Date.now();
    const { status, stderr } = await run();
    expect([status, server.asked.length]).toEqual([0, 3]);
    expect(Date.now() - began).toBeGreaterThanOrEqual(290);
    expect(stderr).toMatch(/takes no more requests now: .*slow down.*: trying again in 0\.3 s/);
    expect(stderr).toMatch(/answers with status 503: .*busy.*: trying again in 0\.0 s/);
  });

  test("a wait of an hour is not sat out, nor is a limit that stays", async () => {
    const hour = await asking(provider, (own) => [own.fails(429, "quota", { "retry-after": "3600" })]);
    const { error } = await hour.run();
    expect([error?.code, error?.details.hint, hour.server.asked.length]).toEqual([
      "AI_RATE_LIMITED",
      "Ask again in 3600 s.",
      1,
    ]);
    const stays = await asking(provider, (own) => [own.fails(429, "no", { "retry-after": "0" })]);
    expect([(await stays.run()).error?.code, stays.server.asked.length]).toEqual(["AI_RATE_LIMITED", 4]);
  });

  test.each([
    [401, "invalid x-api-key", "AI_KEY_REFUSED"],
    [404, "model: some-model", "AI_MODEL_UNKNOWN"],
    [400, "prompt is too long", "AI_FAILED"],
    [403, `the key ${KEY} may not`, "AI_KEY_REFUSED"],
  ])("status %i", async (status, message, code) => {
    const { server, run } = await asking(provider, (own) => [own.fails(status, message)]);
    const { error, stderr } = await run();
    expect([error?.code, server.asked.length]).toEqual([code, 1]);
    expect(error?.message).toContain(message.replace(KEY, "[key]"));
    expect(error?.message + stderr).not.toContain(KEY);
  });

  test("a refusal", async () => {
    const { error } = await (
      await asking(provider, [{ refusal: "I cannot help with\u001b[31m that." }])
    ).run();
    expect([error?.code, error?.message]).toEqual([
      "AI_REFUSED",
      expect.stringMatching(/^the model refuses to answer: I cannot help with \[31m that\.$/),
    ]);
  });

  test("a refusal by the provider's filter", async () => {
    const stop = provider === "openai" ? "content_filter" : "refusal";
    const { error } = await (await asking(provider, [{ stop }])).run();
    expect(error?.code).toBe("AI_REFUSED");
  });

  test("an answer that is cut off is asked for again, shorter, once", async () => {
    const cut: Step = { calls: [["choose", '{"choices": [{"target": "Shop.Cart.pu']], stop: CUT[provider] };
    const once = await asking(provider, [cut, GOOD]);
    expect((await once.run()).stdout).toContain('name: "put"');
    expect(JSON.stringify(once.server.asked[1]?.body.messages.at(-1))).toContain(
      "cut off at its greatest length",
    );
    const asks: Step = { calls: [["callers_of", '{"function": "Sh']], stop: CUT[provider] };
    const other = await asking(provider, [asks, GOOD]);
    expect((await other.run()).status).toBe(0);
    expect(JSON.stringify(other.server.asked[1]?.body.messages.at(-1))).toContain(
      "cut off at its greatest length",
    );
    const { error } = await (await asking(provider, [cut, cut])).run();
    expect(error?.code).toBe("AI_ANSWER_CUT");
    const words = await asking(provider, [{ text: "I think that", stop: CUT[provider] }]);
    expect([(await words.run()).error?.code, words.server.asked.length]).toEqual(["AI_ANSWER_CUT", 2]);
  });

  test.each([
    ["no JSON", "choices: all", "it is not JSON"],
    ["not an object", "[1]", 'it must be an object with the key "choices"'],
    ["another key", { choices: [], run: "rm" }, 'unknown key "run"'],
    ["no list", { choices: "all" }, '"choices" must be a list'],
    [
      "a choice with more",
      { choices: [{ target: "A.b/1", reason: "r", shell: "rm" }] },
      'choices[0]: unknown key "shell"',
    ],
    ["a target that is none", { choices: [{ target: 7, reason: "r" }] }, "choices[0]: target must be a text"],
  ])("an answer that does not fit (%s) may be corrected once", async (_, input, problem) => {
    const wrong: Step = { calls: [["choose", input]] };
    const once = await asking(provider, [wrong, GOOD]);
    expect((await once.run()).status).toBe(0);
    expect(JSON.stringify(once.server.asked[1]?.body.messages)).toContain(
      JSON.stringify(problem).slice(1, -1),
    );
    const { error } = await (await asking(provider, [wrong])).run();
    expect([error?.code, error?.message]).toEqual(["AI_ANSWER_MALFORMED", expect.stringContaining(problem)]);
  });

  test("talk in place of an answer, and no answer at all", async () => {
    for (const text of ["You should watch the cart.", ""]) {
      const { server, run } = await asking(provider, [{ text }]);
      expect([(await run()).error?.code, server.asked.length]).toEqual(["AI_ANSWER_MALFORMED", 2]);
    }
  });

  test("a stream that breaks off, is no stream, or holds no JSON", async () => {
    const broken = await asking(provider, (own) => [
      async (response) => {
        await own.say(response, { text: "Let me think about it for a while." }, 0.5);
        response.destroy();
      },
    ]);
    expect((await broken.run()).error?.code).toBe("AI_ANSWER_INCOMPLETE");
    const ends = await asking(provider, (own) => [
      async (response) => {
        await own.say(response, { text: "Let me think." }, 0.5);
        response.end("\n\n");
      },
    ]);
    expect((await ends.run()).error?.code).toMatch(/AI_ANSWER_(?:INCOMPLETE|MALFORMED)/);
    const page = await asking(provider, [(response) => void response.end("<html>Sign in</html>")]);
    expect((await page.run()).error?.code).toBe("AI_ANSWER_INCOMPLETE");
    const nonsense = "event: message_start\ndata: {not json\n\n";
    const garbled = await asking(provider, [
      (response) => void response.setHeader("content-type", "text/event-stream").end(nonsense),
    ]);
    expect((await garbled.run()).error?.code).toBe("AI_ANSWER_MALFORMED");
  });

  test("an error in the middle of the stream is told in the server's words", async () => {
    const error = { type: "overloaded_error", message: "Overloaded now" };
    const event =
      provider === "anthropic"
        ? `event: error\ndata: ${JSON.stringify({ type: "error", error })}\n\n`
        : `data: ${JSON.stringify({ error })}\n\n`;
    const { run } = await asking(provider, [
      (response) => void response.setHeader("content-type", "text/event-stream").end(event),
    ]);
    expect(await run()).toMatchObject({
      error: { code: "AI_FAILED", message: expect.stringContaining("Overloaded now") },
    });
  });

  test("silence: before the answer, and in it", async () => {
    const before = await asking(provider, [() => undefined], QUICK);
    expect((await before.run()).error?.message).toMatch(/said nothing for 1 s$/);
    const within = await asking(
      provider,
      (own) => [(response) => own.say(response, { text: "Let me think about it." }, 0.6)],
      QUICK,
    );
    const { error, stderr } = await within.run();
    expect([error?.code, stderr]).toEqual([
      "AI_TIMED_OUT",
      expect.stringContaining("0 rounds, 0 of 100000 tokens"),
    ]);
  });

  test("nobody there, and a redirection to somebody else", async () => {
    const { server, run } = await asking(provider, [GOOD]);
    server.close();
    const { error } = await run();
    expect([error?.code, error?.message]).toEqual([
      "AI_UNREACHABLE",
      expect.stringContaining("ECONNREFUSED"),
    ]);
    const elsewhere = await asking(provider, [GOOD]);
    const redirected = await asking(provider, [
      (response) => void response.writeHead(307, { location: elsewhere.endpoint }).end(),
    ]);
    expect((await redirected.run()).error?.code).toBe("AI_UNREACHABLE");
    expect(elsewhere.server.asked).toEqual([]);
  });
});

describe("whom to ask", () => {
  test("no key for a provider's own endpoint", async () => {
    const { run } = await asking("anthropic", [GOOD]);
    for (const name of ["ENDPOINT", "KEY"]) vi.stubEnv(`ESCOPE_AI_${name}`, undefined);
    const { error } = await run();
    expect([error?.code, error?.details.hint]).toEqual([
      "AI_KEY_MISSING",
      expect.stringContaining("Set ANTHROPIC_API_KEY or ESCOPE_AI_KEY"),
    ]);
  });

  test("a server of one's own needs none", async () => {
    const { server, run } = await asking("openai", [GOOD]);
    vi.stubEnv("ESCOPE_AI_KEY", undefined);
    expect([(await run()).status, server.asked.length]).toEqual([0, 1]);
  });

  test("the configuration says it, and the environment goes before it", async () => {
    const { server, run } = await asking("openai", [GOOD], {
      ...SHOP,
      "escope.config.yaml": "ai:\n  provider: anthropic\n  model: from-config\n  key_env: MY_KEY\n",
    });
    vi.stubEnv("ESCOPE_AI_MODEL", undefined);
    vi.stubEnv("ESCOPE_AI_KEY", undefined);
    vi.stubEnv("MY_KEY", "mine");
    expect((await run()).status).toBe(0);
    expect(server.asked[0]).toMatchObject({
      body: { model: "from-config" },
      headers: { authorization: "Bearer mine" },
    });
  });

  test.each([
    ["PROVIDER", "ESCOPE_AI_PROVIDER (anthropic or openai)", undefined],
    ["PROVIDER", "ESCOPE_AI_PROVIDER (anthropic or openai)", "someone"],
    ["MODEL", "ESCOPE_AI_MODEL in the environment, or model below ai", undefined],
    ["ENDPOINT", "ESCOPE_AI_ENDPOINT (http://… or https://…)", "ftp://x"],
  ])("%s that is not said, or cannot be meant", async (name, hint, value) => {
    const { run } = await asking("openai", [GOOD]);
    if (name === "PROVIDER") vi.stubEnv("ESCOPE_AI_ENDPOINT", undefined);
    vi.stubEnv(`ESCOPE_AI_${name}`, value);
    const { error } = await run();
    expect([error?.code, error?.details.hint]).toEqual(["AI_UNSET", expect.stringContaining(hint)]);
  });
});

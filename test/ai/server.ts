import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll } from "vitest";

export type Provider = "anthropic" | "openai";

/** What the server is asked. */
export interface Asked {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: any;
}

/** An answer of the model, to be put in the provider's own form. */
export interface Says {
  readonly text?: string;
  /** Tools by name, with what each is given: an object, or a text that need not be JSON. */
  readonly calls?: readonly (readonly [name: string, input: object | string])[];
  /** The provider's own word for why it ended. */
  readonly stop?: string;
  readonly refusal?: string;
  readonly usage?: readonly [input: number, output: number];
}

export type Step = Says | ((response: ServerResponse) => void | Promise<void>);

const ENCODED = { anthropic: anthropicEvents, openai: openAiEvents };

/** A server on the loopback that speaks as the provider does, and answers one step a request; with the last one, ever again. */
export class ModelServer {
  readonly asked: Asked[] = [];
  readonly provider: Provider;
  readonly steps: Step[];
  readonly #server = createServer((request, response) => {
    let text = "";
    request.on("data", (piece) => (text += piece));
    request.on("end", () => {
      this.asked.push({ path: request.url ?? "", headers: request.headers, body: JSON.parse(text) });
      const step = this.steps.length > 1 ? this.steps.shift() : this.steps[0];
      void (typeof step === "function" ? step(response) : this.say(response, step ?? {}));
    });
  });

  constructor(provider: Provider, steps: readonly Step[]) {
    this.provider = provider;
    this.steps = [...steps];
    afterAll(() => this.close());
  }

  /** The endpoint for the settings. */
  async listen(): Promise<string> {
    await new Promise<void>((done) => this.#server.listen(0, "127.0.0.1", done));
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}${this.provider === "openai" ? "/v1" : ""}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  /** The stream in odd pieces, as networks give it. */
  async say(response: ServerResponse, says: Says, cutAt = 1): Promise<void> {
    const events = ENCODED[this.provider](says).join("");
    const text = events.slice(0, Math.ceil(events.length * cutAt));
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (let at = 0; at < text.length; at += 97) {
      response.write(text.slice(at, at + 97));
      await new Promise((next) => setImmediate(next));
    }
    if (cutAt === 1) response.end();
  }

  /** An error as the provider words it. */
  fails(
    status: number,
    message: string,
    headers: Record<string, string> = {},
  ): (response: ServerResponse) => void {
    const error = { type: "error", message };
    const body = this.provider === "anthropic" ? { type: "error", error } : { error };
    return (response) => {
      response.writeHead(status, { "content-type": "application/json", ...headers });
      response.end(JSON.stringify(body));
    };
  }
}

function written(input: object | string): string {
  return typeof input === "string" ? input : JSON.stringify(input);
}

function pieces(text: string): string[] {
  return text.match(/[\s\S]{1,13}/g) ?? [];
}

function anthropicEvents({ text = "", calls = [], stop, refusal, usage = [100, 10] }: Says): string[] {
  const events: object[] = [
    {
      type: "message_start",
      message: {
        id: "msg_1",
        type: "message",
        role: "assistant",
        model: "m",
        content: [],
        stop_reason: null,
        usage: { input_tokens: usage[0], output_tokens: 1 },
      },
    },
    { type: "ping" },
  ];
  let index = 0;
  const block = (start: object, deltas: readonly object[]): void => {
    events.push({ type: "content_block_start", index, content_block: start });
    for (const delta of deltas) events.push({ type: "content_block_delta", index, delta });
    events.push({ type: "content_block_stop", index });
    index += 1;
  };
  const words = text || refusal || "";
  if (words !== "")
    block(
      { type: "text", text: "" },
      pieces(words).map((each) => ({ type: "text_delta", text: each })),
    );
  for (const [name, input] of calls)
    block(
      { type: "tool_use", id: `toolu_${index}`, name, input: {} },
      pieces(written(input)).map((each) => ({ type: "input_json_delta", partial_json: each })),
    );
  const reason = stop ?? (refusal === undefined ? (calls.length > 0 ? "tool_use" : "end_turn") : "refusal");
  events.push({
    type: "message_delta",
    delta: { stop_reason: reason, stop_sequence: null },
    usage: { output_tokens: usage[1] },
  });
  events.push({ type: "message_stop" });
  return events.map((each) => `event: ${(each as { type: string }).type}\ndata: ${JSON.stringify(each)}\n\n`);
}

function chunk(delta: object, reason: string | null = null): object {
  const choices = [{ index: 0, delta, finish_reason: reason }];
  return { id: "chatcmpl-1", object: "chat.completion.chunk", created: 1, model: "m", choices };
}

function openAiEvents({ text = "", calls = [], stop, refusal, usage = [100, 10] }: Says): string[] {
  const events = [
    chunk({ role: "assistant", content: "" }),
    ...pieces(text).map((content) => chunk({ content })),
    ...pieces(refusal ?? "").map((each) => chunk({ refusal: each })),
    ...calls.flatMap(([name, input], index) => [
      chunk({
        tool_calls: [{ index, id: `call_${index}`, type: "function", function: { name, arguments: "" } }],
      }),
      ...pieces(written(input)).map((each) =>
        chunk({ tool_calls: [{ index, function: { arguments: each } }] }),
      ),
    ]),
    chunk({}, stop ?? (calls.length > 0 ? "tool_calls" : "stop")),
    {
      id: "chatcmpl-1",
      object: "chat.completion.chunk",
      created: 1,
      model: "m",
      choices: [],
      usage: { prompt_tokens: usage[0], completion_tokens: usage[1], total_tokens: usage[0] + usage[1] },
    },
  ];
  return [...events.map((each) => `data: ${JSON.stringify(each)}\n\n`), "data: [DONE]\n\n"];
}

import type { Entry, Question, Turn } from "../planner/index.ts";
import {
  at,
  countAt,
  finished,
  inputOf,
  textAt,
  type Collector,
  type OpenCall,
  type ProviderAbout,
} from "./provider.ts";
import type { AiSettings } from "./settings.ts";

/** Anthropic's Messages API. */
export const anthropic: ProviderAbout = {
  package: "@anthropic-ai/sdk",
  version: "1",
  endpoint: "https://api.anthropic.com",
  path: "/v1/messages",
  bodyOf,
  open: (sdk, _settings, options) => {
    const { default: Client } = sdk as { readonly default: new (options: object) => AnthropicClient };
    const client = new Client(options);
    return (body, signal) => client.messages.create(body, { signal });
  },
  collect: () => new Collected(),
};

interface AnthropicClient {
  readonly messages: {
    create(body: object, options: { readonly signal: AbortSignal }): Promise<AsyncIterable<unknown>>;
  };
}

function bodyOf({ system, entries, tools, most }: Question, { model }: AiSettings): object {
  return {
    model,
    max_tokens: most,
    stream: true,
    system,
    tools: tools.map(({ name, description, parameters }) => ({
      name,
      description,
      input_schema: parameters,
    })),
    messages: entries.flatMap(messageOf),
  };
}

function messageOf(entry: Entry): object[] {
  if (entry.role === "user") return [{ role: "user", content: entry.text }];
  if (entry.role === "model") {
    const { text, calls } = entry.turn;
    const content = [
      ...(text.trim() === "" ? [] : [{ type: "text", text }]),
      ...calls.map((call) => ({ type: "tool_use", id: call.id, name: call.name, input: inputOf(call) })),
    ];
    return content.length === 0 ? [] : [{ role: "assistant", content }];
  }
  const results = entry.results.map(({ id, text, failed }) => {
    return { type: "tool_result", tool_use_id: id, content: text, ...(failed ? { is_error: true } : {}) };
  });
  const said = entry.text === undefined ? [] : [{ type: "text", text: entry.text }];
  return [{ role: "user", content: [...results, ...said] }];
}

const ENDS: Readonly<Record<string, Turn["end"]>> = {
  max_tokens: "cut",
  model_context_window_exceeded: "cut",
  refusal: "refused",
};

class Collected implements Collector {
  #text = "";
  readonly #calls = new Map<unknown, OpenCall>();
  #input = 0;
  #output = 0;
  #stop: string | undefined;
  #complete = false;

  add(event: unknown): void {
    switch (at(event, "type")) {
      case "message_start":
        this.#count(at(event, "message", "usage"));
        break;
      case "content_block_start":
        this.#begin(at(event, "index"), at(event, "content_block"));
        break;
      case "content_block_delta":
        this.#extend(at(event, "index"), at(event, "delta"));
        break;
      case "message_delta":
        this.#count(at(event, "usage"));
        this.#stop = textAt(event, "delta", "stop_reason") || this.#stop;
        break;
      case "message_stop":
        this.#complete = true;
        break;
    }
  }

  turn(): Turn | undefined {
    if (!this.#complete || this.#stop === undefined) return undefined;
    return {
      text: this.#text,
      calls: finished(this.#calls.values()),
      end: ENDS[this.#stop] ?? "done",
      used: { input: this.#input, output: this.#output },
    };
  }

  #begin(index: unknown, block: unknown): void {
    if (at(block, "type") === "text") this.#text += textAt(block, "text");
    if (at(block, "type") === "tool_use")
      this.#calls.set(index, { id: textAt(block, "id"), name: textAt(block, "name"), input: "" });
  }

  #extend(index: unknown, delta: unknown): void {
    if (at(delta, "type") === "text_delta") this.#text += textAt(delta, "text");
    const call = this.#calls.get(index);
    if (at(delta, "type") === "input_json_delta" && call !== undefined)
      call.input += textAt(delta, "partial_json");
  }

  /** The counts are of the whole answer so far. */
  #count(usage: unknown): void {
    const cached = countAt(usage, "cache_creation_input_tokens") + countAt(usage, "cache_read_input_tokens");
    this.#input = Math.max(this.#input, countAt(usage, "input_tokens") + cached);
    this.#output = Math.max(this.#output, countAt(usage, "output_tokens"));
  }
}

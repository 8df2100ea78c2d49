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

/** Chat completions, as OpenAI and most local servers offer them. */
export const openai: ProviderAbout = {
  package: "openai",
  version: "6",
  endpoint: "https://api.openai.com/v1",
  path: "/chat/completions",
  bodyOf,
  open: (sdk, { endpoint }, options) => {
    const { default: Client } = sdk as { readonly default: new (options: object) => OpenAiClient };
    // Whose organization it is, is OpenAI's to know alone.
    const own = endpoint === undefined ? {} : { organization: null, project: null };
    const client = new Client({ ...options, ...own });
    return (body, signal) => client.chat.completions.create(body, { signal });
  },
  collect: () => new Collected(),
};

interface OpenAiClient {
  readonly chat: {
    readonly completions: {
      create(body: object, options: { readonly signal: AbortSignal }): Promise<AsyncIterable<unknown>>;
    };
  };
}

function bodyOf({ system, entries, tools, most }: Question, { model, endpoint }: AiSettings): object {
  return {
    model,
    // OpenAI's newer models refuse the older name; other servers know no other.
    ...(endpoint === undefined ? { max_completion_tokens: most } : { max_tokens: most }),
    stream: true,
    stream_options: { include_usage: true },
    tools: tools.map((tool) => ({ type: "function", function: tool })),
    messages: [{ role: "system", content: system }, ...entries.flatMap(messagesOf)],
  };
}

function messagesOf(entry: Entry): object[] {
  if (entry.role === "user") return [{ role: "user", content: entry.text }];
  if (entry.role === "model") {
    const { text, calls } = entry.turn;
    const called = calls.map((call) => ({
      id: call.id,
      type: "function",
      function: { name: call.name, arguments: JSON.stringify(inputOf(call)) },
    }));
    if (called.length === 0) return text.trim() === "" ? [] : [{ role: "assistant", content: text }];
    return [{ role: "assistant", content: text === "" ? null : text, tool_calls: called }];
  }
  return [
    ...entry.results.map(({ id, text }) => ({ role: "tool", tool_call_id: id, content: text })),
    ...(entry.text === undefined ? [] : [{ role: "user", content: entry.text }]),
  ];
}

const ENDS: Readonly<Record<string, Turn["end"]>> = { length: "cut", content_filter: "refused" };

class Collected implements Collector {
  #text = "";
  #refusal = "";
  readonly #calls = new Map<unknown, OpenCall>();
  #input = 0;
  #output = 0;
  #stop: string | undefined;

  add(event: unknown): void {
    const choice = at(event, "choices", 0);
    const delta = at(choice, "delta");
    this.#text += textAt(delta, "content");
    this.#refusal += textAt(delta, "refusal");
    const calls = at(delta, "tool_calls");
    for (const call of Array.isArray(calls) ? calls : []) this.#extend(call);
    this.#stop = textAt(choice, "finish_reason") || this.#stop;
    this.#input = Math.max(this.#input, countAt(event, "usage", "prompt_tokens"));
    this.#output = Math.max(this.#output, countAt(event, "usage", "completion_tokens"));
  }

  turn(): Turn | undefined {
    if (this.#stop === undefined) return undefined;
    const refused = this.#refusal !== "";
    return {
      text: refused ? this.#refusal : this.#text,
      calls: finished(this.#calls.values()),
      end: refused ? "refused" : (ENDS[this.#stop] ?? "done"),
      used: { input: this.#input, output: this.#output },
    };
  }

  /** Some servers give each call whole, without a number, and some without an id. */
  #extend(piece: unknown): void {
    const key = at(piece, "index") ?? (textAt(piece, "id") || this.#calls.size);
    const call = this.#calls.get(key) ?? { id: "", name: "", input: "" };
    this.#calls.set(key, call);
    call.id ||= textAt(piece, "id") || `call_${this.#calls.size}`;
    call.name ||= textAt(piece, "function", "name");
    call.input += textAt(piece, "function", "arguments");
  }
}

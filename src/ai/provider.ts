import type { Question, ToolCall, Turn } from "../planner/index.ts";
import type { AiSettings, Provider } from "./settings.ts";

/** How a provider is spoken to. */
export interface ProviderAbout {
  /** The package of its SDK, which people install if they want it. */
  readonly package: string;
  readonly version: string;
  readonly endpoint: string;
  /** What is added to the endpoint. */
  readonly path: string;
  /** What is sent. */
  bodyOf(question: Question, settings: AiSettings): object;
  /** A client whose `send` gives the events of the answer's stream. */
  open(sdk: unknown, settings: AiSettings, options: ClientOptions): Send;
  /** Puts the events together. */
  collect(): Collector;
}

/** What both SDKs take. Trying again is ours: theirs wait however long a server asks them to. */
export interface ClientOptions {
  readonly apiKey: string;
  readonly baseURL: string;
  readonly maxRetries: 0;
  readonly timeout: number;
  readonly logLevel: "off";
  readonly fetchOptions: { readonly redirect: "error" };
}

export type Send = (body: object, signal: AbortSignal) => Promise<AsyncIterable<unknown>>;

export interface Collector {
  /** Takes an event; what it does not know it passes over. */
  add(event: unknown): void;
  /** Undefined where the stream ended before the answer did. */
  turn(): Turn | undefined;
}

export type Providers = Readonly<Record<Provider, ProviderAbout>>;

/** A call whose text comes in pieces. */
export interface OpenCall {
  id: string;
  name: string;
  input: string;
}

export function finished(calls: Iterable<OpenCall>): ToolCall[] {
  return [...calls].map(({ id, name, input }) => ({ id, name, input: input === "" ? "{}" : input }));
}

/** Of what a server sent: anything may be missing, or something else. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  let inner = value;
  for (const key of path) {
    if (typeof inner !== "object" || inner === null) return undefined;
    inner = (inner as Record<string | number, unknown>)[key];
  }
  return inner;
}

export function textAt(value: unknown, ...path: readonly (string | number)[]): string {
  const found = at(value, ...path);
  return typeof found === "string" ? found : "";
}

export function countAt(value: unknown, ...path: readonly (string | number)[]): number {
  const found = at(value, ...path);
  return typeof found === "number" && Number.isFinite(found) && found > 0 ? found : 0;
}

/** What a model gave a tool as an object; what it did not keep to JSON in, as an empty one. */
export function inputOf({ input }: ToolCall): object {
  try {
    const value: unknown = JSON.parse(input);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
  } catch {
    return {};
  }
}

import type { SpanJson } from "./support.ts";

/** What a call site sends, and who answers it. */
interface Sent {
  readonly pid: string | null;
  readonly at_ns: number;
  readonly received: readonly { readonly span: string; readonly after_ns: number }[];
}

export type Told = SpanJson & {
  readonly message: { readonly after_ns: number | null; readonly by: string } | null;
  readonly sent: Sent | null;
};

export interface Why {
  readonly span: string;
  readonly way: readonly string[];
  readonly followed: readonly string[];
  readonly spans: readonly Told[];
}

export interface Graph {
  readonly processes: readonly { readonly name: string; readonly pids: readonly string[] }[];
  readonly messages: readonly {
    readonly from: string;
    readonly to: string;
    readonly through: string | null;
    readonly count: number;
  }[];
}

export interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly ts: number;
  readonly tid: number;
  readonly id?: number;
  readonly args: { readonly span: string; readonly name: string };
}

/** Which function, in which process and how it came to that: without arguments, times and pids. */
export function bare(text: string): string[] {
  return text
    .split("\n")
    .map((line) =>
      line
        .replace(/^ *\d+\.\d{3} ms {2}/, "")
        .replace(/(\/\d(?:#\d)?)\(.*/, "$1")
        .replaceAll(/[\d.]+ (?:ns|µs|ms|s)\b/g, "TIME")
        .replaceAll(/#PID<[\d.]+>/g, "PID")
        .replace(/span \S+:-?\d+$/, "span ID"),
    )
    .map((line) => line.trimEnd());
}

/** A process of the graph with its messages, one text each; callers that run at the same time come in any order. */
export function blocks(text: string): string[] {
  return bare(text)
    .join("\n")
    .trim()
    .split(/\n(?! )/)
    .sort();
}

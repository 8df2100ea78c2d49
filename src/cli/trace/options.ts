import type { Io } from "../io.ts";

/** What every `escope trace` command takes. */
export interface TraceOptions {
  /** A recording's folder, or its name among the project's; the newest of the project where undefined. */
  readonly recording?: string | undefined;
  readonly format: "text" | "json";
  /** Where the user stands. */
  readonly cwd: string;
}

export interface StateOptions extends TraceOptions {
  /** A pid, or part of a process's name. */
  readonly pid?: string | undefined;
  /** A span, as `trace show --format json` names it. */
  readonly at?: string | undefined;
  /** A key of the state: an assign, or `cart.items`. */
  readonly key?: string | undefined;
}

export interface TreeOptions extends TraceOptions {
  /** A time since the recording began (`1.5s`), or a span. */
  readonly at?: string | undefined;
  /** Also what is rendered for HTTP requests. */
  readonly static?: boolean | undefined;
}

export interface WhyOptions extends TraceOptions {
  /** A span, or a function (`Shop.Cart.add/2`, `Shop.Cart.handle_call/3#2`): its newest span. Without it: the newest that failed. */
  readonly of?: string | undefined;
}

export interface GraphOptions extends Omit<TraceOptions, "format"> {
  readonly format: "text" | "json" | "dot" | "mermaid";
  /** Each process by itself; otherwise those of one name are one. */
  readonly each?: boolean | undefined;
}

export interface DiffOptions extends Omit<TraceOptions, "recording"> {
  /** Two recordings, by folder or name; the newest of the project where undefined. */
  readonly a: string;
  readonly b?: string | undefined;
}

export const EXPORT_FORMATS = ["ndjson", "chrome", "mermaid"] as const;

export interface ExportOptions extends Omit<TraceOptions, "format"> {
  readonly format: (typeof EXPORT_FORMATS)[number];
  /** Only the chain of this span (as `trace why` takes it): its root and all that followed from that. */
  readonly of?: string | undefined;
}

export interface ShowOptions extends TraceOptions {
  /** How many spans to show; without it 200 as text, all as JSON. */
  readonly limit?: number | undefined;
  /** A pid (`0.151.0`), or part of a process's name. */
  readonly process?: string | undefined;
  /** A module, and those below it; or a glob, as `ShopWeb.*Live`. */
  readonly module?: string | undefined;
  /** `handle_event`, `handle_*`, `handle_event/3`, `handle_event/3#2`. */
  readonly function?: string | undefined;
  /** The id of a LiveView, or its module. */
  readonly liveView?: string | undefined;
  /** Moments between which it ran: a time since the recording began (`1.5s`), or a span. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** `200ms`. */
  readonly longerThan?: string | undefined;
  /** In what was given or came of it, as it is printed. */
  readonly text?: string | undefined;
  /** A span: only what its root has led to. */
  readonly chain?: string | undefined;
  /** A tag of a rule. */
  readonly tag?: string | undefined;
  /** Only what raised, or was killed. */
  readonly errors?: boolean | undefined;
  /** The processes that crashed, with their last spans and states. */
  readonly crashes?: boolean | undefined;
}

/** Where the commands write. */
export interface TraceIo extends Io {
  /** Settles once what was written has been handed on: a long recording must not pile up in memory. */
  readonly drained?: () => Promise<void>;
}

import type { Value } from "../yaml.ts";

/** Which values of a limit are given. */
export type Limits = Readonly<Partial<Record<"depth" | "items" | "bytes" | "total" | "per_second", number>>>;

export interface Redaction {
  readonly keys: readonly string[];
  readonly paths: readonly string[];
  readonly patterns: readonly string[];
}

/** `when:` */
export interface RuntimeCondition {
  readonly source: string;
  /** The names in it that must be arguments: `args` and what it binds itself are not among them. */
  readonly names: readonly string[];
  /** The functions and structs that it names by modules. */
  readonly calls: readonly string[];
  readonly structs: readonly string[];
}

export type StateCapture = "diff" | "full" | false;

/** What a rule asks of its probes: `do:`, with everything that is not said as it is without it. */
export interface Action {
  readonly enter: boolean;
  readonly leave: boolean;
  readonly raise: boolean;
  /** All, none, or those of these places (from 0) and names. */
  readonly args: boolean | readonly (number | string)[];
  readonly result: boolean;
  /** Of processes and of sockets: what has changed, whole states, or nothing. */
  readonly state: StateCapture;
  /** What the template costs that a function returns. */
  readonly render: boolean;
  /** Variables of the body whose values are recorded. */
  readonly locals: readonly string[];
  readonly redact: Redaction;
  readonly limit: Limits;
  readonly sample: number | undefined;
  readonly when: RuntimeCondition | undefined;
  readonly tags: readonly string[];
  readonly mark: string | undefined;
  /** Where each key that is given stands, by its path: `capture.args`. */
  readonly written: ReadonlyMap<string, Value>;
}

export const DEFAULT_ACTION: Action = {
  enter: true,
  leave: true,
  raise: true,
  args: true,
  result: true,
  state: "diff",
  render: true,
  locals: [],
  redact: { keys: [], paths: [], patterns: [] },
  limit: {},
  sample: undefined,
  when: undefined,
  tags: [],
  mark: undefined,
  written: new Map(),
};

/** How much is kept of values, and how many calls a second. */
export type PolicyLimits = Readonly<
  Partial<Record<"depth" | "items" | "bytes" | "total" | "per_second", number>>
>;

/** What one of several rules asks of a call, and what it gives those for which its condition holds; without `when`, all. */
export interface RuleCondition extends Pick<ProbePolicy, "when" | "names" | "tag" | "mark"> {
  readonly rule: string;
}

/** What the rules ask of a probe, as far as it differs from what is recorded without a word: keys as in rule files. */
export interface ProbePolicy {
  /** No event before the end. */
  readonly enter?: false;
  /** No event when it returns. */
  readonly leave?: false;
  /** No event when it raises. */
  readonly raise?: false;
  /** `args`: the places that are kept, from 0; false for none. `locals`: variables whose values are events of their own. */
  readonly capture?: {
    readonly args?: false | readonly number[];
    readonly result?: false;
    /** `full`: whole states; false: none. */
    readonly state?: "full" | false;
    /** Templates that it returns are not timed. */
    readonly render?: false;
    readonly locals?: readonly string[];
  };
  readonly redact?: {
    readonly keys?: readonly string[];
    readonly paths?: readonly string[];
    readonly patterns?: readonly string[];
  };
  readonly limit?: PolicyLimits;
  /** The share of calls. */
  readonly sample?: number;
  /** An Elixir expression over `args` and `names`. */
  readonly when?: string;
  /** The places of the arguments that `when` names; -1 is the value of an expression. */
  readonly names?: Readonly<Record<string, number>>;
  /** In place of `when`: what each rule asks by itself, where not all ask the same. An event then says which of them held. */
  readonly any?: readonly RuleCondition[];
  readonly tag?: readonly string[];
  /** What its events are called. */
  readonly mark?: string;
}

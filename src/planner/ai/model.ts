/** What a language model is asked, and what comes back, whichever provider it runs at. */

/** A tool that the model may call. `parameters`: the JSON Schema of what it is given. */
export interface ToolAbout {
  readonly name: string;
  readonly description: string;
  readonly parameters: {
    readonly type: "object";
    readonly properties: Readonly<Record<string, object>>;
    readonly required: readonly string[];
    readonly additionalProperties: false;
  };
}

export interface ToolCall {
  readonly id: string;
  readonly name: string;
  /** What it was given, as the model wrote it: JSON, if it kept to that. */
  readonly input: string;
}

/** An answer of the model. */
export interface Turn {
  readonly text: string;
  readonly calls: readonly ToolCall[];
  /** `cut`: at the limit of its length. */
  readonly end: "done" | "cut" | "refused";
  readonly used: Usage;
}

/** In tokens, as the provider counts them; estimated where it says nothing. */
export interface Usage {
  readonly input: number;
  readonly output: number;
}

/** One side's part of a conversation. */
export type Entry =
  | { readonly role: "user"; readonly text: string }
  | { readonly role: "model"; readonly turn: Turn }
  | { readonly role: "tools"; readonly results: readonly ToolResult[]; readonly text?: string };

export interface ToolResult {
  readonly id: string;
  readonly text: string;
  readonly failed: boolean;
}

export interface Question {
  readonly system: string;
  readonly entries: readonly Entry[];
  readonly tools: readonly ToolAbout[];
  /** The most tokens of the answer. */
  readonly most: number;
}

export interface Model {
  ask(question: Question): Promise<Turn>;
}

/** What a value may be. The type of a configuration, its check and its schema for editors are all made of these. */
interface Shape {
  readonly title: string;
  readonly description: string;
  readonly kind: "text" | "flag" | "texts" | "count" | "group";
  /** Of a group. */
  readonly keys?: Readonly<Record<string, Shape>>;
  /** Of a text, where only these are known. */
  readonly choices?: readonly string[];
  /** Of each text, and what it says, for people. */
  readonly pattern?: string;
  readonly says?: string;
  readonly default?: string | boolean | number;
  readonly item?: {
    readonly title: string;
    readonly description: string;
    readonly examples: readonly string[];
  };
}

/** The keys of `escope.config.*`. A further key is one more entry here, and what reads it. */
export const configKeys = {
  rules: {
    title: "Rules",
    description:
      "Rule files, relative to the project, and built-in rule sets by name. Without it, and with an empty list, the default set watches LiveView, LiveComponent and GenServer callbacks.",
    kind: "texts",
    item: {
      title: "Rule file or built-in set",
      description: "A path, or builtin:NAME.",
      examples: ["builtin:default", "escope/rules.yml"],
    },
  },
  out: {
    title: "Tree",
    description:
      "The folder of the instrumented build tree, relative to the project. It must be a folder of its own: escope refuses one that holds anything else.",
    kind: "text",
    default: "_escope",
  },
  test_files: {
    title: "Test files",
    description:
      "Whether test files are instrumented like other sources. The tests run in the tree either way.",
    kind: "flag",
    default: false,
  },
  max_probes: {
    title: "Budget",
    description:
      "The most probes that all rules together may ask for; with more, nothing is written. A rule can have a max_probes of its own.",
    kind: "count",
  },
  deps: {
    title: "Dependencies",
    description:
      "Dependencies to instrument as well, by the name of their application. Their sources are copied into the tree and compiled there; the originals stay as they are.",
    kind: "texts",
    pattern: "^[a-z_][a-zA-Z0-9_]*$",
    says: "a list of applications' names",
    item: {
      title: "Application",
      description: "The name of an application, as in mix.exs.",
      examples: ["phoenix_live_view"],
    },
  },
  ai: {
    title: "Language model",
    description:
      "The language model that escope plan --ai asks. Nothing is sent without that option. Variables of the environment go before what stands here.",
    kind: "group",
    keys: {
      provider: {
        title: "Provider",
        description:
          "Who offers the model: anthropic, or openai, which also stands for every endpoint that speaks as OpenAI's does. ESCOPE_AI_PROVIDER goes before it.",
        kind: "text",
        choices: ["anthropic", "openai"],
      },
      model: {
        title: "Model",
        description: "The model's name, as the provider writes it. ESCOPE_AI_MODEL goes before it.",
        kind: "text",
      },
      endpoint: {
        title: "Endpoint",
        description:
          "The URL to which the provider's path is added: http://localhost:11434/v1 for a local server. Without it, the provider's own. ESCOPE_AI_ENDPOINT goes before it.",
        kind: "text",
        pattern: "^https?://",
        says: "a URL with http:// or https://",
      },
      key_env: {
        title: "Key's variable",
        description:
          "The environment variable that holds the key; without it ANTHROPIC_API_KEY or OPENAI_API_KEY. ESCOPE_AI_KEY goes before it.",
        kind: "text",
        pattern: "^[A-Za-z_][A-Za-z0-9_]*$",
        says: "the name of a variable",
      },
      key: {
        title: "Key",
        description:
          "The key itself, for a configuration that is a program and fetches it from a safe place. Never write one down in a file that is committed.",
        kind: "text",
      },
      max_tokens: {
        title: "Token budget",
        description: "The most tokens that one question may take, asked and answered, over all rounds.",
        kind: "count",
        default: 100_000,
      },
      context: {
        title: "Context",
        description: "How many tokens the model takes at once. What is sent is chosen so that it fits.",
        kind: "count",
        default: 32_000,
      },
      timeout: {
        title: "Time-out",
        description: "How many seconds an answer may take to begin, and to go on.",
        kind: "count",
        default: 120,
      },
    },
  },
} as const;

type Keys = typeof configKeys;
const shapes: Readonly<Record<keyof Keys, Shape>> = configKeys;
type Values = {
  readonly text: string;
  readonly flag: boolean;
  readonly texts: readonly string[];
  readonly count: number;
};
type Group<K> = { readonly [Key in keyof K]?: ValueOf<K[Key]> };
type ValueOf<S> = S extends { readonly kind: "group"; readonly keys: infer K }
  ? Group<K>
  : S extends { readonly kind: keyof Values }
    ? Values[S["kind"]]
    : never;

/** What a project's `escope.config.*` says. */
export type Config = Group<Keys>;

/** What is wrong in a configuration: a key that is not known, or a value that should be something else. */
export interface Wrong {
  readonly path: readonly string[];
  /** The keys that are known where the path ends in one that is not. */
  readonly known?: readonly string[];
  readonly expected?: string;
}

/** The first thing that is wrong below `path`. */
export function wrongIn(
  said: Readonly<Record<string, unknown>>,
  keys: Readonly<Record<string, Shape>> = shapes,
  path: readonly string[] = [],
): Wrong | undefined {
  for (const [name, value] of Object.entries(said)) {
    const here = [...path, name];
    const shape = Object.hasOwn(keys, name) ? keys[name] : undefined;
    if (shape === undefined) return { path: here, known: Object.keys(keys) };
    const expected = expectedOf(shape, value);
    if (expected !== undefined) return { path: here, expected };
    const inner = shape.keys && wrongIn(value as Record<string, unknown>, shape.keys, here);
    if (inner !== undefined) return inner;
  }
  return undefined;
}

/** What a value should be. Undefined where it is. */
function expectedOf(shape: Shape, value: unknown): string | undefined {
  switch (shape.kind) {
    case "flag":
      return typeof value === "boolean" ? undefined : "true or false";
    case "count":
      return Number.isInteger(value) && Number(value) > 0 ? undefined : "a whole number from 1";
    case "text":
      return isText(shape, value) ? undefined : textExpected(shape);
    case "texts":
      if (Array.isArray(value) && value.every((item) => isText(shape, item))) return undefined;
      return shape.says ?? "a list of texts";
    case "group":
      return isMap(value) ? undefined : "a map of keys";
  }
}

function textExpected({ choices, says = "a text" }: Shape): string {
  return choices === undefined ? says : choices.join(" or ");
}

function isText({ pattern = "", choices }: Shape, value: unknown): boolean {
  if (typeof value !== "string" || value === "") return false;
  return choices === undefined ? new RegExp(pattern).test(value) : choices.includes(value);
}

export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The JSON Schema of a configuration, for editors. */
export function configSchema(): object {
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "escope configuration",
    description:
      'What escope does with a project by default. It lies beside mix.exs as escope.config.yaml (or .yml, .json), and can be written as a program in escope.config.js, .mjs, .cjs, or .ts where Node reads TypeScript, or below the key "escope" in package.json. Options on the command line win over it.',
    type: "object",
    additionalProperties: false,
    properties: {
      $schema: {
        title: "Schema",
        description: "Where an editor finds this schema.",
        type: "string",
        minLength: 1,
      },
      ...schemasOf(shapes),
    },
  };
}

function schemasOf(keys: Readonly<Record<string, Shape>>): object {
  return Object.fromEntries(Object.entries(keys).map(([name, shape]) => [name, schemaOf(shape)]));
}

function schemaOf(shape: Shape): object {
  const { title, description, pattern, item, choices } = shape;
  const preset = shape.default === undefined ? {} : { default: shape.default };
  const listed = choices === undefined ? {} : { enum: choices };
  const text = { type: "string", minLength: 1, ...(pattern === undefined ? {} : { pattern }), ...listed };
  return { title, description, ...typeOf(shape, text, item), ...preset };
}

function typeOf({ kind, keys = {} }: Shape, text: object, item: Shape["item"]): object {
  switch (kind) {
    case "flag":
      return { type: "boolean" };
    case "text":
      return text;
    case "texts":
      return { type: "array", items: { ...item, ...text } };
    case "count":
      return { type: "integer", minimum: 1 };
    case "group":
      return { type: "object", additionalProperties: false, properties: schemasOf(keys) };
  }
}

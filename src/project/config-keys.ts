/** What a value may be. The type of a configuration, its check and its schema for editors are all made of these. */
interface Shape {
  readonly title: string;
  readonly description: string;
  readonly kind: "text" | "flag" | "texts" | "count";
  /** Of each text. */
  readonly pattern?: string;
  readonly default?: string | boolean;
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
    item: {
      title: "Application",
      description: "The name of an application, as in mix.exs.",
      examples: ["phoenix_live_view"],
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

/** What a project's `escope.config.*` says. */
export type Config = { readonly [Key in keyof Keys]?: Values[Keys[Key]["kind"]] };

/** What is wrong with a value of this key: what it should be. Undefined where nothing is. */
export function expectedOf(name: keyof Config, value: unknown): string | undefined {
  const shape: Shape = shapes[name];
  switch (shape.kind) {
    case "flag":
      return typeof value === "boolean" ? undefined : "true or false";
    case "count":
      return Number.isInteger(value) && Number(value) > 0 ? undefined : "a whole number from 1";
    case "text":
      return isText(shape, value) ? undefined : "a text";
    case "texts":
      if (Array.isArray(value) && value.every((item) => isText(shape, item))) return undefined;
      return shape.pattern === undefined ? "a list of texts" : "a list of applications' names";
  }
}

function isText({ pattern = "" }: Shape, value: unknown): boolean {
  return typeof value === "string" && value !== "" && new RegExp(pattern).test(value);
}

/** The JSON Schema of a configuration, for editors. */
export function configSchema(): object {
  const keys = Object.entries(shapes).map(([name, shape]) => [name, schemaOf(shape)]);
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
      ...Object.fromEntries(keys),
    },
  };
}

function schemaOf(shape: Shape): object {
  const { title, description, kind, pattern, item } = shape;
  const text = { type: "string", minLength: 1, ...(pattern === undefined ? {} : { pattern }) };
  const types = {
    flag: { type: "boolean" },
    text,
    texts: { type: "array", items: { ...item, ...text } },
    count: { type: "integer", minimum: 1 },
  };
  const preset = shape.default === undefined ? {} : { default: shape.default };
  return { title, description, ...types[kind], ...preset };
}

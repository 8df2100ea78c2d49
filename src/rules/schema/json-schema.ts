import { RULE_FILE } from "./keys.ts";
import type { MapShape, Shape } from "./shape.ts";

type Json = { readonly [key: string]: unknown };

/** The JSON Schema of rule files, for editors: made of the table that the loader checks files against. */
export function ruleFileSchema(): Json {
  const definitions = new Map<string, Json>();
  const file = toJson(RULE_FILE, definitions);
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "escope rules",
    description: "What escope watches. `escope rules new NAME` begins such a file, `escope rules check FILE` says what is wrong in one.",
    ...file,
    properties: { $schema: { type: "string", description: "Where an editor finds this schema." }, ...(file["properties"] as Json) },
    allOf: [ALONE, NAMELESS],
    $defs: { ...Object.fromEntries(definitions), selects: SELECTS, nameless: NAMELESS_MATCH },
  };
}

function needing(key: string): Json {
  return { type: "object", properties: { [key]: true }, required: [key] };
}

/** Only where a rule of another file may be meant does an id do without a match. */
const ALONE: Json = {
  if: needing("extends"),
  else: { type: "object", properties: { rules: { type: "array", items: { anyOf: [needing("match"), needing("trace")] } } } },
};

const ref = (name: string): Json => ({ $ref: `#/$defs/${name}` });

/** Where no utils are, its own or those of another file, `matches` names nothing. */
const NAMELESS: Json = {
  if: { anyOf: [needing("extends"), needing("utils")] },
  else: {
    properties: {
      rules: { type: "array", items: { type: "object", properties: { match: ref("nameless") } } },
      exclude: oneOrMore(ref("nameless")),
    },
  },
};

const NAMELESS_MATCH: Json = {
  type: "object",
  not: needing("matches"),
  properties: {
    ...Object.fromEntries(["not", "inside", "has"].map((key) => [key, ref("nameless")])),
    ...Object.fromEntries(["all", "any"].map((key) => [key, { type: "array", items: ref("nameless") }])),
  },
};

/** A match that says which calls or expressions are meant; of a name of utils, the loader knows. */
const SELECTS: Json = {
  anyOf: [
    ...["call", "pattern", "matches"].map(needing),
    ...["all", "any"].map((key) => ({
      type: "object",
      properties: { [key]: { type: "array", contains: ref("selects") } },
      required: [key],
    })),
  ],
};

function toJson(shape: Shape, definitions: Map<string, Json>): Json {
  switch (shape.is) {
    case "text":
      return { type: "string", ...(shape.empty === true ? {} : { minLength: 1 }), ...(shape.form === undefined ? {} : { pattern: shape.form }) };
    case "scalar":
      return { type: ["string", "number", "boolean"] };
    case "flag":
      return { type: "boolean" };
    case "count":
      return { type: "integer", minimum: shape.least };
    case "number":
      return { type: "number", minimum: shape.least, maximum: shape.most };
    case "choice":
      return { enum: shape.of };
    case "some":
      return oneOrMore(toJson(shape.of, definitions));
    case "list":
      return { type: "array", items: toJson(shape.of, definitions), ...(shape.least > 0 ? { minItems: shape.least } : {}) };
    case "either":
      return { anyOf: shape.of.map((one) => toJson(one, definitions)), description: shape.called };
    case "map":
      return mapJson(shape, definitions);
    case "named":
      return { type: "object", additionalProperties: toJson(shape.of, definitions) };
    case "ref":
      return refJson(shape, definitions);
  }
}

function oneOrMore(one: Json): Json {
  return { anyOf: [one, { type: "array", items: one, minItems: 1 }] };
}

function mapJson({ keys, needs, needsOne }: MapShape, definitions: Map<string, Json>): Json {
  const properties = Object.entries(keys).map(([key, { takes, says }]) => [key, { ...toJson(takes, definitions), description: says }] as const);
  return {
    type: "object",
    properties: Object.fromEntries(properties),
    additionalProperties: false,
    ...(needs === undefined ? {} : { required: needs }),
    ...(needsOne === undefined ? {} : { [needsOne.exactly ? "oneOf" : "anyOf"]: needsOne.of.map(needing) }),
  };
}

/** A shape that stands in itself is written once. */
function refJson({ name, to, selects }: Extract<Shape, { is: "ref" }>, definitions: Map<string, Json>): Json {
  if (!definitions.has(name)) {
    definitions.set(name, {});
    definitions.set(name, toJson(to(), definitions));
  }
  return selects === true ? { allOf: [ref(name), ref("selects")] } : ref(name);
}

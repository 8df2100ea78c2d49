import { DO, MATCH, RULE_FILE } from "./keys.ts";
import type { Keys, MapShape, Shape } from "./shape.ts";

/** docs/rules-reference.md: every key of a rule file, made of the table that the loader checks files against. */
export function rulesReference(): string {
  const rule = inner(RULE_FILE.keys["rules"]?.takes);
  const sections = [
    ["A file", "", RULE_FILE.keys],
    ["A rule", "rules[].", rule?.keys ?? {}],
    ["match", "", MATCH.keys],
    ["do", "", DO.keys],
  ] as const;
  const tables = sections.map(([title, prefix, keys]) => `## ${title}\n\n${table(keys, prefix)}`);
  return `${[HEAD, ...tables].join("\n\n")}\n`;
}

const HEAD = `# Keys of rule files

Made of the table that \`escope rules check\` and the JSON Schema use (\`escope.rules.schema.json\`); what each means in full stands in
[rules.md](rules.md). A key that takes "one or more" takes one value or a list of them.`;

function table(keys: Keys, prefix: string): string {
  return ["| key | takes | |", "|---|---|---|", ...rows(keys, prefix)].join("\n");
}

/** Keys of a map below another one stand behind it, with its name before theirs. */
function rows(keys: Keys, prefix: string): string[] {
  return Object.entries(keys).flatMap(([key, { takes, says }]) => {
    const own = `| \`${prefix}${key}\` | ${cell(words(takes))} | ${cell(says)} |`;
    const below = OWN_TABLES.has(key) ? undefined : mapIn(takes);
    return below === undefined ? [own] : [own].concat(rows(below.keys, `${prefix}${key}${step(takes)}`));
  });
}

const OWN_TABLES: ReadonlySet<string> = new Set(["rules", "match", "do"]);

/** What stands between the key of a map and a key in it. */
function step(takes: Shape): string {
  if (takes.is === "named") return ".NAME.";
  return takes.is === "list" ? "[]." : ".";
}

function mapIn(shape: Shape): MapShape | undefined {
  if (shape.is === "map") return shape;
  if (shape.is === "named" || shape.is === "list") return inner(shape);
  if (shape.is !== "either") return undefined;
  return shape.of.find((one): one is MapShape => one.is === "map");
}

/** The map that a list or a map with free names holds. A rule and a match have tables of their own. */
function inner(shape: Shape | undefined): MapShape | undefined {
  if (shape?.is !== "named" && shape?.is !== "list") return undefined;
  return shape.of.is === "map" ? shape.of : undefined;
}

function words(shape: Shape): string {
  switch (shape.is) {
    case "text":
      return "a text";
    case "scalar":
      return "a text, a number, `true` or `false`";
    case "flag":
      return "`true` or `false`";
    case "count":
      return shape.least > 0 ? `a whole number from ${shape.least} on` : "a whole number";
    case "number":
      return `a number from ${shape.least} to ${shape.most}`;
    case "choice":
      return shape.of.map((one) => `\`${one}\``).join(", ");
    case "some":
      return `one or more: ${words(shape.of)}`;
    case "list":
      return `a list: ${words(shape.of)}`;
    case "either":
    case "named":
      return shape.called;
    case "map":
      return shape.called ?? "a map";
    case "ref":
      return shape.name === "match" ? "a [match](#match)" : `a ${shape.name}`;
  }
}

function cell(text: string): string {
  return text.replaceAll("|", String.raw`\|`);
}

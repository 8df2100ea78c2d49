import { nearest } from "../../nearest.ts";
import { oneLine } from "./clean.ts";
import type { ToolAbout } from "./model.ts";
import type { Offer, Offered } from "./offer.ts";

/** A function that the model wants watched. */
export interface Choice {
  readonly module: string;
  readonly function: string;
  readonly arity: number;
  /** In the model's words, as one clean line. */
  readonly reason: string;
}

/** The answer, as the model has to give it. */
export const CHOOSE: ToolAbout = {
  name: "choose",
  description:
    "Your final answer: the functions to watch, the most telling first. Call it once, when you know enough. Each target is the full name of a function of the project, Module.function/arity, exactly as the index writes it.",
  parameters: {
    type: "object",
    properties: {
      choices: {
        type: "array",
        items: {
          type: "object",
          properties: {
            target: { type: "string", description: "Module.function/arity" },
            reason: {
              type: "string",
              description: "One short sentence: what seeing this function's calls tells about the question.",
            },
          },
          required: ["target", "reason"],
          additionalProperties: false,
        },
      },
    },
    required: ["choices"],
    additionalProperties: false,
  },
};

/** What an answer says, before the index is asked. */
export interface Named {
  readonly target: string;
  readonly reason: string;
}

/** Reads an answer by the schema of `CHOOSE`; a text says what is wrong with it. */
export function readAnswer(input: string): readonly Named[] | string {
  let value: unknown;
  try {
    value = JSON.parse(input);
  } catch {
    return "it is not JSON";
  }
  if (!isMap(value)) return 'it must be an object with the key "choices"';
  const unknown = Object.keys(value).find((key) => key !== "choices");
  if (unknown !== undefined)
    return `unknown key ${JSON.stringify(oneLine(unknown, 60))}: only "choices" is known`;
  const { choices } = value;
  if (!Array.isArray(choices)) return '"choices" must be a list';
  const named: Named[] = [];
  for (const [at, one] of choices.entries()) {
    const wrong = whatIsWrong(one);
    if (wrong !== undefined) return `choices[${at}]: ${wrong}`;
    named.push(one as Named);
  }
  return named;
}

function whatIsWrong(one: unknown): string | undefined {
  if (!isMap(one)) return "it must be an object with target and reason";
  const unknown = Object.keys(one).find((key) => key !== "target" && key !== "reason");
  if (unknown !== undefined) return `unknown key ${JSON.stringify(oneLine(unknown, 60))}`;
  if (typeof one["target"] !== "string" || one["target"] === "") return "target must be a text";
  return typeof one["reason"] === "string" ? undefined : "reason must be a text";
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A target that the index does not have, or that cannot be watched. */
export interface Rejected {
  readonly target: string;
  readonly why: string;
  /** The name that was most likely meant. */
  readonly meant: string | undefined;
}

export interface Checked {
  readonly accepted: readonly Choice[];
  readonly rejected: readonly Rejected[];
}

/** Checks every target against the index. A function that is named twice is one choice. */
export function checkChoices(offer: Offer, named: readonly Named[]): Checked {
  const accepted = new Map<string, Choice>();
  const rejected = new Map<string, Rejected>();
  for (const { target, reason } of named) {
    const found = offer.known.get(target.trim().replace(/^Elixir\./, ""));
    if (found === undefined) rejected.set(target, rejectedOf(offer, target, rejected.size));
    else if (!accepted.has(found.id)) accepted.set(found.id, choiceOf(found, reason));
  }
  return { accepted: [...accepted.values()], rejected: [...rejected.values()] };
}

function choiceOf({ module, entry }: Offered, reason: string): Choice {
  return {
    module: module.name,
    function: entry.name,
    arity: entry.arity ?? 0,
    reason: oneLine(reason),
  };
}

/** The nearest name takes a look at all of them: not for thousands that are made up. */
const LOOKED_UP = 20;

function rejectedOf(offer: Offer, target: string, before: number): Rejected {
  const shown = oneLine(target, 120);
  const all = offer.modules.flatMap(({ name, functions }) =>
    functions.map((each) => `${name}.${each.name}/${each.arity}`),
  );
  if (all.includes(target))
    return { target: shown, why: "it has no code that can be watched", meant: undefined };
  const meant = before < LOOKED_UP ? nearestTarget(offer, shown) : undefined;
  return { target: shown, why: "the index has no such function", meant };
}

/** In the module that is named, if there is one. */
function nearestTarget({ functions }: Offer, target: string): string | undefined {
  const all = [...functions.keys()];
  const name = target.replace(/\/\d+$/, "");
  const otherArity = all.find((id) => id.replace(/\/\d+$/, "") === name);
  const within = all.filter((id) => id.startsWith(target.slice(0, target.lastIndexOf(".") + 1)));
  return (
    otherArity ?? (within.length === all.length ? undefined : nearest(target, within)) ?? nearest(target, all)
  );
}

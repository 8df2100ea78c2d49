import type { Node } from "./node.ts";
import { parameterTexts } from "./head.ts";
import type { Scope } from "./names.ts";
import { typeOf } from "./syntax.ts";
import { readMacroTails } from "./tail-calls.ts";
import type { MacroEnds, OpenCall, Tails } from "./tails.ts";

/** What no code of an argument is in. */
const LITERALS: ReadonlySet<string> = new Set("atom boolean nil integer float string char".split(" "));

/** What a macro's code ends in, and which of its arguments that may be. `definition`: its `defmacro`. */
export function readMacro(
  definition: Node,
  text: string,
  scope: Scope,
): { tails: Tails; macroEnds: MacroEnds } {
  const { tails, unquoted } = readMacroTails(definition, text, scope);
  const parameters = parameterTexts(definition);
  const placesOf = (name: string | undefined): readonly number[] | undefined =>
    name === undefined || isBoundAgain(name, text) ? undefined : placesIn(parameters, name);
  const plain = unquoted.filter((node) => !LITERALS.has(typeOf(node)));
  const found = [
    ...plain.map((node) => placesOf(typeOf(node) === "identifier" ? node.text : undefined)),
    ...codeOf(tails).map(placesOf),
  ];
  const every = parameters.map((_, place) => place);
  const through = tails.calls.flatMap((call) =>
    (call.argumentTails ?? []).flatMap(({ at, tails: inner }) => {
      const places = codeOf(inner).flatMap((name) => placesOf(name) ?? every);
      return places.map((place) => ({ call, at, place }));
    }),
  );
  return {
    tails,
    macroEnds: {
      any: found.includes(undefined),
      places: [...new Set(found.flatMap((places) => places ?? []))],
      pipes: tails.open.some((call) => isCode(call) && call.piped === true),
      through,
    },
  };
}

/** The names in tail position that are put there as code; undefined for code that is computed. */
function codeOf({ open }: Tails): (string | undefined)[] {
  return open.filter(isCode).map(({ name }) => name);
}

type Code = Extract<OpenCall, { kind: "code" }>;

function isCode(call: OpenCall): call is Code {
  return call.kind === "code";
}

/** Whether a name may stand for something else than the parameter. */
function isBoundAgain(name: string, text: string): boolean {
  return new RegExp(`${whole(name)}(?:\\s*=(?![=~>])|[^\\n]*(?:<-|->))`).test(text);
}

function placesIn(parameters: readonly string[], name: string): readonly number[] | undefined {
  const found = new RegExp(whole(name));
  const places = parameters.flatMap((parameter, place) => (found.test(parameter) ? [place] : []));
  return places.length === 0 ? undefined : places;
}

function whole(name: string): string {
  return String.raw`(?<![\w@:.])${name.replace(/[?!]$/, "\\$&")}(?![\w?!:])`;
}

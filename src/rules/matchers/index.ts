import { pointAt, ruleContext } from "../../errors.ts";
import { MATCH } from "../schema/keys.ts";
import type { Condition } from "../types.ts";
import { entries, oneOrMore, some, type Value } from "../yaml.ts";
import { compileCall } from "./call.ts";
import { compileContext } from "./context.ts";
import { compileFunction } from "./function.ts";
import { compileModule } from "./module.ts";
import { compileApp, compileDep } from "./owner.ts";
import { compilePath } from "./path.ts";
import { compilePatterns } from "./pattern.ts";
import { allOf, anyOf, complete, noneOf, onClauses, type Resolve, type Selection } from "./selection.ts";

/** What a key may need besides its own value. */
interface Around {
  readonly resolve: Resolve;
  /** The map that it stands in. */
  readonly map: ReadonlyMap<string, Value>;
}

const KEYS: Readonly<Record<string, (value: Value, around: Around) => Selection>> = {
  path: plain(compilePath),
  app: plain(compileApp),
  dep: plain(compileDep),
  module: plain(compileModule),
  function: plain(compileFunction),
  call: compileCall,
  pattern: (value, { map }) => compilePatterns(value, map.get("where")),
  inside: (value, around) => compileContext(value, "inside", nested(value, around)),
  has: (value, around) => compileContext(value, "has", nested(value, around)),
  matches: (value, { resolve }) => anyOf(value, oneOrMore(value).map(resolve)),
  all: (value, around) => allOf(value, some(value).map((one) => compileConditions(one, around.resolve))),
  any: (value, around) => anyOf(value, some(value).map((one) => compileConditions(one, around.resolve))),
  not: (value, around) => noneOf(value, compileConditions(value, around.resolve)),
};

/** `match:` of a rule: every key that is given must hold. */
export function compileMatch(value: Value, utils: { match: Resolve }): Selection {
  return complete(compileConditions(value, (name) => utils.match(name)));
}

function nested(value: Value, { resolve }: Around): Selection {
  return complete(compileConditions(value, resolve));
}

/** `match:`, or an entry of `all`, `any` and `not`. */
function compileConditions(value: Value, resolve: Resolve): Selection {
  const map = entries(value, Object.keys(MATCH.keys));
  refuseStrayWhere(map);
  const selections = [...map].flatMap(([key, given]) => {
    const selection = KEYS[key]?.(given, { resolve, map });
    return selection === undefined ? [] : [{ ...selection, written: { key, value: given } }];
  });
  return { ...allOf(value, selections), written: { key: "", value } };
}

/** `where` speaks of the metavariables of the `pattern` beside it. */
function refuseStrayWhere(map: ReadonlyMap<string, Value>): void {
  const where = map.get("where");
  if (where === undefined || map.has("pattern")) return;
  throw ruleContext(pointAt(where.source, where.span), "where needs a pattern beside it, whose metavariables it speaks of");
}

function plain(compile: (value: Value) => Condition): (value: Value) => Selection {
  return (value) => onClauses(compile(value));
}

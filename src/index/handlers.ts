import type { DefinitionAbout, Value } from "../parser/index.ts";
import { isProcess, type Kind } from "./kinds.ts";
import { shapeOf } from "./shapes.ts";
import type { BroughtDefinition, FunctionOf, Subject } from "./subjects.ts";

/** How a message comes in. */
export type HandlerSort =
  | "call"
  | "cast"
  | "info"
  | "continue"
  | "event"
  | "params"
  | "async"
  | "in"
  | "out"
  | "receive"
  | "update"
  | "statem";

/** A clause that takes messages, and of which shape. */
export interface Handler {
  readonly function: FunctionOf;
  readonly clause: DefinitionAbout;
  /** Counts the clauses of its function, from 1. */
  readonly ordinal: number;
  readonly line: number;
  readonly sort: HandlerSort;
  /** What tells one message from the next. */
  readonly accepts: Value;
  readonly shape: string;
  /** The same as it is written, without what its guard allows. */
  readonly pattern: Value;
  readonly guard: Value | undefined;
  /** Whatever else the clause is given, it takes: the state, the caller. */
  readonly total: boolean;
  /** Where it stands, if that is in the quoted code of a macro. */
  readonly brought: string | undefined;
  /** The module may not have it, or have no use for it. */
  readonly doubtful: boolean;
  /** Of a state machine's: as what kind of event it comes, `:info`, `{:call, _}`. */
  readonly event: string | undefined;
}

const SERVERS: readonly Kind[] = ["gen_server", "live_view", "channel", "gen_stage", "broadway"];
const VIEWS: readonly Kind[] = ["live_view", "live_component"];

interface Form {
  readonly sort: HandlerSort;
  readonly kinds: readonly Kind[];
  readonly message: number;
}

/** Of each callback: which of its parameters is the message, and in which kinds of modules. */
const FORMS: Readonly<Record<string, Form>> = {
  "handle_call/3": { sort: "call", kinds: SERVERS, message: 0 },
  "handle_cast/2": { sort: "cast", kinds: SERVERS, message: 0 },
  "handle_info/2": { sort: "info", kinds: [...SERVERS, "presence"], message: 0 },
  "handle_info/3": { sort: "info", kinds: ["broadway"], message: 0 },
  "handle_continue/2": { sort: "continue", kinds: SERVERS, message: 0 },
  "handle_event/3": { sort: "event", kinds: VIEWS, message: 0 },
  "handle_params/3": { sort: "params", kinds: ["live_view"], message: 0 },
  "handle_async/3": { sort: "async", kinds: VIEWS, message: 0 },
  "handle_in/3": { sort: "in", kinds: ["channel"], message: 0 },
  "handle_out/3": { sort: "out", kinds: ["channel"], message: 0 },
  "update/2": { sort: "update", kinds: ["live_component"], message: 0 },
  "handle_event/4": { sort: "statem", kinds: ["gen_statem"], message: 1 },
};

/** In the order in which Elixir tries them. */
export function findHandlers(subject: Subject, kinds: readonly Kind[]): Handler[] {
  const brought = subject.brought.map((each) => ({ each, found: broughtHandlers(subject, each, kinds) }));
  const [late, early] = [true, false].map((isLate) =>
    brought.flatMap(({ each, found }) => (each.late === isLate ? found : [])),
  );
  const own = subject.functions.flatMap((each) => [
    ...callbackHandlers(each, kinds),
    ...receiveHandlers(each),
  ]);
  return [...(early ?? []), ...own, ...(late ?? [])];
}

/** It is no clause that the module's source has: it is counted as none. */
function broughtHandlers(
  owner: Subject,
  { definition, file, maybe }: BroughtDefinition,
  kinds: readonly Kind[],
): Handler[] {
  const { name, arity, defaults, head } = definition;
  const id = `${owner.name}.${name}/${arity}`;
  const made: FunctionOf = {
    owner,
    id,
    name,
    arity,
    defaults,
    definitions: [definition],
    delegate: undefined,
    template: undefined,
  };
  const each = owner.byKey.get(`${name}/${arity}`) ?? made;
  const doubtful = maybe || head.includes("unquote(");
  return callbackHandlers(made, kinds).map((handler) =>
    Object.assign(handler, {
      function: each,
      ordinal: 0,
      brought: file,
      doubtful: doubtful || handler.doubtful,
    }),
  );
}

/** Nobody knows what it is: something that it uses could not be followed. */
function isOpenKind({ owner: { traits } }: FunctionOf, kinds: readonly Kind[]): boolean {
  return traits.unfollowed.size > 0 && !isProcess(kinds) && !kinds.includes("live_component");
}

function callbackHandlers(each: FunctionOf, kinds: readonly Kind[]): Handler[] {
  const form = FORMS[`${each.name}/${each.arity}`] ?? stateForm(each, kinds);
  if (form === undefined) return [];
  const isKnown = form.kinds.some((kind) => kinds.includes(kind));
  if (!isKnown && !isOpenKind(each, kinds)) return [];
  return withBodies(each)
    .map((clause, at) => {
      const pattern = clause.parameters[form.message] ?? { type: "any", text: "" };
      const others = clause.parameters.filter((_, position) => position !== form.message);
      const taken = {
        pattern,
        guard: clause.condition,
        total: others.every(isTotal) && !repeats(clause.parameters),
      };
      const handler = toHandler(each, clause, at + 1, clause.line, form.sort, taken);
      return isKnown ? handler : Object.assign(handler, { doubtful: true });
    })
    .filter(({ event }) => event !== ":enter");
}

/** It takes every value of its type; that a map has keys which are atoms is not doubted. */
function isTotal(pattern: Value): boolean {
  if (pattern.type === "map")
    return pattern.pairs.every(({ key, value }) => key.type === "literal" && isTotal(value));
  return pattern.type === "tuple" ? pattern.items.every(isTotal) : pattern.type === "variable";
}

/** With what the guard allows in the place of a variable. */
function narrowed(pattern: Value, allowed: DefinitionAbout["allowed"]): Value {
  if (allowed.length === 0) return pattern;
  if (pattern.type === "tuple")
    return { type: "tuple", items: pattern.items.map((item) => narrowed(item, allowed)) };
  return (pattern.type === "variable" && allowed.find(({ name }) => name === pattern.name)?.value) || pattern;
}

const EVENT_TYPES: ReadonlySet<string> = new Set(
  ":cast :info :internal :state_timeout :timeout :enter".split(" "),
);

/** With `:state_functions` each state is a function of event type, event and data. */
function stateForm({ arity, definitions }: FunctionOf, kinds: readonly Kind[]): Form | undefined {
  const isState = definitions.some(({ parameters: [first], kind }) => {
    const isCall =
      first?.type === "tuple" && first.items[0]?.type === "literal" && first.items[0].text === ":call";
    return kind === "def" && (isCall || (first?.type === "literal" && EVENT_TYPES.has(first.text)));
  });
  return arity === 3 && kinds.includes("gen_statem") && isState
    ? { sort: "statem", kinds: ["gen_statem"], message: 1 }
    : undefined;
}

/** A name that stands twice takes only what is the same in both places. */
function repeats(patterns: readonly Value[]): boolean {
  const names = patterns.flatMap(variablesIn).filter((name) => !name.startsWith("_"));
  return new Set(names).size < names.length;
}

function variablesIn(pattern: Value): string[] {
  switch (pattern.type) {
    case "variable":
      return [pattern.name];
    case "tuple":
    case "list":
      return pattern.items.flatMap(variablesIn);
    case "map":
    case "keywords":
      return pattern.pairs.flatMap(({ value }) => variablesIn(value));
    default:
      return [];
  }
}

function receiveHandlers(each: FunctionOf): Handler[] {
  return withBodies(each).flatMap((clause, at) =>
    clause.receives.map(({ line, pattern, guard }) =>
      toHandler(each, clause, at + 1, line, "receive", { pattern, guard, total: true }),
    ),
  );
}

export function withBodies({ definitions }: FunctionOf): DefinitionAbout[] {
  return definitions.filter(({ hasBody }) => hasBody);
}

export function toHandler(
  owner: FunctionOf,
  clause: DefinitionAbout,
  ordinal: number,
  line: number,
  sort: HandlerSort,
  taken: Pick<Handler, "pattern" | "guard" | "total">,
): Handler {
  const [first] = clause.parameters;
  const event = sort === "statem" && first ? shapeOf(first) : undefined;
  const accepts = taken.guard === undefined ? taken.pattern : narrowed(taken.pattern, clause.allowed);
  const shape = shapeOf(accepts);
  const known = { brought: undefined, doubtful: false };
  return { function: owner, clause, ordinal, line, sort, accepts, shape, event, ...known, ...taken };
}

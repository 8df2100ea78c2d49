import { callbacksOf } from "../parser/index.ts";
import type { Knowledge } from "./build.ts";
import { nameOf, type Call } from "./calls.ts";
import type { Render } from "./components.ts";
import type {
  CallEntry,
  ClauseEntry,
  FunctionEntry,
  HandlerEntry,
  MessageEntry,
  ModulePage,
  RenderEntry,
  SubscriptionEntry,
  TakerEntry,
} from "./entries.ts";
import type { Handler } from "./handlers.ts";
import type { AttachedHook, MountHook } from "./hooks.ts";
import type { Message, Taker } from "./messages.ts";
import { derivedBy } from "./derived.ts";
import { isPublic, type FunctionOf, type Subject } from "./subjects.ts";
import type { Subscription } from "./subscriptions.ts";

const STRUCTS: ReadonlySet<string> = new Set(["defstruct", "defexception", "schema", "embedded_schema"]);

/** All that is known of one module. */
export function modulePage(knowledge: Knowledge, subject: Subject): ModulePage {
  const {
    about,
    info,
    file,
    name,
    traits: { unfollowed },
  } = subject;
  const isOwn = (each: FunctionOf): boolean => each.owner === subject;
  return {
    name,
    file,
    line: about.line,
    kinds: knowledge.own.get(subject) ?? [],
    computed: about.computed,
    compiled: subject.traits.exists ?? null,
    protocol: info?.protocol ?? null,
    defines_struct: about.statements.some((each) => STRUCTS.has(each.name)),
    behaviours: behavioursOf(subject, knowledge),
    derives: derivedBy(subject),
    uses: about.uses,
    brings: broughtTo(subject),
    unfollowed: [...unfollowed].map(([target, { line, at, reason }]) => ({
      line,
      target,
      ended: { ...at, reason },
    })),
    attributes: about.attributes.map(({ name: attribute, line, text }) => ({
      name: attribute,
      line,
      value: text,
    })),
    functions: subject.functions.map((each) => functionEntry(knowledge, each)),
    on_mount: (knowledge.mounted.get(subject) ?? []).map(hookEntry),
    attach_hook: knowledge.attached.filter(({ from }) => isOwn(from)).map(attachedEntry),
    handlers: knowledge.handlers.filter((each) => isOwn(each.function)).map(handlerEntry),
    calls: [...subject.functions, ...subject.code].flatMap((each) =>
      knowledge.calls.from(each).map(callEntry),
    ),
    messages: knowledge.messages.filter(({ send }) => isOwn(send.from)).map(messageEntry),
    subscriptions: knowledge.subscriptions.filter((each) => isOwn(each.function)).map(subscriptionEntry),
    renders: knowledge.renders.filter(({ from }) => isOwn(from)).map(renderEntry),
  };
}

function hookEntry({ line, module, stage }: MountHook): ModulePage["on_mount"][number] {
  return { line, module, stage };
}

/** `defexception` declares one without saying so. */
function behavioursOf(subject: Subject, { own }: Knowledge): string[] {
  const { traits } = subject;
  const isException = own.get(subject)?.includes("exception") ?? false;
  return [...traits.behaviours, ...(isException ? ["Exception"] : [])].toSorted();
}

function broughtTo({ about, traits, byKey }: Subject): ModulePage["brings"] {
  const written = new Set(about.uses.map(({ target }) => target));
  const imports = traits.brought.filter(({ how }) => how === "import").map(({ module }) => module);
  return {
    uses: [...traits.uses].filter((each) => !written.has(each)).toSorted(),
    imports: [...new Set(imports)],
    aliases: Object.fromEntries(traits.aliases),
    maybe: [...traits.possible].map(([target, { line, at, condition }]) => ({
      line,
      target,
      condition,
      file: at.file,
      at: at.line,
    })),
    modules: [...traits.makes].map(([target, { line, at }]) => ({
      line,
      target,
      file: at.file,
      at: at.line,
    })),
    functions: [...traits.defines].filter((key) => !byKey.has(key)).toSorted(),
  };
}

function attachedEntry({
  from,
  line,
  name,
  stage,
  function: target,
}: AttachedHook): ModulePage["attach_hook"][number] {
  return { from: from.id, line, name, stage, function: target ?? null };
}

function functionEntry({ subjects: { index } }: Knowledge, each: FunctionOf): FunctionEntry {
  const { owner, name, arity, defaults, definitions, delegate, template } = each;
  const keys = keysOf(each);
  const isOpen = isPublic(each);
  const callbacks = [...owner.traits.behaviours].filter((behaviour) =>
    callbacksOf(index, behaviour).some((key) => keys.includes(key)),
  );
  return {
    name,
    arity: arity ?? null,
    kind: template ? "template" : delegate ? "delegate" : (definitions[0]?.kind ?? "def"),
    visibility: isOpen ? "public" : "private",
    defaults,
    doc: delegate?.doc ?? definitions.some(({ doc }) => doc),
    spec: keys.some((key) => owner.about.specs.includes(key)),
    callback_of: isOpen ? callbacks.toSorted() : [],
    delegates_to: delegate?.to ? nameOf(delegate.to) : null,
    clauses: clauseEntries(each),
  };
}

function keysOf({ name, arity, defaults }: FunctionOf): string[] {
  return arity === undefined
    ? []
    : Array.from({ length: defaults + 1 }, (_, omitted) => `${name}/${arity - omitted}`);
}

function clauseEntries({ definitions, delegate, template }: FunctionOf): ClauseEntry[] {
  if (template !== undefined) return [{ line: 1, head: template.file, guard: null, body: true }];
  if (delegate !== undefined) return [{ line: delegate.line, head: delegate.head, guard: null, body: true }];
  return definitions.map(({ line, head, guard, hasBody }) => ({
    line,
    head,
    guard: guard ?? null,
    body: hasBody,
  }));
}

function handlerEntry(handler: Handler): HandlerEntry {
  const { function: owner, clause, ordinal, line, sort, shape, brought } = handler;
  return {
    function: owner.id,
    clause: ordinal,
    file: brought ?? owner.owner.file,
    line,
    how: sort,
    accepts: shape,
    guard: clause.guard ?? null,
  };
}

function callEntry({ from, file, line, target, named, callee, about, inTemplate }: Call): CallEntry {
  return {
    from: from.id,
    file,
    line,
    target: target ? nameOf(target) : null,
    function: callee?.id ?? null,
    maybe: target || !named ? [] : named.maybe.map((module) => nameOf({ ...named, module })),
    text: about.text,
    template: inTemplate,
  };
}

export function messageEntry({ send, takers }: Message): MessageEntry {
  const { from, origin, file, line, how, by, shape, destination } = send;
  const { text, modules, topic, maybe } = destination;
  return {
    from: from.id,
    given_by: origin === from ? null : origin.id,
    file,
    line,
    how,
    by,
    message: shape,
    to: { text, modules: modules ?? null, topic: topic ?? null, maybe },
    taken_by: takers.map(takerEntry),
  };
}

function takerEntry({ handler, maybe }: Taker): TakerEntry {
  const { function: owner, ordinal, line, shape, brought } = handler;
  const file = brought ?? owner.owner.file;
  return { function: owner.id, clause: ordinal, file, line, accepts: shape, maybe };
}

export function subscriptionEntry({
  module,
  function: from,
  file,
  line,
  text,
  topic,
}: Subscription): SubscriptionEntry {
  return { from: from.id, file, line, topic: topic ?? null, text, process: module ?? null };
}

export function renderEntry({ from, target, ...render }: Render): RenderEntry {
  return { from: from.id, module: from.owner.name, ...render, target: target ?? null };
}

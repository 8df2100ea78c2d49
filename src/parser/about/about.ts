import type { Span } from "../../source.ts";
import type { Fault } from "../facts.ts";
import type { Condition } from "../macros/facts.ts";
import type { Brought, Scope } from "../names.ts";
import type { CallTarget } from "../sites/query.ts";
import type { Value } from "./value.ts";

/** A call in a body or in a template, with what it is given. */
export interface CallAbout {
  readonly span: Span;
  readonly line: number;
  /** What it may name, as the call is written; empty where only run time knows. */
  readonly targets: readonly CallTarget[];
  /** What is imported there. */
  readonly brought: readonly Brought[];
  readonly args: readonly Value[];
  readonly text: string;
  /** It is in a function that a process of its own runs: a task, an agent. */
  readonly elsewhere: boolean;
  /** What stands for the module in `@store.get(1)`, `store.get(1)`, `&store.get/1` and `apply(store, :get, [1])`. */
  readonly receiver: ReceiverAbout | undefined;
}

export interface ReceiverAbout extends Pick<CallTarget, "name" | "arity"> {
  readonly value: Value;
}

/** An attribute of a tag; `value` undefined for one that only stands there. */
export interface TagAttribute {
  readonly name: string;
  readonly value: Value | undefined;
}

export interface TagAbout {
  /** `Mod` of `<Mod.name`, undefined for `<.name`; of HTML, too. */
  readonly module: string | undefined;
  readonly name: string;
  readonly sort: "html" | "component" | "slot";
  readonly line: number;
  readonly attributes: readonly TagAttribute[];
}

/** Where a template stands, and what names mean in it. */
export interface TemplatePlace {
  readonly scope: Scope;
  /** Lines before its first one. */
  readonly line: number;
  /** Braces in its text hold code. */
  readonly curly: boolean;
}

/** A template: a `~H` sigil, or a file. */
export interface TemplateAbout {
  readonly line: number;
  readonly tags: readonly TagAbout[];
  readonly calls: readonly CallAbout[];
  /** Places where its code could not be read: the lines. */
  readonly unread: readonly number[];
}

/** `name = value` in a body, in order. */
export interface Binding {
  readonly name: string;
  readonly value: Value;
}

/** A parameter with a default. */
export interface DefaultAbout {
  readonly position: number;
  readonly value: Value;
}

/** A message that a process sends itself by what it returns: `{:continue, message}`. */
export interface ReturnedMessage {
  readonly how: "continue" | "next_event" | "state_timeout";
  readonly line: number;
  /** As what kind of event a state machine gets it. */
  readonly event: string | undefined;
  readonly message: Value;
}

/** A clause of `receive`. */
export interface ReceiveAbout {
  readonly line: number;
  readonly pattern: Value;
  readonly guard: Value | undefined;
}

export interface DefinitionAbout {
  /** Where the clause of the same place starts. */
  readonly at: number;
  /** Of one in the block of a macro, where that statement starts. */
  readonly block?: number;
  readonly line: number;
  readonly kind: string;
  readonly name: string;
  readonly arity: number | undefined;
  readonly defaults: number;
  readonly hasBody: boolean;
  readonly head: string;
  readonly guard: string | undefined;
  readonly condition: Value | undefined;
  readonly parameters: readonly Value[];
  /** What `name in [...]` in its guard allows. */
  readonly allowed: readonly Binding[];
  readonly defaultValues: readonly DefaultAbout[];
  readonly doc: boolean;
  readonly impl: string | undefined;
  /** What it ends in. */
  readonly result: Value | undefined;
  /** The body is this one expression. */
  readonly single: boolean;
  readonly calls: readonly CallAbout[];
  readonly bindings: readonly Binding[];
  readonly returned: readonly ReturnedMessage[];
  readonly receives: readonly ReceiveAbout[];
  readonly templates: readonly TemplateAbout[];
  /** Lines on which something is nested too deeply to be read. */
  readonly cut: readonly number[];
  /** Of a macro: the statements that it puts where it is called. */
  readonly quoted: readonly StatementAbout[];
}

export interface AttributeAbout {
  readonly name: string;
  readonly line: number;
  /** It is set in the block of a statement, so perhaps never. */
  readonly nested?: true;
  /** Its text, up to a limit. */
  readonly text: string;
  readonly value: Value;
}

/** A call in a module's body: `plug :auth`, `scope "/" do … end`. */
export interface StatementAbout {
  readonly name: string;
  readonly line: number;
  readonly args: readonly Value[];
  readonly inside: readonly StatementAbout[];
}

export interface UseAbout {
  readonly target: string;
  readonly line: number;
  /** Of one in the block of a macro, where that statement starts. */
  readonly block?: number;
  /** What stands behind the module's name. */
  readonly options: string;
}

export interface ModuleAbout {
  readonly name: string;
  readonly at: number;
  readonly line: number;
  readonly sort: "module" | "protocol" | "impl";
  /** Only compilation knows its name; `name` is as it is written. */
  readonly computed: boolean;
  readonly uses: readonly UseAbout[];
  readonly attributes: readonly AttributeAbout[];
  /** `name/arity` of each `@spec`. */
  readonly specs: readonly string[];
  readonly definitions: readonly DefinitionAbout[];
  readonly delegates: readonly DelegateAbout[];
  readonly statements: readonly StatementAbout[];
  /** The statements of its body in which something is called. */
  readonly code: readonly DefinitionAbout[];
  /** What names mean at the end of its body, and so in its templates. */
  readonly scope: Scope;
  /** Of a protocol, what must hold for it to be compiled: its facts say that of every other module. */
  readonly conditions: readonly Condition[];
}

export interface DelegateAbout {
  readonly name: string;
  readonly arity: number;
  readonly defaults: number;
  readonly line: number;
  readonly head: string;
  readonly to: CallTarget | undefined;
  readonly doc: boolean;
}

/** What one file says besides its facts. */
export interface FileAbout {
  readonly path: string;
  readonly modules: readonly ModuleAbout[];
  /** Clauses of callbacks in quoted code: they belong to the modules that use the macro. */
  readonly quoted: readonly DefinitionAbout[];
  /** Where it is nested too deeply to be read; then there are no modules. */
  readonly tooDeep: Fault | undefined;
}

import type { UseAbout } from "../parser/index.ts";
import type { HandlerSort } from "./handlers.ts";
import type { Kind } from "./kinds.ts";

/** What `escope index --format json` prints: plain data, in the order of files and places. */
export interface ModulePage {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly kinds: readonly Kind[];
  /** Only compilation knows its name; `name` is as it is written. */
  readonly computed: boolean;
  /** Whether it is compiled, by the conditions around it; null where the text does not decide. */
  readonly compiled: boolean | null;
  /** The protocol that it implements. */
  readonly protocol: string | null;
  readonly defines_struct: boolean;
  readonly behaviours: readonly string[];
  /** The protocols of each `@derive`. */
  readonly derives: readonly string[];
  readonly uses: readonly UseAbout[];
  /** What these bring, through whichever macros. */
  readonly brings: {
    readonly uses: readonly string[];
    readonly imports: readonly string[];
    /** Names as they are written, and the modules that they mean. */
    readonly aliases: Readonly<Record<string, string>>;
    /** What it may use or be, by a condition that the text does not decide. */
    readonly maybe: readonly (BroughtEntry & { readonly condition: string })[];
    /** Modules that the macros make. */
    readonly modules: readonly BroughtEntry[];
    /** Functions that the macros define, or may define: `name/arity`. */
    readonly functions: readonly string[];
  };
  /** What of these could not be followed to its end, where it ended and why. */
  readonly unfollowed: readonly UnfollowedEntry[];
  readonly attributes: readonly { readonly name: string; readonly line: number; readonly value: string }[];
  readonly functions: readonly FunctionEntry[];
  readonly on_mount: readonly HookEntry[];
  readonly attach_hook: readonly AttachedEntry[];
  readonly handlers: readonly HandlerEntry[];
  readonly calls: readonly CallEntry[];
  readonly messages: readonly MessageEntry[];
  readonly subscriptions: readonly SubscriptionEntry[];
  readonly renders: readonly RenderEntry[];
}

/** What a macro brings, by the line of the `use` that leads there, and the place in the macro. */
export interface BroughtEntry {
  readonly line: number;
  readonly target: string;
  readonly file: string;
  readonly at: number;
}

export interface UnfollowedEntry {
  readonly line: number;
  readonly target: string;
  readonly ended: { readonly file: string; readonly line: number; readonly reason: string };
}

export interface FunctionEntry {
  readonly name: string;
  /** Null where the source computes it. */
  readonly arity: number | null;
  readonly kind: string;
  readonly visibility: "public" | "private";
  readonly defaults: number;
  readonly doc: boolean;
  readonly spec: boolean;
  readonly callback_of: readonly string[];
  readonly delegates_to: string | null;
  readonly clauses: readonly ClauseEntry[];
}

export interface ClauseEntry {
  readonly line: number;
  readonly head: string;
  readonly guard: string | null;
  /** A head without a body only declares defaults. */
  readonly body: boolean;
}

export interface HookEntry {
  readonly line: number;
  readonly module: string;
  readonly stage: string;
}

export interface AttachedEntry {
  readonly from: string;
  readonly line: number;
  readonly name: string;
  readonly stage: string;
  readonly function: string | null;
}

export interface HandlerEntry {
  readonly function: string;
  /** 0 for one that stands in the quoted code of a macro. */
  readonly clause: number;
  readonly file: string;
  readonly line: number;
  readonly how: HandlerSort;
  readonly accepts: string;
  readonly guard: string | null;
}

export interface CallEntry {
  readonly from: string;
  readonly file: string;
  readonly line: number;
  /** `Module.name/arity`; null where it is not certain. */
  readonly target: string | null;
  /** The function of the project that is meant: with defaults its arity may be higher. */
  readonly function: string | null;
  /** What it may be, by what is imported. */
  readonly maybe: readonly string[];
  readonly text: string;
  readonly template: boolean;
}

export interface MessageEntry {
  readonly from: string;
  /** The function that handed the message to `from` as an argument. */
  readonly given_by: string | null;
  readonly file: string;
  readonly line: number;
  readonly how: string;
  readonly by: string;
  readonly message: string;
  readonly to: {
    readonly text: string;
    readonly modules: readonly string[] | null;
    readonly topic: string | null;
    readonly maybe: boolean;
  };
  readonly taken_by: readonly TakerEntry[];
}

export interface TakerEntry {
  readonly function: string;
  readonly clause: number;
  readonly file: string;
  readonly line: number;
  readonly accepts: string;
  readonly maybe: boolean;
}

export interface SubscriptionEntry {
  readonly from: string;
  readonly file: string;
  readonly line: number;
  /** What of the topic is certain: `cart:*`. */
  readonly topic: string | null;
  readonly text: string;
  /** The module whose process is subscribed. */
  readonly process: string | null;
}

export interface RenderEntry {
  readonly from: string;
  readonly module: string;
  readonly file: string;
  readonly line: number;
  readonly how: "component" | "live_component" | "live_view";
  readonly target: string | null;
  readonly text: string;
  readonly inProject: boolean;
}

export interface EdgeEntry {
  readonly from: string;
  readonly to: string;
  readonly count: number;
  readonly file: string;
  readonly lines: readonly number[];
}

export interface CallGraph {
  readonly edges: readonly EdgeEntry[];
  /** Calls of what is no part of the project, by module. */
  readonly external: readonly EdgeEntry[];
  readonly unresolved: readonly {
    readonly from: string;
    readonly file: string;
    readonly line: number;
    readonly text: string;
    readonly maybe: readonly string[];
  }[];
}

export interface MessageGraph {
  readonly messages: readonly MessageEntry[];
  readonly subscriptions: readonly SubscriptionEntry[];
}

export interface RouteEntry {
  readonly router: string;
  readonly file: string;
  readonly line: number;
  readonly verb: string;
  readonly path: string;
  readonly module: string;
  readonly action: string | null;
  readonly pipelines: readonly string[];
  readonly live_session: string | null;
  readonly on_mount: readonly HookEntry[];
}

export interface SupervisionEntry {
  readonly supervisor: string;
  readonly name: string | null;
  readonly how: string;
  readonly file: string;
  readonly line: number;
  readonly strategy: string | null;
  readonly children: readonly {
    readonly module: string | null;
    readonly name: string | null;
    readonly text: string;
    readonly maybe: boolean;
  }[];
}

/** A live view or live component, with what it mounts through whichever functions. */
export interface ViewEntry {
  readonly module: string;
  readonly file: string;
  readonly kinds: readonly Kind[];
  readonly mounts: readonly {
    readonly how: "component" | "live_component" | "live_view";
    readonly target: string;
    readonly from: string;
    readonly file: string;
    readonly line: number;
  }[];
}

export interface ComponentGraph {
  readonly views: readonly ViewEntry[];
  readonly renders: readonly RenderEntry[];
  readonly routes: readonly RouteEntry[];
  readonly supervision: readonly SupervisionEntry[];
}

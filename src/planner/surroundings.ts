import { CallResolver, type ModuleIndex, type ModuleInfo } from "../parser/index.ts";
import type { Owner, Surroundings } from "../rules/index.ts";
import { EntryOnly } from "./loops.ts";

/** What only those know who have seen more than the sources; without it nothing belongs anywhere and is of no kind. */
export interface Told {
  /** The application or dependency of a file. */
  readonly ownerOf?: (path: string) => Owner;
  /** What a module is, as `escope index` has it. */
  readonly kindsOf?: (module: ModuleInfo) => readonly string[];
  /** Nothing in the project hands its process over to something that never returns. */
  readonly allReturn?: boolean;
  /** The most probes of all rules together. */
  readonly maxProbes?: number | undefined;
}

/** What is known of the whole project, ready to be asked by conditions. */
export interface Known extends Surroundings {
  readonly resolver: CallResolver;
  /** Read when it is first asked for. */
  readonly entryOnly: EntryOnly;
  readonly allReturn: boolean;
}

const NOBODY: Owner = { app: undefined, dep: undefined };

export function surroundingsOf(index: ModuleIndex, told: Told = {}): Known {
  const resolver = new CallResolver(index);
  let entryOnly: EntryOnly | undefined;
  const readEntryOnly = (): EntryOnly => (entryOnly ??= new EntryOnly(index));
  return {
    resolver,
    get entryOnly() {
      return readEntryOnly();
    },
    allReturn: told.allReturn ?? false,
    resolve: (site, module) => (site.kind === "call" ? resolver.resolve(site, module) : []),
    isRecursive: (clause) => readEntryOnly().isRecursive(clause),
    ownerOf: told.ownerOf ?? (() => NOBODY),
    kindsOf: told.kindsOf ?? (() => []),
  };
}

import {
  CallResolver,
  traitsOf,
  type FileFacts,
  type ModuleIndex,
  type ModuleInfo,
} from "../parser/index.ts";
import type { Probe } from "../protocol/index.ts";
import { isBuiltin, type RuleSet } from "../rules/index.ts";
import type { Span } from "../source.ts";
import { EntryOnly } from "./loops.ts";
import { assignIds, type Unnumbered } from "./probe-ids.ts";
import { selectIn, type Knowledge, type Selection, type Subject } from "./select.ts";

/** Where the text of a probe goes. */
export interface Site {
  readonly span: Span;
  readonly form: "prefix" | "wrap";
  /** Where the enclosing outermost module with probes takes `require Escope;`. */
  readonly requireAt: number;
}

export interface PlannedProbe extends Probe {
  readonly site: Site;
}

/** What a rule selected and could not be rewritten; module, function and arity are null for a whole file. */
export interface Skip {
  readonly file: string;
  readonly line: number;
  readonly module: string | null;
  readonly function: string | null;
  readonly arity: number | null;
  /** What is called, or the pattern; absent where the clause itself is left alone. */
  readonly target?: string | undefined;
  readonly reason: string;
}

/** A `use` that could not be followed to its end: whatever it brings in is not known. */
export interface Unfollowed {
  readonly file: string;
  readonly line: number;
  readonly module: string;
  readonly target: string;
}

/** Plain data: what will be probed, and what was selected and is left alone. In order of file and position. */
export interface Plan {
  readonly probes: readonly PlannedProbe[];
  readonly skipped: readonly Skip[];
  /** Ids of the user's own rules that matched nothing; a built-in set is made for more than one project has. */
  readonly unmatched: readonly string[];
  readonly unfollowed: readonly Unfollowed[];
}

/** Chooses the clauses, calls and expressions that `rules` select in `index`. */
export function planProject(index: ModuleIndex, rules: RuleSet): Plan {
  const subjects = index.files.flatMap((file) => readSubjects(index, file));
  const known: Knowledge = { rules, resolver: new CallResolver(index), entryOnly: new EntryOnly(index) };
  const selected = subjects.flatMap((subject) => selectIn(subject, known));
  const free = selected.filter(({ obstacle }) => obstacle === undefined);
  const matched = new Set(selected.flatMap((selection) => selection.rules));
  return {
    probes: assignIds(free.map(toProbe)),
    skipped: [...index.files.flatMap(faultSkip), ...selected.flatMap(obstacleSkip)].toSorted(byPlace),
    unmatched: rules.rules.flatMap(({ id, file }) => (isBuiltin(file) || matched.has(id) ? [] : [id])),
    unfollowed: subjects.flatMap(toUnfollowed),
  };
}

function readSubjects(index: ModuleIndex, file: FileFacts): Subject[] {
  return file.modules.map((module) => ({
    index,
    module,
    traits: traitsOf(index, module),
    requireAt: outermost(file, module).bodyStart,
  }));
}

function toUnfollowed({ module: { file, name }, traits }: Subject): Unfollowed[] {
  return [...traits.unfollowed].map(([target, line]) => ({ file, line, module: name, target }));
}

/** `require` is lexical: one in the outermost module holds for all modules inside it. */
function outermost(file: FileFacts, module: ModuleInfo): ModuleInfo {
  const around = file.modules.find(
    ({ span, bodyStart }) =>
      bodyStart !== undefined && span.start <= module.span.start && module.span.end <= span.end,
  );
  return around ?? module;
}

function toProbe({ module, clause, requireAt, rules, mode, callback, chosen }: Selection): Unnumbered {
  const { span, form } = chosen === undefined ? clause : { span: chosen.site.span, form: "wrap" as const };
  return {
    kind: chosen?.site.kind ?? "clause",
    mode,
    module: module.name,
    function: clause.name,
    arity: clause.arity ?? null,
    clause: clause.ordinal,
    file: module.file,
    line: chosen?.site.line ?? clause.line,
    ...(chosen === undefined ? {} : { target: chosen.target }),
    rules,
    ...(callback === undefined ? {} : { callback }),
    ...(clause.template ? { template: true } : {}),
    ordinal: chosen?.ordinal,
    site: { span, form, requireAt: requireAt ?? 0 },
  };
}

function obstacleSkip({ module, clause, chosen, obstacle }: Selection): Skip[] {
  if (obstacle === undefined) return [];
  return [
    {
      file: module.file,
      line: chosen?.site.line ?? clause.line,
      module: module.name,
      function: clause.name,
      arity: clause.arity ?? null,
      target: chosen?.target,
      reason: obstacle,
    },
  ];
}

function faultSkip({ path, fault }: FileFacts): Skip[] {
  if (fault === undefined) return [];
  const reason = `the file does not parse as Elixir at ${path}:${fault.line}:${fault.column}, or holds there what escope's grammar does not know`;
  return [{ file: path, line: fault.line, module: null, function: null, arity: null, reason }];
}

function byPlace(a: Skip, b: Skip): number {
  return a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1;
}

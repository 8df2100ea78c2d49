import { FRAMEWORKS, traitsOf, type FileFacts, type ModuleIndex, type ModuleInfo } from "../parser/index.ts";
import type { Probe } from "../protocol/index.ts";
import { isBuiltin, isCallback, type Candidate, type RuleSet } from "../rules/index.ts";
import type { Span } from "../source.ts";
import { entryOnlyClauses, type EntryOnly } from "./loops.ts";
import { assignIds } from "./probe-ids.ts";

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

interface Selection extends Candidate {
  readonly rules: readonly string[];
  readonly requireAt: number | undefined;
}

/** Chooses the clauses that `rules` select in `index`. */
export function planProject(index: ModuleIndex, rules: RuleSet): Plan {
  const subjects = index.files.flatMap((file) => readSubjects(index, file));
  const selected = subjects.flatMap((subject) => selectClauses(subject, rules));
  const free = selected.filter((selection) => obstacleOf(selection) === undefined);
  const entryOnly = entryOnlyClauses(index);
  const probes = free.map((selection) => toProbe(selection, entryOnly));
  const matched = new Set(selected.flatMap((selection) => selection.rules));
  return {
    probes: assignIds(probes),
    skipped: [...index.files.flatMap(faultSkip), ...selected.flatMap(obstacleSkip)].toSorted(byPlace),
    unmatched: rules.rules.flatMap(({ id, file }) => (isBuiltin(file) || matched.has(id) ? [] : [id])),
    unfollowed: subjects.flatMap(toUnfollowed),
  };
}

/** A module as the rules see it: everything of a candidate but the clause. */
interface Subject extends Omit<Candidate, "clause"> {
  readonly requireAt: number | undefined;
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

function selectClauses(subject: Subject, rules: RuleSet): Selection[] {
  return subject.module.clauses.flatMap((clause) => {
    if (clause.kind !== "def" && clause.kind !== "defp") return [];
    const candidate = { ...subject, clause };
    const matching = rules.rules.filter((rule) => rule.matches(candidate)).map((rule) => rule.id);
    return matching.length === 0 ? [] : [{ ...candidate, rules: matching }];
  });
}

/** `require` is lexical: one in the outermost module holds for all modules inside it. */
function outermost(file: FileFacts, module: ModuleInfo): ModuleInfo {
  const around = file.modules.find(
    ({ span, bodyStart }) =>
      bodyStart !== undefined && span.start <= module.span.start && module.span.end <= span.end,
  );
  return around ?? module;
}

function obstacleOf({ clause, requireAt }: Selection): string | undefined {
  return clause.obstacle ?? (requireAt === undefined ? "its module has no do block" : undefined);
}

function toProbe(
  { index, module, traits, clause, rules, requireAt }: Selection,
  { loops, handovers }: EntryOnly,
): Omit<PlannedProbe, "id"> {
  const callback = [...traits.behaviours].find((behaviour) =>
    isCallback({ index, module, traits, clause }, behaviour),
  );
  return {
    kind: "clause",
    mode: handovers.has(clause) || (loops.has(clause) && !isFrameworkCallback(callback)) ? "enter" : "full",
    module: module.name,
    function: clause.name,
    arity: clause.arity ?? null,
    clause: clause.ordinal,
    file: module.file,
    line: clause.line,
    rules,
    ...(callback === undefined ? {} : { callback }),
    ...(clause.template ? { template: true } : {}),
    site: { span: clause.span, form: clause.form, requireAt: requireAt ?? 0 },
  };
}

/** A framework's callback returns to the framework, whatever its own tail call may lead to. */
function isFrameworkCallback(callback: string | undefined): boolean {
  return callback !== undefined && FRAMEWORKS.has(callback);
}

function obstacleSkip(selection: Selection): Skip[] {
  const reason = obstacleOf(selection);
  const { module, clause } = selection;
  if (reason === undefined) return [];
  return [
    {
      file: module.file,
      line: clause.line,
      module: module.name,
      function: clause.name,
      arity: clause.arity ?? null,
      reason,
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

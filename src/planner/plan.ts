import {
  ordinalIn,
  placedModules,
  traitsOf,
  type ClauseInfo,
  type Fault,
  type FileFacts,
  type ModuleIndex,
  type ModuleInfo,
  type Named,
} from "../parser/index.ts";
import type { Probe, ProbeKind, Traced } from "../protocol/index.ts";
import { isBuiltin, type RuleSet, type Surroundings } from "../rules/index.ts";
import type { Span } from "../source.ts";
import { keepBudget } from "./budget.ts";
import { countConflicts, type PlannedConflict } from "./conflicts.ts";
import { Effects, unhiddenIn, type Idle } from "./idle.ts";
import { assignIds, type Unnumbered } from "./probe-ids.ts";
import { selectIn, type Knowledge, type Selection, type Subject } from "./select.ts";
import { surroundingsOf, type Told } from "./surroundings.ts";
import { planTraced } from "./traced.ts";

/** Where the text of a probe goes. */
export interface Site {
  readonly span: Span;
  readonly form: "prefix" | "wrap";
  /** Of a clause with a `do … end` block, where that begins. */
  readonly block?: number | undefined;
  /** Where the enclosing outermost module with probes takes `require Escope;`. */
  readonly requireAt: number;
  /** What its arguments are called, with their places. */
  readonly given?: readonly Named[];
}

export interface PlannedProbe extends Probe {
  readonly kind: Exclude<ProbeKind, "trace">;
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
  /** The rules that selected it; absent where a whole file is left alone. */
  readonly rules?: readonly string[];
}

/** A `use` that could not be followed to its end: whatever it brings in is not known. */
export interface Unfollowed {
  readonly file: string;
  readonly line: number;
  readonly module: string;
  readonly target: string;
  /** Where it ended, in the module itself or in a macro, and why. */
  readonly ended: { readonly file: string; readonly line: number; readonly reason: string };
}

/** Plain data: what will be probed, and what was selected and is left alone. In order of file and position. */
export interface Plan {
  readonly probes: readonly PlannedProbe[];
  /** What the VM is to trace while a recording is on. */
  readonly traced: readonly Traced[];
  readonly skipped: readonly Skip[];
  /** Ids of the user's own rules that matched nothing; a built-in set is made for more than one project has. */
  readonly unmatched: readonly string[];
  readonly unfollowed: readonly Unfollowed[];
  /** Where rules ask for what does not go together. */
  readonly conflicts: readonly PlannedConflict[];
  /** Comments, exclusions and parts of rules that have no effect. */
  readonly idle: readonly Idle[];
}

/**
 * Chooses the clauses, calls and expressions that `rules` select in `index`; with `only`, in that file. Errors: those of
 * `keepBudget`.
 */
export function planProject(index: ModuleIndex, rules: RuleSet, told: Told = {}, only?: string): Plan {
  const known = surroundingsOf(index, told);
  const subjects = readSubjects(index, known, only);
  const effects = new Effects(index, rules);
  const knowledge: Knowledge = { rules, known, effects };
  const selected = subjects.flatMap((subject) => selectIn(subject, knowledge));
  const free = selected.filter(({ obstacle }) => obstacle === undefined);
  keepBudget(free, rules, told.maxProbes);
  const probes = assignIds(free.map(toProbe));
  return {
    probes,
    traced: planTraced(
      rules.traced ?? [],
      probes.map(({ id }) => id),
    ),
    skipped: [...index.files.flatMap(faultSkip), ...selected.flatMap(obstacleSkip)].toSorted(byPlace),
    unmatched: rules.rules.flatMap((rule) =>
      isBuiltin(rule.file) || effects.isMatched(rule) ? [] : [rule.id],
    ),
    unfollowed: subjects.flatMap(toUnfollowed),
    conflicts: countConflicts(
      free.map(({ conflicts, module, clause }) => ({ conflicts, file: module.file, line: clause.line })),
    ),
    idle: [...unhiddenIn(rules), ...effects.idle()],
  };
}

/** The modules of the project as the rules see them. */
export function readSubjects(
  index: ModuleIndex,
  known: Surroundings = surroundingsOf(index),
  only?: string,
): Subject[] {
  const files = only === undefined ? index.files : index.files.filter(({ path }) => path === only);
  return files.flatMap((file) =>
    file.modules.flatMap((written) =>
      placedModules(index, written).map((module, at) => ({
        index,
        known,
        module,
        around: traitsOf(index, written),
        traits: traitsOf(index, at === 0 ? written : module),
        requireAt: outermost(file, written).bodyStart,
      })),
    ),
  );
}

function toUnfollowed({ module: { file, name }, traits }: Subject): Unfollowed[] {
  return [...traits.unfollowed].map(([target, { line, at, reason }]) => {
    return { file, line, module: name, target, ended: { ...at, reason } };
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

function toProbe({
  module,
  clause,
  requireAt,
  rules,
  policy,
  mode,
  callback,
  chosen,
}: Selection): Unnumbered {
  const { span, form, block } =
    chosen === undefined ? clause : { span: chosen.site.span, form: "wrap" as const, block: undefined };
  return {
    kind: chosen?.site.kind ?? "clause",
    mode,
    module: module.name,
    function: clause.name,
    arity: clause.arity ?? null,
    clause: ordinalIn(module, clause),
    file: module.file,
    line: chosen?.site.line ?? clause.line,
    ...(chosen === undefined ? {} : { target: chosen.target }),
    rules: idsOf(rules),
    ...(callback === undefined ? {} : { callback }),
    ...(clause.template ? { template: true } : {}),
    ...(policy === undefined ? {} : { do: policy }),
    ordinal: chosen?.ordinal,
    site: { span, form, block, requireAt: requireAt ?? 0, given: chosen?.site.given ?? parametersOf(clause) },
  };
}

/** Rules of several files may have one id. */
function idsOf(rules: Selection["rules"]): string[] {
  return [...new Set(rules.map(({ id }) => id))];
}

function parametersOf({ parameters }: ClauseInfo): Named[] {
  return parameters.flatMap((names, place) => names.map((name): Named => [name, place]));
}

function obstacleSkip({ module, clause, chosen, obstacle, rules }: Selection): Skip[] {
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
      rules: idsOf(rules),
    },
  ];
}

function faultSkip({ path, fault }: FileFacts): Skip[] {
  if (fault === undefined) return [];
  const at = `${path}:${fault.line}:${fault.column}`;
  const reason = `the file ${faultReason(fault, at)}`;
  return [{ file: path, line: fault.line, module: null, function: null, arity: null, reason }];
}

function faultReason({ tooDeep }: Fault, at: string): string {
  if (tooDeep === true) return `is nested too deeply to be read, from ${at} on`;
  return `does not parse as Elixir at ${at}, or holds there what escope's grammar does not know`;
}

function byPlace(a: Skip, b: Skip): number {
  return a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1;
}

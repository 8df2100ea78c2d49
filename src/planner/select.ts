import {
  blockObstacle,
  BEHAVIOURS,
  FRAMEWORKS,
  type CallResolver,
  type ClauseInfo,
  type ModuleInfo,
  type SiteInfo,
  type Traits,
} from "../parser/index.ts";
import type { ProbeMode, ProbePolicy } from "../protocol/index.ts";
import { isCallback, type Candidate, type Rule, type RuleSet } from "../rules/index.ts";
import type { Conflict } from "./conflicts.ts";
import type { Effects } from "./idle.ts";
import { rulesForClauses } from "./near-rules.ts";
import { serve } from "./serve.ts";
import { chooseSites, type ChosenSite } from "./sites.ts";
import type { Known } from "./surroundings.ts";

/** A module as the rules see it: everything of a candidate but the clause. */
export interface Subject extends Omit<Candidate, "clause"> {
  /** Of the module as it is written, which may be around it. */
  readonly around: Traits;
  readonly requireAt: number | undefined;
}

/** What rules chose, and what becomes of it. */
export interface Selection {
  readonly module: ModuleInfo;
  readonly clause: ClauseInfo;
  readonly requireAt: number | undefined;
  readonly rules: readonly Rule[];
  /** What they ask for; undefined where that is what is done without a word. */
  readonly policy: ProbePolicy | undefined;
  readonly conflicts: readonly Conflict[];
  readonly mode: ProbeMode;
  /** The behaviour whose callback the clause is. */
  readonly callback: string | undefined;
  /** The call or expression in the clause that is meant; undefined where the clause itself is. */
  readonly chosen: ChosenSite | undefined;
  /** Why it must be left alone. */
  readonly obstacle: string | undefined;
}

/** What is known of the whole project. */
export interface Knowledge {
  readonly rules: RuleSet;
  readonly known: Known;
  readonly effects: Effects;
}

/** What the rules choose of a module: clauses, and calls and expressions in them, each behind its clause. */
export function selectIn(subject: Subject, known: Knowledge): Selection[] {
  const selections: Selection[] = [];
  const [first] = subject.module.clauses;
  const forClauses = first && rulesForClauses(known.rules.rules, { ...subject, clause: first });
  for (const clause of subject.module.clauses) {
    const candidate: Candidate = { ...subject, clause };
    const obstacle =
      clause.obstacle ??
      blockObstacle(clause, subject.around) ??
      (subject.requireAt === undefined ? NO_BLOCK : undefined);
    const shared = { module: subject.module, clause, requireAt: subject.requireAt };
    for (const chosen of [
      ...selectClause(candidate, forClauses ?? [], known),
      ...selectSites(candidate, known),
    ])
      selections.push({ ...shared, ...chosen, obstacle: obstacle ?? chosen.obstacle });
  }
  return selections;
}

const NO_BLOCK = "its module has no do block";

type Chosen = Omit<Selection, "module" | "clause" | "requireAt">;

function selectClause(candidate: Candidate, rules: readonly Rule[], { known, effects }: Knowledge): Chosen[] {
  const selecting = rules.filter((rule) => rule.matches(candidate));
  const matching = effects.forClause(candidate, selecting);
  if (matching.length === 0) return [];
  const { clause } = candidate;
  const callback = callbackOf(candidate);
  const isLoop = isFrameworks(callback) ? known.entryOnly.repeats(clause) : known.entryOnly.isLoop(clause);
  const mode = isLoop || (!known.allReturn && known.entryOnly.isHandover(clause)) ? "enter" : "full";
  const names = new Map(clause.parameters.flatMap((all, place) => all.map((name) => [name, place] as const)));
  const probed = { kind: "clause", mode, names, arity: clause.arity, mentions: clause.mentions } as const;
  return [{ ...serve(matching, probed, effects), mode, callback, chosen: undefined }];
}

function selectSites(candidate: Candidate, known: Knowledge): Chosen[] {
  const { clause, module } = candidate;
  if (clause.sites.length === 0) return [];
  const { rules, effects } = known;
  const { resolver } = known.known;
  const isCalledBack = isFrameworks(callbackOf(candidate));
  return chooseSites(candidate, rules, resolver, effects).map((chosen) => {
    const { site } = chosen;
    const { entryOnly } = known.known;
    const isLoop = isCalledBack ? entryOnly.siteRepeats(site, clause) : entryOnly.siteLoops(site, clause);
    const mode: ProbeMode = isLoop || entryOnly.siteHandsOver(site, clause) ? "enter" : "full";
    const obstacle = site.obstacle ?? macroObstacle(site, module, resolver) ?? tailObstacle(site, mode);
    const names = site.kind === "expr" ? VALUE : NO_NAMES;
    const served = serve(
      chosen.rules,
      { kind: site.kind, mode, names, arity: arityOf(chosen), mentions: [] },
      effects,
    );
    return Object.assign(served, {
      mode,
      callback: undefined,
      chosen,
      obstacle: obstacle ?? served.obstacle,
    });
  });
}

/** Which places an expression's arguments can have is known of its pattern, and told there. */
function arityOf({ site, target }: ChosenSite): number | undefined {
  return site.kind === "expr" ? undefined : Number(target.slice(target.lastIndexOf("/") + 1));
}

/** What a condition can name of an expression. */
const VALUE: ReadonlyMap<string, number> = new Map([["value", -1]]);
const NO_NAMES: ReadonlyMap<string, number> = new Map();

function macroObstacle(site: SiteInfo, module: ModuleInfo, resolver: CallResolver): string | undefined {
  const macro = resolver.macroAround(site, module);
  return (
    macro && `it stands inside \`${macro.name}\`, which may be a macro that reads its argument as syntax`
  );
}

/** Of a call, entry events alone keep the tail call; any other value passes through a variable. */
function tailObstacle({ plain }: SiteInfo, mode: ProbeMode): string | undefined {
  if (mode === "full" || plain) return undefined;
  return "a loop may end in it, whose stack would grow with a probe around it";
}

function callbackOf(candidate: Candidate): string | undefined {
  const all = [...candidate.traits.behaviours].filter((behaviour) => isCallback(candidate, behaviour));
  return all.find(isFrameworks) ?? all[0];
}

/** A framework's callback returns to the framework: only tail calls that surely lead back to the clause make it a loop. */
function isFrameworks(callback: string | undefined): boolean {
  return callback !== undefined && (FRAMEWORKS.has(callback) || BEHAVIOURS.has(callback));
}

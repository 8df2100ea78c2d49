import type { Value } from "../about/value.ts";
import type { ModuleInfo, UseInfo } from "../facts.ts";
import { BEHAVIOURS, DEFINED_BY_USE, ELIXIR, FRAMEWORKS } from "../frameworks.ts";
import { moduleNamed, type ModuleIndex } from "../module-index.ts";
import { realName, lastSegment, type Brought } from "../names.ts";
import { knownModule } from "../sites/known.ts";
import type { BroughtClause, Made, Mounted, Possible, Traits, UseEnd } from "./traits.ts";
import { BlockEnds } from "./block-ends.ts";
import { choose, holds } from "./choose.ts";
import { evaluate } from "./evaluate.ts";
import { definesMacro, ERLANG, importing, isEndless, isOnlyComputed } from "./expanding.ts";
import { roundsOf } from "./loops.ts";
import { ofUser, ofUserIn } from "./user.ts";
import type {
  Condition,
  Expansion,
  MadeInCode,
  NamedInCode,
  QuotedAlias,
  QuotedCall,
  QuotedImport,
  QuotedPart,
} from "./facts.ts";
import { withBound, type Step } from "./step.ts";
import { UNKNOWN, type World } from "./values.ts";
import { IndexWorld } from "./world.ts";

/** No macro leads deeper; one that does leads to itself, with more arguments each time. */
const DEPTH = 64;
/** Nor to more of them. */
const STEPS = 20_000;

const NOT_THERE = "its source is neither in the project nor in its dependencies";

/** Follows all `use`s of one module; holds what was found so far. */
export class UseWalk implements Traits {
  exists: boolean | undefined;
  readonly uses: Set<string> = new Set();
  readonly behaviours: Set<string> = new Set();
  readonly brought: Brought[] = [];
  readonly aliases: Map<string, string>;
  readonly defines: Set<string> = new Set();
  readonly clauses: BroughtClause[] = [];
  readonly mounts: Mounted[] = [];
  readonly makes: Map<string, Made> = new Map();
  readonly blocks: Traits["blocks"];
  readonly handedOn: Traits["handedOn"];
  readonly possible: Map<string, Possible> = new Map();
  readonly unfollowed: Map<string, UseEnd> = new Map();
  readonly wanted: Set<string> = new Set();
  readonly given: Map<string, Value> = new Map();
  readonly #index: ModuleIndex;
  readonly #module: ModuleInfo;
  readonly #world: World;
  readonly #seen: Set<string> = new Set();
  readonly #open: Set<string> = new Set();
  #line: number;
  #steps = 0;
  /** Hooks around what is followed: what they bring comes last. */
  #hooks = 0;
  readonly #ends: BlockEnds = new BlockEnds();

  constructor(index: ModuleIndex, module: ModuleInfo, aliases: ReadonlyMap<string, string>) {
    this.#index = index;
    this.#module = module;
    this.#line = module.line;
    this.aliases = new Map(aliases);
    this.blocks = this.#ends.ends;
    this.handedOn = this.#ends.handedOn;
    this.#world = new IndexWorld(index, module.name, this.aliases, this.wanted);
  }

  run(): void {
    const module = this.#module;
    const start: Step = { from: module, bound: new Map(), doubt: undefined, depth: 0 };
    const [own] = this.#under(module.conditions, start);
    this.exists = own === undefined ? false : own.doubt === undefined ? true : undefined;
    for (const use of module.uses) {
      this.#line = use.line;
      // That the module is there is what all of this is about.
      for (const step of this.#under(use.conditions.slice(module.conditions.length), start))
        this.#followUse(this.#real(use.target), use.argument, use.line, step);
    }
    for (const behaviour of module.behaviours) this.#addBehaviour(this.#real(behaviour), undefined);
    for (const expansion of module.expansions) {
      this.#line = expansion.line;
      this.#ends.open(expansion.block);
      if (expansion.module === "Module" && expansion.name === "create") this.#addCreated(expansion, start);
      this.#followExpansion(expansion, [...module.imports, ...this.brought], start);
    }
    this.#ends.open(undefined);
    for (const { block, macro, use } of module.blockUses) this.#followBlockUse(block, macro, use, start);
    for (const target of module.beforeCompile) this.#followHook(this.#real(target), start);
    for (const name of [...this.uses, ...this.behaviours]) this.possible.delete(name);
    for (const [name, possible] of this.possible) this.#reportPossible(name, possible);
  }

  /** What stands in the block of a macro counts where that keeps it. */
  #followBlockUse(block: number, macro: string, { target, argument, line }: UseInfo, step: Step): void {
    this.#line = line;
    const end = this.blocks.get(block);
    const reason = `it stands in the block of \`${macro}\`, which may drop it or put it elsewhere`;
    if (end === "kept") this.#followUse(this.#real(target), argument, line, step);
    else if (end === undefined || end === "unknown")
      this.#giveUp(this.#real(target), { file: step.from.file, line }, reason);
  }

  /** Callbacks that it may have are not selected as such: that must not go unsaid. */
  #reportPossible(name: string, { line, at, condition }: Possible): void {
    if (!FRAMEWORKS.has(name) && !BEHAVIOURS.has(name)) return;
    this.#line = line;
    this.#giveUp(`${name}, by \`${condition}\``, at, "whether this holds is not known");
  }

  #real(name: string): string {
    return realName(name, this.aliases);
  }

  /** The steps to what stands under `conditions`: none where that is never reached, in a loop one for each round. */
  #under(conditions: readonly Condition[], step: Step): Step[] {
    let steps = [step];
    for (const condition of conditions) steps = steps.flatMap((each) => this.#past(condition, each));
    return steps;
  }

  #past(condition: Condition, step: Step): Step[] {
    if (condition.each)
      return roundsOf(condition, step.bound, this.#world).map((bound) => withBound(step, bound));
    const bound = new Map(step.bound);
    const answer = holds(condition, bound, this.#world);
    if (answer === false) return [];
    const doubt = answer ? step.doubt : (step.doubt ?? this.#doubt(step.from.file, condition));
    return [{ ...step, bound, doubt }];
  }

  #doubt(file: string, { line, text }: Pick<Condition, "line" | "text">): Possible {
    return { line: this.#line, at: { file, line }, condition: text };
  }

  #addBehaviour(name: string, doubt: Possible | undefined): void {
    const known = ERLANG[name];
    for (const each of known === undefined ? [name] : [name, known])
      if (doubt === undefined) this.behaviours.add(each);
      else this.#addPossible(each, doubt);
  }

  #addPossible(name: string, doubt: Possible): void {
    if (!this.possible.has(name)) this.possible.set(name, doubt);
  }

  #followUse(name: string, argument: Value, line: number, step: Step): void {
    if (step.doubt === undefined) this.#addUse(name, argument);
    else this.#addPossible(name, step.doubt);
    if (FRAMEWORKS.has(name) || BEHAVIOURS.has(name)) this.#addBehaviour(name, step.doubt);
    for (const key of DEFINED_BY_USE[name] ?? []) this.defines.add(key);
    const target = moduleNamed(this.#index, name);
    if (target !== undefined) return this.#followMacro(target, "__using__", [argument], step);
    if (FRAMEWORKS.has(name) || ELIXIR.has(name)) return undefined;
    return this.#giveUp(name, { file: step.from.file, line }, NOT_THERE, name);
  }

  #addUse(name: string, argument: Value): void {
    if (!this.uses.has(name)) this.given.set(name, argument);
    this.uses.add(name);
  }

  #giveUp(what: string, at: UseEnd["at"], reason: string, missing?: string): void {
    if (!this.unfollowed.has(what)) this.unfollowed.set(what, { line: this.#line, at, reason, missing });
  }

  #followMacro(owner: ModuleInfo, name: string, args: readonly Value[], step: Step): void {
    const call = `${owner.name}.${name} ${JSON.stringify(args)}`;
    const key = `${call} ${step.doubt === undefined}`;
    const at = { file: owner.file, line: owner.line };
    this.#steps += 1;
    if (this.#open.has(call)) {
      if (name === "__using__") this.#giveUp(owner.name, at, "it uses itself, without end");
      else if (isEndless(args, step.doubt))
        this.#giveUp(`${owner.name}.${name}`, at, "it leads to itself, without end");
      return;
    }
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    if (step.depth > DEPTH || this.#steps > STEPS) {
      this.#giveUp(`${owner.name}.${name}`, at, `macros lead on for more than ${DEPTH} steps`);
      return;
    }
    this.#open.add(call);
    this.#takeClauses(owner, name, args, step);
    this.#open.delete(call);
  }

  #takeClauses(owner: ModuleInfo, name: string, args: readonly Value[], step: Step): void {
    const clauses = owner.quoted.filter((candidate) => candidate.name === name);
    for (const { clause, bound, certain } of choose(clauses, args, this.#world)) {
      const text = `${name}(${clause.parameters.map(({ names }) => names[0] ?? "…").join(", ")})`;
      const doubt =
        step.doubt ?? (certain ? undefined : this.#doubt(owner.file, { line: clause.line, text }));
      // Of a macro that another one leads to, both would have to be known.
      const handsOn = clause.handsOn === true && step.depth === 0 && owner.conditions.length === 0;
      for (const part of clause.parts) {
        const inside: Step = { from: owner, bound, doubt, depth: step.depth + 1, handsOn };
        for (const inner of this.#under(part.conditions, inside)) this.#take(part, inner);
      }
    }
  }

  /** Aliases first: what is used and imported may be named by them. */
  #take(part: QuotedPart, step: Step): void {
    for (const alias of part.aliases) this.#addAlias(alias, step);
    for (const behaviour of part.behaviours)
      this.#named(behaviour, step, (name) => this.#addBehaviour(name, step.doubt));
    const brought = part.brought.flatMap((each) => this.#toBrought(each, step));
    this.brought.push(...brought);
    this.#takeBody(part, step);
    for (const made of part.makes) this.#addMade(made, step);
    if (this.#hasBlock(part.splices, step)) this.#ends.end("kept", step.doubt === undefined, step.handsOn);
    for (const use of part.uses)
      this.#named(use, step, (name) =>
        this.#followUse(name, evaluate(use.argument, step.bound, this.#world), use.line, step),
      );
    for (const call of part.calls) this.#followCall(call, step);
    const imports = [...brought, ...step.from.imports, ...this.#module.imports, ...this.brought];
    for (const expansion of part.expansions) this.#followExpansion(expansion, imports, step);
    for (const target of part.beforeCompile)
      this.#named(target, step, (name) => this.#followHook(name, step));
  }

  /** `Module.create(Name, …)` in the module's own body. */
  #addCreated({ args: [name], line }: Expansion, { bound, from }: Step): void {
    const made = name && evaluate(name, bound, this.#world);
    if (made?.type === "module") this.makes.set(made.name, { line, at: { file: from.file, line } });
  }

  #addMade({ name, line, text, splices }: MadeInCode, step: Step): void {
    const made = this.#madeName(name, step);
    this.makes.set(made ?? text, { line: this.#line, at: { file: step.from.file, line } });
    if (this.#hasBlock(splices, step))
      this.#ends.end(made === undefined ? "unknown" : { made }, step.doubt === undefined);
  }

  /** Elixir takes the text `Made` as nested in the module where it stands. */
  #madeName(name: Value, step: Step): string | undefined {
    const found = evaluate(name, step.bound, this.#world);
    if (found.type !== "module" || found.written !== true || name.type === "module")
      return this.#nameOf(name, step);
    return `${this.#module.name}.${found.name}`;
  }

  #hasBlock(splices: readonly Value[], { bound }: Step): boolean {
    return splices.length > 0 && this.#ends.isIn(splices.map((each) => evaluate(each, bound, this.#world)));
  }

  #takeBody({ defines, takers, mounts }: QuotedPart, step: Step): void {
    const { from, doubt } = step;
    for (const key of defines) this.defines.add(key);
    const late = this.#hooks > 0;
    for (const at of takers) this.clauses.push({ file: from.file, at, late, maybe: doubt !== undefined });
    for (const { name, text, line } of mounts) {
      const value = ofUserIn(evaluate(name, step.bound, this.#world), this.#module.name);
      if (JSON.stringify(value).includes('"any"'))
        this.#giveUp(`${from.name}, by \`${text}\``, { file: from.file, line }, "what it names is computed");
      else if (doubt === undefined) this.mounts.push({ line: this.#line, value });
      else this.#addPossible(text, doubt);
    }
  }

  /** Goes on with the name that quoted code has; where that is computed, it is said. */
  #named({ name, line, text }: NamedInCode, step: Step, goOn: (name: string) => void): void {
    const found = this.#nameOf(name, step);
    if (found !== undefined) goOn(found);
    // `@before_compile {Module, :name}` is not followed, and no open end.
    else if (name.type !== "tuple")
      this.#giveUp(
        `${step.from.name}, by \`${text}\``,
        { file: step.from.file, line },
        "what it names is computed",
      );
  }

  #nameOf(value: Value, { bound }: Step): string | undefined {
    const found = evaluate(value, bound, this.#world);
    if (found.type === "module") return ofUser(found.name, this.#module.name);
    return found.type === "literal" && found.text.startsWith(":") ? found.text : undefined;
  }

  #addAlias({ name, as }: QuotedAlias, step: Step): void {
    const found = step.doubt === undefined ? this.#nameOf(name, step) : undefined;
    if (found !== undefined && !found.startsWith(":")) this.aliases.set(as ?? lastSegment(found), found);
  }

  #toBrought({ name, ...rest }: QuotedImport, step: Step): Brought[] {
    const module = this.#nameOf(name, step);
    if (module === undefined) return [];
    return [{ ...rest, module, ...(step.doubt === undefined ? {} : { maybe: true }) }];
  }

  #followCall({ module, name, args, spliced, line }: QuotedCall, step: Step): void {
    const target = moduleNamed(this.#index, module);
    const called = evaluate(name, step.bound, this.#world);
    const at = { file: step.from.file, line };
    const names = (called.type === "branches" ? called.values : [called]).flatMap((each) =>
      each.type === "literal" && each.text.startsWith(":") ? [each.text.slice(1)] : [],
    );
    if (target === undefined) {
      const isOpen = spliced && names.length === 1 && knownModule(module) === undefined;
      if (isOpen) this.#giveUp(`${module}.${names[0]}`, at, NOT_THERE, module);
      return;
    }
    if (names.length === 0)
      this.#giveUp(`${module}, by a computed name`, at, "the function's name is computed");
    const given = args.map((each) => evaluate(each, step.bound, this.#world));
    const doubt =
      names.length > 1
        ? (step.doubt ?? this.#doubt(step.from.file, { line, text: "one of several names" }))
        : step.doubt;
    for (const each of names) {
      if (name.type !== "literal" && isOnlyComputed(target, each))
        this.#giveUp(`${target.name}.${each}`, at, "the name is computed where the function is defined");
      this.#followMacro(target, each, given, { ...step, doubt });
    }
  }

  /** A macro that stands where a statement does. */
  #followExpansion({ module, name, args }: Expansion, imports: readonly Brought[], step: Step): void {
    const key = `${name}/${args.length}`;
    const owners =
      module === undefined ? importing(imports, key) : [this.#real(ofUser(module, this.#module.name))];
    const given = args.map((each) => evaluate(each, step.bound, this.#world));
    for (const owner of owners.flatMap((each) => moduleNamed(this.#index, this.#real(each)) ?? []))
      if (definesMacro(owner, name, args.length)) {
        this.#ends.note();
        this.#followMacro(owner, name, given, step);
      }
  }

  #followHook(target: string, step: Step): void {
    const owner = moduleNamed(this.#index, target);
    if (owner === undefined) return void this.wanted.add(target);
    this.#hooks += 1;
    this.#followMacro(owner, "__before_compile__", [UNKNOWN], step);
    this.#hooks -= 1;
  }
}

import { positionAt, type SourceFile, type Span } from "./source.ts";

/** What may be known about an error besides its text. */
export interface ErrorDetails {
  /** What the user can do about it: one imperative sentence. */
  readonly hint: string;
  /** The file that is wrong, as the user would write its path. */
  readonly file?: string;
  /** Line and column, both from 1, in `file`. */
  readonly line?: number;
  readonly column?: number;
  /** The offending line, shown with a marker below `column`. */
  readonly frame?: string;
  readonly cause?: unknown;
}

/**
 * The user's input or surroundings are wrong: what, where, and what to do. Everything else that is thrown is a bug.
 * Commands end with exit code 2 on it.
 */
export class EscopeError extends Error {
  readonly code: string;
  readonly details: ErrorDetails;

  constructor(code: string, message: string, details: ErrorDetails) {
    super(message, { cause: details.cause });
    this.name = "EscopeError";
    this.code = code;
    this.details = details;
  }
}

/** `FILE:LINE:COLUMN: message`, the code frame and the hint, each on lines of their own. */
export function formatError(error: EscopeError): string {
  const { file, line, column, frame, hint } = error.details;
  const place = [file, line, column].filter((part) => part !== undefined).join(":");
  const lines = [`${place === "" ? "" : `${place}: `}${error.message} [${error.code}]`];
  // Of a line that nobody wrote by hand, what stands around the place.
  const from = (column ?? 1) > WIDEST ? (column ?? 1) - WIDEST / 2 : 0;
  if (frame !== undefined)
    lines.push(`  | ${frame.slice(from, from + WIDEST)}`, `  | ${" ".repeat((column ?? 1) - 1 - from)}^`);
  lines.push(`hint: ${hint}`);
  return lines.join("\n");
}

const WIDEST = 200;

/** The details that point at `span` in `source`. */
export function pointAt(source: SourceFile, span: Span): Omit<ErrorDetails, "hint"> {
  const { line, column } = positionAt(source.text, span.start);
  const frame = source.text.split("\n")[line - 1]?.replace(/\r$/, "") ?? "";
  return { file: source.path, line, column, frame };
}

type Place = Omit<ErrorDetails, "hint">;

// The catalogue: one constructor a code, sorted by code.

export function aiAnswerCut(): EscopeError {
  return new EscopeError("AI_ANSWER_CUT", "the model's answer was cut off at its greatest length, twice", {
    hint: "Raise context below ai in the configuration, ask for fewer functions with --budget, or name another model.",
  });
}

export function aiAnswerIncomplete(host: string): EscopeError {
  return new EscopeError("AI_ANSWER_INCOMPLETE", `the answer of ${host} ended in the middle`, {
    hint: "Ask again; if it happens again, the server or something on the way to it does not stream as it should.",
  });
}

export function aiAnswerMalformed(problem: string): EscopeError {
  return new EscopeError("AI_ANSWER_MALFORMED", `the model's answer cannot be read: ${problem}`, {
    hint: "Ask again, or name a model that can call tools.",
  });
}

export function aiBudget(limits: { tokens: number; context: number }, spent: number): EscopeError {
  return new EscopeError(
    "AI_BUDGET",
    `the model has not chosen within its budget: ${spent} of ${limits.tokens} tokens are spent, and it takes ${limits.context} at once`,
    { hint: "Raise max_tokens or context below ai in the configuration, or ask a narrower question." },
  );
}

/** `said`: the server's own words. */
export function aiFailed(host: string, status: number, said: string): EscopeError {
  const answered = status === 0 ? "failed" : `answers with status ${status}`;
  return new EscopeError("AI_FAILED", `${host} ${answered}: ${said}`, {
    hint: "Correct what it says; where it is too much at once, lower context below ai in the configuration.",
  });
}

export function aiKeyMissing(provider: string, variable: string): EscopeError {
  return new EscopeError("AI_KEY_MISSING", `there is no key for ${provider}`, {
    hint: `Set ${variable} or ESCOPE_AI_KEY in the environment; --suggest and --frozen need none.`,
  });
}

export function aiKeyRefused(host: string, variable: string, said: string): EscopeError {
  return new EscopeError("AI_KEY_REFUSED", `${host} does not take the key: ${said}`, {
    hint: `Check ${variable} or ESCOPE_AI_KEY, and that the key is for this endpoint and model.`,
  });
}

export function aiModelUnknown(host: string, model: string, said: string): EscopeError {
  return new EscopeError(
    "AI_MODEL_UNKNOWN",
    `${host} has no model ${model}, or nothing at this path: ${said}`,
    {
      hint: "Name a model that it has (ESCOPE_AI_MODEL, or model below ai in the configuration), and check the endpoint.",
    },
  );
}

export function aiNothingChosen(): EscopeError {
  return new EscopeError("AI_NOTHING_CHOSEN", "the model chose no function that can be watched", {
    hint: "Ask in words of the project, or take --suggest, which needs no model.",
  });
}

export function aiNothingOffered(project: string): EscopeError {
  return new EscopeError("AI_NOTHING_OFFERED", `${project} has no function that can be watched`, {
    hint: "See escope index PROJECT for what was read of it.",
  });
}

export function aiPackageMissing(name: string, version: string, cause: unknown): EscopeError {
  return new EscopeError("AI_PACKAGE_MISSING", `--ai needs the package ${name}, which is not installed`, {
    hint: `Install it beside escope: npm install ${name}@${version}, with --global where escope is global.`,
    cause,
  });
}

export function aiRateLimited(host: string, said: string, wait: number | undefined): EscopeError {
  const when = wait === undefined ? "later" : `in ${Math.ceil(wait / 1_000)} s`;
  return new EscopeError("AI_RATE_LIMITED", `${host} takes no more requests now: ${said}`, {
    hint: `Ask again ${when}.`,
  });
}

export function aiRefused(said: string): EscopeError {
  return new EscopeError("AI_REFUSED", `the model refuses to answer${said === "" ? "" : `: ${said}`}`, {
    hint: "Put the question otherwise, name another model, or take --suggest.",
  });
}

export function aiTimedOut(host: string, seconds: number, cause: unknown): EscopeError {
  return new EscopeError("AI_TIMED_OUT", `${host} said nothing for ${seconds} s`, {
    hint: "Ask again, or raise timeout below ai in the configuration.",
    cause,
  });
}

export function aiUnreachable(host: string, problem: string, cause: unknown): EscopeError {
  return new EscopeError("AI_UNREACHABLE", `cannot reach ${host}: ${problem}`, {
    hint: "Check the network and the endpoint; --suggest and --frozen need neither.",
    cause,
  });
}

/** `written`: what stands there and cannot be meant. */
export function aiUnset(
  key: "provider" | "model" | "endpoint",
  choices: readonly string[],
  written?: string,
): EscopeError {
  const which = choices.length === 0 ? "" : ` (${choices.join(" or ")})`;
  const says =
    written === undefined
      ? `it is not said which ${key} to ask`
      : `there is no ${key} ${JSON.stringify(written)}`;
  return new EscopeError("AI_UNSET", says, {
    hint: `Set ESCOPE_AI_${key.toUpperCase()}${which} in the environment, or ${key} below ai in the configuration.`,
  });
}

/** `place`: the folder that it was started in. */
export function commandFailed(command: string, cause: unknown, place = "."): EscopeError {
  return new EscopeError("COMMAND_FAILED", `cannot start ${command}: ${(cause as Error).message}`, {
    hint: commandHint(command, place, cause),
    cause,
  });
}

function commandHint(command: string, place: string, cause: unknown): string {
  if ((cause as { code?: unknown }).code === "EACCES")
    return `Make ${command} a program that you may run (chmod +x).`;
  if (command.includes("/"))
    return `Check the path: a relative one starts at the tree's folder, ${place}, which has what the project has.`;
  const install = ["elixir", "iex", "mix"].includes(command) ? " (Debian: apt-get install elixir)" : "";
  return `Check that ${command} is installed and on the PATH${install}.`;
}

export function configFormat(file: string, extensions: readonly string[]): EscopeError {
  return new EscopeError("CONFIG_FORMAT", "escope reads no configuration of this name and format", {
    file,
    hint: `Write it as escope.config with one of ${extensions.join(", ")}.`,
  });
}

export function configNoDefault(file: string, exported: readonly string[]): EscopeError {
  const others = exported.filter((name) => name !== "default");
  const instead = others.length === 0 ? "" : `, only ${others.join(", ")}`;
  return new EscopeError("CONFIG_NO_DEFAULT", `the program exports no configuration as default${instead}`, {
    file,
    hint: `Write \`export default { ${others.join(", ")} }\`.`.replace("{  }", "{ … }"),
  });
}

export function configSyntax(place: Place, problem: string, cause: unknown): EscopeError {
  const hint = "Correct the file; docs/cli.md says what it may hold.";
  return new EscopeError("CONFIG_SYNTAX", `cannot read the configuration: ${problem}`, {
    ...place,
    hint,
    cause,
  });
}

export function configTwice(file: string, names: readonly string[]): EscopeError {
  return new EscopeError("CONFIG_TWICE", `the project has more than one configuration: ${names.join(", ")}`, {
    file,
    hint: "Keep one of them; nobody could tell which one holds.",
  });
}

export function configType(place: Place, key: string, expected: string): EscopeError {
  const hint = `Write ${expected} there.`;
  return new EscopeError("CONFIG_TYPE", `${key} must be ${expected}`, { ...place, hint });
}

export function configTypeScript(file: string, version: string): EscopeError {
  return new EscopeError("CONFIG_TYPESCRIPT", `Node ${version} cannot read TypeScript`, {
    file,
    hint: "Use Node 22.18 or newer, or write the configuration as escope.config.yaml, .json or .mjs.",
  });
}

export function configUnknownKey(
  place: Place,
  key: string,
  known: readonly string[],
  meant: string | undefined,
): EscopeError {
  const hint = meant === undefined ? `Known here: ${known.join(", ")}.` : `Did you mean ${meant}?`;
  return new EscopeError("CONFIG_UNKNOWN_KEY", `unknown key ${key}`, { ...place, hint });
}

export function configUnreadable(file: string, problem: string, cause: unknown): EscopeError {
  return new EscopeError("CONFIG_UNREADABLE", `the configuration cannot be read: ${problem}`, {
    file,
    hint: "Make it a file that you may read, or remove it.",
    cause,
  });
}

export function dependencyNotElixir(name: string, folder: string): EscopeError {
  const hint = "Take it out of deps in the configuration: only what Mix itself builds can be instrumented.";
  return new EscopeError("DEPENDENCY_NOT_ELIXIR", `the dependency ${name} has no mix.exs`, {
    file: folder,
    hint,
  });
}

export function dependencyNotFound(name: string, folder: string, meant: string | undefined): EscopeError {
  const correction = meant === undefined ? "correct deps in the configuration" : `did you mean ${meant}?`;
  return new EscopeError("DEPENDENCY_NOT_FOUND", `the dependency ${name} is not there`, {
    file: folder,
    hint: `Run mix deps.get in the project, or: ${correction}`,
  });
}

export function elixirFailed(output: string): EscopeError {
  return new EscopeError("ELIXIR_FAILED", `elixir could not check the files: ${output}`, {
    hint: "Check that `elixir --version` works and is at least 1.14, or leave out --verify.",
  });
}

export function explainNoTarget(target: string, problem: string, hint: string): EscopeError {
  return new EscopeError("EXPLAIN_NO_TARGET", `${target}: ${problem}`, { hint });
}

export function indexNoModule(glob: string, meant: string | undefined): EscopeError {
  const hint =
    meant === undefined
      ? "escope index lists them all; * stands for one part of a name, ** for any number."
      : `Did you mean ${meant}? * stands for one part of a name, ** for any number.`;
  return new EscopeError("INDEX_NO_MODULE", `no module of the project is called ${glob}`, { hint });
}

export function initChanged(file: string): EscopeError {
  return new EscopeError(
    "INIT_CHANGED",
    "changed while you looked at what would be written; it is left as it is",
    {
      file,
      hint: "Run escope init again.",
    },
  );
}

export function initNotWritable(file: string, cause: unknown): EscopeError {
  const full = ["ENOSPC", "EDQUOT"].includes((cause as NodeJS.ErrnoException).code ?? "");
  return new EscopeError("INIT_NOT_WRITABLE", `cannot be written: ${(cause as Error).message}`, {
    file,
    hint: `${full ? "Make room on the disk" : "Give yourself the right to write there"}, then run escope init again: it does the rest.`,
    cause,
  });
}

export function mixUnreadable(file: string, cause: unknown): EscopeError {
  const hint = "Make it a file that you may read.";
  return new EscopeError("MIX_UNREADABLE", `cannot be read: ${(cause as Error).message}`, {
    file,
    hint,
    cause,
  });
}

export function mixfileSyntax(place: Place): EscopeError {
  const hint = "Correct it; `mix help` shows what Elixir says of it.";
  return new EscopeError("MIXFILE_SYNTAX", "this does not parse as Elixir", { ...place, hint });
}

export function mixfileUnsupported(file: string): EscopeError {
  return new EscopeError("MIXFILE_UNSUPPORTED", "escope finds no module with `use Mix.Project` in it", {
    file,
    hint: "Write the project's module as `defmodule NAME do`, `use Mix.Project` in it, and `end`.",
  });
}

export function optionsConflict(first: string, second: string): EscopeError {
  return new EscopeError("OPTIONS_CONFLICT", `${first} and ${second} exclude each other`, {
    hint: "Give one of them.",
  });
}

export function optionsMissing(option: string, missing: string): EscopeError {
  return new EscopeError("OPTIONS_MISSING", `${option} needs ${missing}`, {
    hint: `Add ${missing}, or leave ${option} out.`,
  });
}

export function mixfileUnverified(file: string): EscopeError {
  return new EscopeError(
    "MIXFILE_UNVERIFIED",
    "Elixir does not read it with escope's additions as it should",
    {
      file,
      hint: "Leave out --verify, and report this file: the fault is escope's.",
    },
  );
}

/** Both would be one module in the tree. */
export function nameTaken(name: string, file: string, line: number): EscopeError {
  return new EscopeError("NAME_TAKEN", `the project has a module ${name}, and so has escope's runtime`, {
    file,
    line,
    hint: "The tree could not be compiled: one of them needs another name, and escope's is fixed.",
  });
}

/** `damaged`: the file by which escope would know it. */
export function outNotOurs(out: string, damaged?: string): EscopeError {
  const choose = "Choose another folder with --out, or remove this one if nobody needs it.";
  const hint =
    damaged === undefined
      ? choose
      : `Its ${damaged} is damaged, which says what escope wrote. If it is a tree of escope's, remove the folder; the next run writes it anew.`;
  return new EscopeError("OUT_NOT_OURS", "holds files that escope did not write; nothing was touched", {
    file: out,
    hint,
  });
}

export function outRefused(out: string, reason: string): EscopeError {
  const hint =
    "Choose a folder of its own with --out, or leave it out: the tree is then written to _escope/.";
  return new EscopeError("OUT_REFUSED", `cannot hold the instrumented tree: ${reason}`, { file: out, hint });
}

export function outThroughLink(out: string, link: string, target: string | null): EscopeError {
  const message = `escope does not write through a link: ${link} leads to ${target ?? "nowhere"}`;
  return new EscopeError("OUT_THROUGH_LINK", message, {
    file: out,
    hint: "Name a real folder, without a link on its way.",
  });
}

export function projectIsTree(dir: string, tree: string): EscopeError {
  const hint = "Name the original project.";
  return new EscopeError("PROJECT_IS_TREE", `belongs to a tree that escope wrote (${tree})`, {
    file: dir,
    hint,
  });
}

export function projectNotFolder(dir: string): EscopeError {
  const hint = "Name the folder that holds the project's mix.exs.";
  return new EscopeError("PROJECT_NOT_FOLDER", "is no folder", { file: dir, hint });
}

export function projectNotFound(dir: string): EscopeError {
  const hint = "Name the folder that holds the project's mix.exs.";
  return new EscopeError("PROJECT_NOT_FOUND", "no such folder", { file: dir, hint });
}

export function projectNoMix(dir: string, nearby: string | null): EscopeError {
  const hint =
    nearby === null
      ? "Name the folder that holds the project's mix.exs."
      : `There is one in ${nearby}: name that folder.`;
  return new EscopeError("PROJECT_NO_MIX", "holds no mix.exs", { file: dir, hint });
}

export function recordingFormat(file: string, format: number): EscopeError {
  const hint = "Read it with the version of escope that recorded it, or update this one.";
  return new EscopeError("RECORDING_FORMAT", `recording format ${format} is not known here`, { file, hint });
}

export function recordingMissing(path: string): EscopeError {
  const hint = "Name a recording's folder, or one that `escope trace ls` lists.";
  return new EscopeError("RECORDING_MISSING", "no such recording", { file: path, hint });
}

export function recordingNone(path: string): EscopeError {
  const hint = "Name a folder that `escope run` wrote.";
  return new EscopeError("RECORDING_NONE", "holds no recording", { file: path, hint });
}

export function recordingNoneYet(project: string): EscopeError {
  const hint = "Record one: `escope run . -- mix test`.";
  return new EscopeError("RECORDING_NONE_YET", "this project has no recording", { file: project, hint });
}

export function recordingOutsideProject(folder: string): EscopeError {
  const hint = "Change into a Mix project, or name the recording's folder.";
  const message = "no mix.exs here or above, so no recordings to look for";
  return new EscopeError("RECORDING_OUTSIDE_PROJECT", message, { file: folder, hint });
}

export function rulesNone(place: Place, keys: readonly string[]): EscopeError {
  return new EscopeError("RULES_NONE", `expected a map with the keys ${keys.join(", ")}`, {
    ...place,
    hint: "Begin the file with `rules:`, and list the rules below it.",
  });
}

export function planLockMisfit(file: string, problems: readonly string[]): EscopeError {
  const more = problems.length > 5 ? `; and ${problems.length - 5} more` : "";
  return new EscopeError(
    "PLAN_LOCK_MISFIT",
    `the lock no longer fits: ${problems.slice(0, 5).join("; ")}${more}`,
    {
      file,
      hint: 'Ask again: escope plan PROJECT --ai "question"; then commit the new lock.',
    },
  );
}

export function planLockMissing(file: string): EscopeError {
  return new EscopeError("PLAN_LOCK_MISSING", "--frozen needs the lock, and there is none", {
    file,
    hint: 'Make it with escope plan PROJECT --ai "question", and commit it.',
  });
}

export function planLockUnreadable(file: string, problem: string): EscopeError {
  return new EscopeError("PLAN_LOCK_UNREADABLE", `cannot read the lock: ${problem}`, {
    file,
    hint: 'Take back the file that was committed, or make it anew with escope plan PROJECT --ai "question".',
  });
}

export function planLockUnwritable(file: string, cause: unknown): EscopeError {
  return new EscopeError("PLAN_LOCK_UNWRITABLE", `cannot write the lock: ${(cause as Error).message}`, {
    file,
    hint: "Make the project's folder writable, and ask again; the rule file was printed.",
    cause,
  });
}

export function probesOverBudget(count: number, most: number, where: string): EscopeError {
  return new EscopeError(
    "PROBES_OVER_BUDGET",
    `the rules ask for ${count} probes, and max_probes of the configuration allows ${most}: ${where}`,
    { hint: "Narrow the rules' match, leave modules out with exclude, or raise max_probes." },
  );
}

export function ruleOverBudget(
  place: Place,
  { id, count, most, where }: { id: string; count: number; most: number; where: string },
): EscopeError {
  return new EscopeError(
    "RULE_OVER_BUDGET",
    `the rule ${id} asks for ${count} probes, and its max_probes is ${most}: ${where}`,
    { ...place, hint: "Narrow its match, leave modules out with exclude, or raise max_probes." },
  );
}

export function rulesTooLarge(file: string, size: number): EscopeError {
  return new EscopeError("RULES_TOO_LARGE", `a rule file of ${(size / 1e6).toFixed(1)} MB is not read`, {
    file,
    hint: "Check that it is a rule file; rules of one kind can be one rule with lists in its match.",
  });
}

export function rulesExist(file: string): EscopeError {
  return new EscopeError("RULES_EXIST", "there is such a file, and it is not written over", {
    file,
    hint: "Choose another name, or remove it.",
  });
}

export function rulesUnknownBuiltin(
  name: string,
  known: readonly string[],
  meant: string | undefined,
  place: Place = {},
): EscopeError {
  return new EscopeError("RULES_UNKNOWN_BUILTIN", `there is no built-in rule set ${name}`, {
    ...place,
    hint: meant === undefined ? `There are: ${known.join(", ")}.` : `Did you mean builtin:${meant}?`,
  });
}

export function rulesEncoding(file: string): EscopeError {
  return new EscopeError("RULES_ENCODING", "the rule file is no UTF-8 text", {
    file,
    hint: "Save it as UTF-8.",
  });
}

export function rulesUnreadable(file: string, cause: unknown, place: Place = { file }): EscopeError {
  return new EscopeError("RULES_UNREADABLE", `cannot read the rule file: ${(cause as Error).message}`, {
    ...place,
    hint: "Check the path; built-in sets are named builtin:NAME.",
    cause,
  });
}

export function recordAddressUnknown(address: string): EscopeError {
  return new EscopeError("RECORD_ADDRESS_UNKNOWN", `${address} is no address to record to`, {
    hint: "Write unix:PATH (a path of at most 107 bytes) or tcp://HOST:PORT, or name a folder.",
  });
}

export function recordingFolderTaken(folder: string): EscopeError {
  return new EscopeError("RECORDING_FOLDER_TAKEN", "the folder for the recording is not empty", {
    file: folder,
    hint: "Name another folder with --record, or leave it out: each run then gets a folder of its own.",
  });
}

export function recordingFolderUnwritable(folder: string, cause: unknown): EscopeError {
  return new EscopeError("RECORDING_FOLDER_UNWRITABLE", `cannot record there: ${(cause as Error).message}`, {
    file: folder,
    hint: "Name a folder that can be written with --record.",
    cause,
  });
}

export function ruleAnchor(place: Place, problem: string): EscopeError {
  return new EscopeError("RULE_ANCHOR", problem, {
    ...place,
    hint: "Write &name before a value, and *name below it; utils name matches that are used more than once.",
  });
}

export function ruleCall(place: Place, written: string): EscopeError {
  return new EscopeError("RULE_CALL", `${written} names no function`, {
    ...place,
    hint: "Write a call such as GenServer.call/2, Repo.*, :ets.insert/2 or send/2.",
  });
}

export function ruleChoice(place: Place, choices: readonly string[], meant: string | undefined): EscopeError {
  return new EscopeError("RULE_CHOICE", `expected one of ${choices.join(", ")}`, {
    ...place,
    hint: meant === undefined ? "Write one of them, or a list of some." : `Did you mean ${meant}?`,
  });
}

export function ruleContext(place: Place, problem: string): EscopeError {
  return new EscopeError("RULE_CONTEXT", problem, {
    ...place,
    hint: "docs/rules.md says what goes with inside, has and where.",
  });
}

export function ruleCycle(place: Place, what: string, way: readonly string[]): EscopeError {
  return new EscopeError("RULE_CYCLE", `${what} leads back to itself: ${way.join(" → ")}`, {
    ...place,
    hint: "Take one of the steps out.",
  });
}

export function ruleDoesNothing(place: Place): EscopeError {
  return new EscopeError(
    "RULE_DOES_NOTHING",
    "with enter, leave and raise all false nothing is ever recorded",
    {
      ...place,
      hint: "Take one of them out; to have something left alone, write it under exclude.",
    },
  );
}

export function ruleDuplicateKey(place: Place): EscopeError {
  return new EscopeError("RULE_DUPLICATE_KEY", "this key stands above in the same map", {
    ...place,
    hint: "Join the two: a key's value may be a list, and all: takes several conditions of one kind.",
  });
}

export function ruleDuplicateId(place: Place, id: string): EscopeError {
  return new EscopeError("RULE_DUPLICATE_ID", `a rule with the id ${id} stands above`, {
    ...place,
    hint: "Give each rule of a file an id of its own.",
  });
}

export function ruleEmptyList(place: Place): EscopeError {
  return new EscopeError("RULE_EMPTY_LIST", "expected a list of at least one", {
    ...place,
    hint: "Write an entry, or take the key out: one of nothing would never hold.",
  });
}

/** Comments in sources name rules in brackets, with commas between. */
export function ruleId(place: Place, id: string): EscopeError {
  const plain = id.replaceAll(/[\s,[\]\p{Cc}]+/gu, "-");
  return new EscopeError("RULE_ID", "a rule's id holds no blanks, commas or brackets", {
    ...place,
    hint: `Write ${plain}.`,
  });
}

export function ruleIncomplete(place: Place, what: string, meant?: string): EscopeError {
  const hint = Object.entries(NEEDED).find(([whose]) => what.startsWith(whose))?.[1] ?? NEEDED["a rule"];
  return new EscopeError("RULE_INCOMPLETE", `expected ${what}`, {
    ...place,
    hint: meant === undefined ? hint : `Did you mean ${meant}, which an extended file has?`,
  });
}

const NEEDED = {
  "a rule": "A rule needs an id and a match; one that changes a rule of extends, the id alone.",
  "a call": "Write { module: { use: Ecto.Repo }, name: all }, or a name: Shop.Repo.all/1.",
  "a test": "A test needs an Elixir source, or a file that holds one.",
};

export function ruleMetavariable(place: Place, problem: string): EscopeError {
  return new EscopeError("RULE_METAVARIABLE", problem, {
    ...place,
    hint: "Write $NAME for any one thing, $$$NAME for any number, $_ for what does not matter.",
  });
}

export function ruleMeaningless(place: Place, key: string, sort: string, instead: string): EscopeError {
  return new EscopeError("RULE_MEANINGLESS", `${key} means nothing for ${sort}`, { ...place, hint: instead });
}

export function ruleNumber(place: Place, what: string, isNegative = false): EscopeError {
  return new EscopeError("RULE_NUMBER", `expected ${what}`, {
    ...place,
    hint: isNegative
      ? "None is less than 0: places and numbers of parameters count up from there."
      : 'Write digits without quotes; a range is a text: ">=2".',
  });
}

export function rulePattern(place: Place, problem: string): EscopeError {
  return new EscopeError("RULE_PATTERN", `this is no pattern: ${problem}`, {
    ...place,
    hint: "Write Elixir code, with $NAME for any one thing, $$$NAME for any number, $_ for what does not matter.",
  });
}

export function rulePatternSlow(place: Place): EscopeError {
  return new EscopeError(
    "RULE_PATTERN_SLOW",
    "this pattern has too many ways to match for a search to come to an end",
    {
      ...place,
      hint: "Write it with fewer metavariables that stand in it more than once.",
    },
  );
}

export function ruleRange(place: Place, written: string, bounds: string): EscopeError {
  return new EscopeError("RULE_RANGE", `${written} is out of range`, {
    ...place,
    hint: `Write a number ${bounds}.`,
  });
}

export function ruleRegex(place: Place, problem: string): EscopeError {
  return new EscopeError("RULE_REGEX", `this is no regular expression: ${problem}`, {
    ...place,
    hint: "Correct it; in YAML, write regular expressions in single quotes.",
  });
}

export function ruleRegexSlow(place: Place, milliseconds: number): EscopeError {
  return new EscopeError(
    "RULE_REGEX_SLOW",
    `the search for this does not come to an end within ${milliseconds} ms`,
    {
      ...place,
      hint: "Write it without repetitions within repetitions, such as (a+)+, and with fewer *.",
    },
  );
}

export function ruleSorts(place: Place, problem: string): EscopeError {
  return new EscopeError("RULE_SORTS", problem, {
    ...place,
    hint: "A rule selects clauses, calls or expressions; write a rule for each.",
  });
}

export function ruleSyntax(place: Place, problem: string): EscopeError {
  return new EscopeError("RULE_SYNTAX", `this is no YAML that can be read: ${problem}`, {
    ...place,
    hint: "Correct the YAML; indentation is by blanks, and every key stands once.",
  });
}

export function ruleTestUnreadable(place: Place, cause: unknown): EscopeError {
  return new EscopeError(
    "RULE_TEST_UNREADABLE",
    `cannot read the test's source: ${(cause as Error).message}`,
    {
      ...place,
      hint: "Name a file or a folder, relative to the file that this stands in.",
      cause,
    },
  );
}

/** `found`: what stands there. */
export function ruleType(place: Place, what: string, found: string): EscopeError {
  const isWord = what === "true or false" && /^the text (?:yes|no|on|off)$/i.test(found);
  const hint = isWord
    ? `Here is ${found}: in YAML 1.2 only true and false are no texts.`
    : `Here is ${found}; docs/rules.md says what stands where.`;
  return new EscopeError("RULE_TYPE", `expected ${what}`, { ...place, hint });
}

export function ruleTrace(place: Place, problem: string): EscopeError {
  return new EscopeError("RULE_TRACE", problem, {
    ...place,
    hint: "Write DBConnection.Holder.checkout/3, Phoenix.PubSub.*, or { module: Phoenix.**, callback_of: GenServer }.",
  });
}

export function ruleUnknownMetavariable(
  place: Place,
  name: string,
  pattern: string,
  known: readonly string[],
  meant: string | undefined,
): EscopeError {
  const all = known.length === 0 ? "It has none with a name." : `It has: ${known.join(", ")}.`;
  return new EscopeError("RULE_UNKNOWN_METAVARIABLE", `the pattern ${pattern} has no ${name}`, {
    ...place,
    hint: meant === undefined ? all : `Did you mean ${meant}?`,
  });
}

export function ruleUnknownName(
  place: Place,
  name: string,
  known: readonly string[],
  meant: string | undefined,
): EscopeError {
  const all = known.length === 0 ? "There are none." : `There are: ${known.join(", ")}.`;
  return new EscopeError("RULE_UNKNOWN_NAME", `utils hold no match called ${name}`, {
    ...place,
    hint: meant === undefined ? all : `Did you mean ${meant}?`,
  });
}

export function ruleUnknownKey(
  place: Place,
  key: string,
  known: readonly string[],
  meant: string | undefined,
): EscopeError {
  const other = meant === undefined ? `Known here: ${known.join(", ")}.` : `Did you mean ${meant}?`;
  const hint =
    key === "<<"
      ? "YAML 1.2 merges no maps: write the match below utils, and matches: NAME here."
      : (elsewhere(key, known) ?? other);
  return new EscopeError("RULE_UNKNOWN_KEY", `unknown key ${key}`, { ...place, hint });
}

/** A key of a rule that stands beside `rules`. */
function elsewhere(key: string, known: readonly string[]): string | undefined {
  if (!known.includes("rules")) return undefined;
  if (key === "max_probes")
    return "It stands in a rule; for all of them together it is a key of the configuration (docs/cli.md).";
  if (["id", "match", "do", "tests"].includes(key))
    return `It stands in a rule, below rules: ${known.join(", ")} are known here.`;
  return undefined;
}

export function ruleUtils(place: Place, name: string, most: number): EscopeError {
  return new EscopeError(
    "RULE_UTILS",
    `with matches: ${name}, this stands for more than ${most} uses of names`,
    {
      ...place,
      hint: "Each use of a name is all that stands in it: name it once, or write lists of globs instead.",
    },
  );
}

export function ruleWhen(place: Place, problem: string): EscopeError {
  return new EscopeError("RULE_WHEN", `this is no condition: ${problem}`, {
    ...place,
    hint: "Write one Elixir expression over args and the names of arguments, such as amount > 100.",
  });
}

export function traceMomentUnknown(text: string): EscopeError {
  const hint =
    "A time since the recording began, as 1.5s, 200ms or 90us, or a span as escope trace show --format json names it.";
  return new EscopeError("TRACE_MOMENT_UNKNOWN", `${text} is no moment`, { hint });
}

export function traceNoFailure(recording: string): EscopeError {
  const hint = "Name a span, as escope trace show --format json does, or a function, as Shop.Cart.add/2.";
  return new EscopeError("TRACE_NO_FAILURE", "nothing in this recording failed", { file: recording, hint });
}

export function traceProcessUnknown(name: string, recording: string): EscopeError {
  const hint = "escope trace state, without --pid, lists the processes that have states.";
  return new EscopeError("TRACE_PROCESS_UNKNOWN", `no process ${name} in this recording`, {
    file: recording,
    hint,
  });
}

export function traceSpanUnknown(name: string, recording: string): EscopeError {
  const hint =
    "escope trace show --format json names each span, escope trace why FUNCTION the newest of a function, and escope trace state --pid those that changed a state.";
  return new EscopeError("TRACE_SPAN_UNKNOWN", `no span ${name} in this recording`, {
    file: recording,
    hint,
  });
}

export function traceTimeUnknown(text: string): EscopeError {
  const hint = "A number and a unit, as 1.5s, 200ms or 90us.";
  return new EscopeError("TRACE_TIME_UNKNOWN", `${text} is no length of time`, { hint });
}

export function treeCollision(out: string, path: string): EscopeError {
  const message = "stands where escope has to write, and escope did not write it";
  return new EscopeError("TREE_COLLISION", message, {
    file: `${out}/${path}`,
    hint: "Remove it or move it away, then run escope again.",
  });
}

export function treeLocked(out: string, pid: string): EscopeError {
  const hint = `Wait until process ${pid} is done, or end it.`;
  return new EscopeError("TREE_LOCKED", `another escope (process ${pid}) writes to this tree`, {
    file: out,
    hint,
  });
}

export function treeNotWritable(out: string, code: string, begun: boolean, cause: unknown): EscopeError {
  const causes = new Map([
    ["ENOSPC", "Free some space on that disk"],
    ["EDQUOT", "Free some of your quota on that disk"],
    ["EROFS", "That disk is mounted read-only: make it writable"],
  ]);
  const rest = begun ? "run escope again: it completes what it began" : "or choose another folder with --out";
  const message = `cannot write the tree: ${(cause as Error).message}`;
  const after = begun ? "" : "; it is as it was";
  const hint = `${causes.get(code) ?? "Give yourself the right to write there"}, ${begun ? "then " : ""}${rest}.`;
  return new EscopeError("TREE_NOT_WRITABLE", message + after, { file: out, hint, cause });
}

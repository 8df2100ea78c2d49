import { relative, resolve } from "node:path";
import { explainNoTarget } from "../errors.ts";
import type { Planned } from "../instrument.ts";
import { nearest } from "../nearest.ts";
import {
  arities,
  ordinalIn,
  placedModules,
  type ClauseInfo,
  type Fault,
  type FileFacts,
  type ModuleInfo,
} from "../parser/index.ts";
import { positionAt } from "../source.ts";

/** The clauses that a question is about, and the line where it names one. */
export interface Target {
  readonly clauses: readonly { readonly module: ModuleInfo; readonly clause: ClauseInfo }[];
  readonly line: number | undefined;
}

const PLACE = /^(?<file>.+?):(?<line>\d+)(?::\d+)?$/s;
const FUNCTION =
  /^(?<module>.+)\.(?<name>[^.\s][^\s]*?|\.\.|\.\.\.)(?:\/(?<arity>\d+))?(?:#(?<clause>\d+))?$/s;

/** The file that a target names, or its module. */
export function parseTarget(text: string): { readonly file: string | undefined; readonly module: string } {
  const module = FUNCTION.exec(text)?.groups?.["module"] ?? "";
  return { file: PLACE.exec(text)?.groups?.["file"], module: module.replace(/^Elixir\./, "") };
}

/** Finds `FILE:LINE`, `Module.fun`, `Module.fun/arity` or `Module.fun/arity#clause`. Error: EXPLAIN_NO_TARGET. */
export function findTarget(planned: Planned, text: string, cwd: string): Target {
  const place = PLACE.exec(text)?.groups;
  if (place) return findLine(planned, text, { path: place["file"] ?? "", line: Number(place["line"]), cwd });
  return findFunction(planned, text);
}

interface Written {
  readonly path: string;
  readonly line: number;
  readonly cwd: string;
}

function findLine(planned: Planned, target: string, { path, line, cwd }: Written): Target {
  const file = findFile(planned, target, path, cwd);
  const { text } = planned.files.sources.find((source) => source.path === file.path) ?? { text: "" };
  if (file.fault !== undefined) {
    throw noFileToRead(target, file.path, file.fault);
  }
  const all = modulesOf(planned, file).flatMap((module) =>
    module.clauses.map((clause) => ({ module, clause })),
  );
  const around = all.filter(
    ({ clause }) => clause.line <= line && line <= positionAt(text, clause.span.end).line,
  );
  // A clause in a clause, of a module that is defined there: the inner one is meant.
  const [inner] = around.toSorted((a, b) => b.clause.span.start - a.clause.span.start);
  if (inner === undefined) throw noClauseAt(target, line, all);
  const beside = around.filter(({ clause }) => clause.line === inner.clause.line);
  return { clauses: beside.length > 0 ? beside : [inner], line };
}

function noFileToRead(target: string, path: string, { line, column, tooDeep }: Fault): Error {
  const at = `${path}:${line}:${column}`;
  return explainNoTarget(
    target,
    `the file ${tooDeep === true ? "is nested too deeply to be read, from" : "does not parse as Elixir at"} ${at}`,
    "Correct it; nothing in it is probed until then.",
  );
}

function findFile({ index, project }: Planned, target: string, path: string, cwd: string): FileFacts {
  const fromHere = relative(project.root, resolve(cwd, path));
  const found = index.files.find((file) => file.path === path || file.path === fromHere);
  if (found !== undefined) return found;
  const meant = nearest(
    path,
    index.files.map((file) => file.path),
  );
  const hint =
    meant === undefined
      ? "Name a source of the project, as lib/my_app/cart.ex:12."
      : `Did you mean ${meant}?`;
  throw explainNoTarget(target, `no source of the project is called ${path}`, hint);
}

function noClauseAt(target: string, line: number, all: Target["clauses"]): Error {
  const next = all
    .map(({ clause }) => clause)
    .filter((clause) => clause.line > line)
    .toSorted((a, b) => a.line - b.line)[0];
  const problem =
    "no clause of a function that could be probed stands there: quoted code, heads without a body and the rest of a module never are";
  const hint =
    next === undefined
      ? "Name a line of a function."
      : `The next clause, of ${next.name}/${next.arity ?? "?"}, begins at line ${next.line}.`;
  return explainNoTarget(target, problem, hint);
}

function modulesOf({ index }: Planned, { modules }: FileFacts): ModuleInfo[] {
  return modules.flatMap((module) => placedModules(index, module));
}

function findFunction(planned: Planned, target: string): Target {
  const { module: owner = "", name = "", arity, clause: ordinal } = FUNCTION.exec(target)?.groups ?? {};
  const all = planned.index.files.flatMap((file) => modulesOf(planned, file));
  const itself = all.find((module) => module.name === target.replace(/^Elixir\./, ""));
  if (itself !== undefined) throw onlyModule(target, itself);
  const modules = all.filter((module) => module.name === owner.replace(/^Elixir\./, ""));
  if (modules.length === 0) throw noModule(target, owner || target, all);
  const named = modules.flatMap((module) =>
    module.clauses.flatMap((clause) => (clause.name === name ? [{ module, clause }] : [])),
  );
  const clauses = named
    .filter(
      ({ clause }) =>
        arity === undefined || clause.arity === undefined || arities(clause).includes(Number(arity)),
    )
    .filter(({ module, clause }) => ordinal === undefined || ordinalIn(module, clause) === Number(ordinal));
  if (clauses.length === 0) throw noFunction(target, modules);
  return { clauses, line: undefined };
}

function onlyModule(target: string, { name: module, clauses }: ModuleInfo): Error {
  const names = [...new Set(clauses.map(({ name, arity }) => `${module}.${name}/${arity ?? "?"}`))];
  const hint = names.length === 0 ? "It has no function." : `It has ${names.slice(0, 8).join(", ")}.`;
  return explainNoTarget(target, "it is a module, and one of its functions is asked for", hint);
}

function noModule(target: string, owner: string, all: readonly ModuleInfo[]): Error {
  const meant = nearest(
    owner,
    all.map((module) => module.name),
  );
  const hint =
    meant === undefined
      ? "Write FILE:LINE or Module.function/arity; escope index lists the modules."
      : `Did you mean ${meant}?`;
  return explainNoTarget(target, `no module of the project is called ${owner}`, hint);
}

function noFunction(target: string, modules: readonly ModuleInfo[]): Error {
  const names = modules.flatMap((module) =>
    module.clauses.map(({ name, arity }) => `${module.name}.${name}/${arity ?? "?"}`),
  );
  const meant = nearest(target, [...new Set(names)]);
  const hint =
    meant === undefined ? `It has ${[...new Set(names)].slice(0, 8).join(", ")}.` : `Did you mean ${meant}?`;
  return explainNoTarget(target, "the module has no such function", hint);
}

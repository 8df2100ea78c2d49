import { basename, resolve } from "node:path";
import { applyEdits, editsFor, outsideBodies, renderModules, renderPolicies } from "./emit/index.ts";
import { mixfileUnverified, nameTaken } from "./errors.ts";
import { FactsReader } from "./facts.ts";
import { Memory } from "./memory.ts";
import { openLibraries } from "./libraries.ts";
import {
  openMixfiles,
  renderConfig,
  renderMixfile,
  sourceRoots,
  testRoots,
  unreadPaths,
  withoutSources,
  type LeftOut,
  type Mixfile,
  type Mixfiles,
} from "./mixfiles.ts";
import { elixirParser, type ModuleIndex } from "./parser/index.ts";
import { planProject, type Plan, type PlannedProbe, type Skip, type Told } from "./planner/index.ts";
import {
  cacheDir,
  findConfig,
  idleInConfig,
  listFiles,
  openProject,
  placeInTree,
  readText,
  rememberRun,
  runtimeFiles,
  treeDifference,
  treeFolder,
  useNamed,
  writeTree,
  type Dependency,
  type FoundConfig,
  type Project,
  type ProjectFiles,
  type TreeFile,
  type TreePlan,
} from "./project/index.ts";
import type { Said } from "./last-run/index.ts";
import { MANIFEST_FORMAT, type Manifest } from "./protocol/index.ts";
import { isBuiltin, loadRules, rulePath, type RuleSet } from "./rules/index.ts";
import type { Observer, Phase } from "./observer.ts";
import { readIndex } from "./read-index.ts";
import { openScope } from "./scope.ts";
import type { SourceFile } from "./source.ts";
import { tellKinds, tellOwners } from "./told.ts";
import { verifyRewrites, type Rewrite } from "./verify.ts";

/** What the user asked for. */
export interface Request {
  readonly project: string;
  /** Where the tree goes; the config's, or `_escope` in the project, where undefined. */
  readonly out?: string | undefined;
  /** Rule files; the config's, or the default set, where empty. */
  readonly rules: readonly string[];
  /** Where the cache lies; `.escope/cache` in the project where undefined, nowhere where false. */
  readonly cache?: string | false | undefined;
  /** Whether files are read, too, in which the rules can select nothing. */
  readonly inFull?: boolean | undefined;
  readonly observer?: Observer | undefined;
}

/** Everything that is known before a byte of the tree is rendered. */
export interface Planned {
  /** When it began, in milliseconds. */
  readonly began: number;
  /** The folder of the cache; undefined for none. */
  readonly cache: string | undefined;
  /** What it depends on besides the files of the project, relative to it. */
  readonly looked: () => readonly string[];
  readonly project: Project;
  readonly mixfiles: readonly Mixfile[];
  /** What is instrumented besides the project. */
  readonly dependencies: readonly Dependency[];
  /** Path dependencies that are not among them. */
  readonly leftOut: readonly LeftOut[];
  readonly out: string;
  readonly files: ProjectFiles;
  readonly reader: FactsReader;
  readonly index: ModuleIndex;
  readonly rules: RuleSet;
  readonly told: Told;
  readonly plan: Plan;
}

/** A tree rendered in memory. */
export interface Rendered {
  readonly planned: Planned;
  /** As planned, less what did not survive the rendering. */
  readonly plan: Plan;
  /** Sources and mix files whose text differs from the original's. */
  readonly changed: readonly Rewrite[];
  readonly manifest: Manifest;
}

export { Memory };
export type { Observer, Phase };
export { sourceRoots, testRoots };
export type Written = ReturnType<typeof writeTree>;

/**
 * `discover → parse → index → plan`. Reads the project and writes nothing. `chosen`: rules that were loaded already, in
 * place of those that the request or the configuration name. `memory`: what is kept from the run before.
 */
export async function planTree(request: Request, chosen?: RuleSet, memory?: Memory): Promise<Planned> {
  const began = Date.now();
  const parser = await elixirParser();
  const project = openProject(request.project);
  const found = await findConfig(project.root);
  const config = found?.config;
  const rules = chosen ?? (await chooseRules(request, project, found));
  const out = treeFolder(project, request.out ?? fromRoot(project, config?.out));
  request.observer?.phase("start");
  const opened = await useNamed(found, "deps", (names) => openMixfiles(parser, project, names));
  const { mixfiles, dependencies } = opened;
  const scripts = config?.test_files === true ? mixfiles.flatMap(testRoots) : [];
  const listed = listFiles(project, out, { compiled: mixfiles.flatMap(sourceRoots), scripts, dependencies });
  request.observer?.phase("list");
  const cache = cacheOf(request, project);
  const reader = memory?.reader(parser, rules, cache) ?? new FactsReader(parser, rules, cache);
  const files = memory ? { ...listed, sources: memory.lastGood(listed.sources, reader) } : listed;
  const scope = request.inFull ? undefined : openScope(files.sources, reader, rules);
  const libraries = openLibraries(project, mixfiles);
  reader.observe(request.observer, scope === undefined ? files.sources.length : undefined);
  const index = readIndex(files.sources, { reader, libraries, scope });
  request.observer?.phase("read");
  refuseTakenNames(index);
  const kindsOf = tellKinds(index, { ...files, read: (path) => readText(project, path) }, reader);
  const ownerOf = tellOwners(mixfiles, dependencies);
  const told: Told = { ownerOf, kindsOf, allReturn: scope !== undefined, maxProbes: config?.max_probes };
  const plan = planProject(index, rules, told);
  request.observer?.phase("plan");
  const skipped = [...skippedBefore(opened, files), ...plan.skipped];
  const idle = [...idleBefore(request, opened, project, found), ...plan.idle];
  return {
    began,
    cache,
    looked: () => [...rulePaths(rules), ...libraries.looked()],
    project,
    ...opened,
    out,
    files,
    reader,
    index,
    rules,
    told,
    plan: { ...plan, skipped, idle },
  };
}

function cacheOf({ cache }: Request, { root }: Project): string | undefined {
  return cache === false ? undefined : resolve(cache ?? cacheDir(root));
}

/** What is left as it is before any rule is asked. */
function skippedBefore({ mixfiles, dependencies }: Mixfiles, { sources, unreadable }: ProjectFiles): Skip[] {
  return [
    ...mixfiles.flatMap(unreadPaths),
    ...dependencies.flatMap((dependency) => withoutSources(dependency, sources)),
    ...unreadable.flatMap(unreadableSkip),
  ];
}

function rulePaths({ sources = [] }: RuleSet): string[] {
  return sources.map(({ path }) => rulePath(path));
}

/** `Escope`, and what lies below it. */
function refuseTakenNames({ files }: ModuleIndex): void {
  const taken = files.flatMap(({ modules }) => modules).find(({ name }) => /^Escope(?:\.|$)/.test(name));
  if (taken !== undefined) throw nameTaken(taken.name, taken.file, taken.line);
}

function unreadableSkip({ path, reason }: ProjectFiles["unreadable"][number]): Skip[] {
  if (!path.endsWith(".ex")) return [];
  return [{ file: path, line: 1, module: null, function: null, arity: null, reason }];
}

async function chooseRules(request: Request, { root }: Project, found: FoundConfig | null): Promise<RuleSet> {
  if (request.rules.length > 0) return loadRules(request.rules);
  if ((found?.config.rules ?? []).length === 0) return loadRules(["builtin:default"]);
  return useNamed(found, "rules", (files) =>
    loadRules(files.map((file) => (isBuiltin(file) ? file : resolve(root, file)))),
  );
}

/** What the configuration says without effect. */
function idleBefore(
  { rules }: Request,
  { mixfiles }: Mixfiles,
  { root }: Project,
  found: FoundConfig | null,
): Plan["idle"] {
  const applications = mixfiles.filter(({ role }) => role === "project").map(({ info }) => info.app);
  return idleInConfig(root, found, { applications, rulesHold: rules.length === 0 });
}

/** A path of the configuration: relative to the project, wherever the command runs. */
function fromRoot(project: Project, path: string | undefined): string | undefined {
  return path === undefined ? undefined : resolve(project.root, path);
}

/**
 * `plan → edits → apply`: every text of the tree, in memory. What would not parse is left as it was, and said. With
 * `verify` Elixir itself judges, too.
 */
export async function renderTree(planned: Planned, options: { verify?: boolean } = {}): Promise<Rendered> {
  const parser = await elixirParser();
  const mixfiles = planned.mixfiles.map((file) => renderMixfile(file, planned.project, planned.out));
  const checked = mixfiles.map(({ moved, text }) => ({ source: moved, text }));
  const { project, out, files } = planned;
  const configs = files.configs.flatMap((source) => renderConfig(parser, project, out, source));
  const parsing = renderSources(planned);
  const different = options.verify ? await verifyRewrites([...checked, ...parsing]) : new Map();
  for (const { source } of checked.filter((file) => different.has(file)))
    throw mixfileUnverified(source.path);
  const changed = parsing.filter((file) => !different.has(file));
  const plan = withoutProbes(planned.plan, changed, (path) => {
    const file = parsing.find(({ source }) => source.path === path);
    return (file && different.get(file)?.reason) ?? "with its probes the file would not parse";
  });
  return {
    planned,
    plan,
    changed: [...mixfiles, ...configs, ...changed],
    manifest: toManifest(planned, plan),
  };
}

/** Those that parse. */
function renderSources({ files, index, plan, reader }: Planned): Rewrite[] {
  const groups = groupByFile(plan.probes);
  const named = new Set(index.files.flatMap(({ path, namesEscope }) => (namesEscope ? [path] : [])));
  return files.sources.flatMap((source) => {
    const probes = groups.get(source.path);
    const text = probes && renderSource(source, probes, named.has(source.path), reader);
    return text === undefined ? [] : [{ source, text }];
  });
}

/**
 * The text of a source with its probes; undefined where that would not parse. `isNamed`: where it calls a module of its own
 * as the runtime's is called.
 */
export function renderSource(
  { path, text }: SourceFile,
  probes: readonly PlannedProbe[],
  isNamed: boolean,
  reader: FactsReader,
): string | undefined {
  if (probes.length === 0) return text;
  const edits = editsFor(probes, isNamed ? "Elixir.Escope" : "Escope");
  const rendered = applyEdits(text, edits);
  return reader.parses({ path, text: rendered }, () => outsideBodies(text, edits, probes))
    ? rendered
    : undefined;
}

function groupByFile(probes: readonly PlannedProbe[]): Map<string, PlannedProbe[]> {
  const groups = new Map<string, PlannedProbe[]>();
  for (const probe of probes) {
    const group = groups.get(probe.file);
    if (group === undefined) groups.set(probe.file, [probe]);
    else group.push(probe);
  }
  return groups;
}

/** `plan` as far as the `changed` files carry it out: the probes of all others become skips. */
function withoutProbes(plan: Plan, changed: readonly Rewrite[], reasonFor: (path: string) => string): Plan {
  const paths = new Set(changed.map(({ source }) => source.path));
  const left = plan.probes.filter(({ file }) => !paths.has(file));
  const skipped = left.map(({ file, line, module, function: name, arity, target }): Skip => {
    const reason = `${reasonFor(file)}; the file is left as it was`;
    return { file, line, module, function: name, arity, target, reason };
  });
  return {
    ...plan,
    probes: plan.probes.filter(({ file }) => paths.has(file)),
    skipped: [...plan.skipped, ...skipped],
  };
}

function toManifest({ mixfiles, project }: Planned, { probes, traced }: Plan): Manifest {
  return {
    format: MANIFEST_FORMAT,
    project: mixfiles[0]?.info.app ?? basename(project.root),
    probes: probes.map(({ site: _site, ...probe }) => probe),
    ...(traced.length === 0 ? {} : { traced }),
  };
}

/**
 * Remembers the run, so that the same `invocation` need not be run again while nothing changes. `said`: what a run says that
 * finds nothing to do.
 */
export function remember({ planned }: Rendered, invocation: readonly string[], said: Said): void {
  const { project, out, files, looked, began, cache } = planned;
  if (cache !== undefined)
    rememberRun({ project, out, files, also: looked(), began, cache, invocation }, said);
}

/** `write`: puts the tree on disk, all of it or nothing. */
export function writeRendered(rendered: Rendered): Written {
  const written = writeTree(rendered.planned.project, treePlan(rendered));
  rendered.planned.reader.save();
  return written;
}

/** How many paths the writing would change. Writes nothing. */
export function outdatedPaths(rendered: Rendered): number {
  return treeDifference(rendered.planned.project, treePlan(rendered));
}

function treePlan({ planned, plan, changed, manifest }: Rendered): TreePlan {
  const { project, out, files, dependencies } = planned;
  const texts = new Map<string, string>(files.sources.map(({ path, text }) => [path, text]));
  for (const { source, text } of changed) texts.set(source.path, text);
  const sources: TreeFile[] = [...texts].map(([path, text]) => ({
    path: placeInTree(dependencies, path),
    text,
  }));
  const text = `${JSON.stringify(manifest, null, 1)}\n`;
  const data = {
    manifest: text,
    policies: renderPolicies(plan.probes, plan.traced),
    modules: renderModules(text, plan.probes),
  };
  const runtime = runtimeFiles(project, out, data, dependencies);
  return {
    out,
    files: [...sources, ...runtime],
    copies: files.others,
    borrowed: files.borrowed,
    folders: files.folders,
    links: files.links,
    builds: files.builds,
  };
}

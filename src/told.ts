import { assignTemplates, isTemplate, knowProject, type Kind } from "./index/index.ts";
import type { Mixfile } from "./mixfiles.ts";
import type { FileAbout, ModuleIndex } from "./parser/index.ts";
import type { Told } from "./planner/index.ts";
import type { Dependency } from "./project/index.ts";
import type { SourceFile } from "./source.ts";

/** The files of a project, as far as its modules' kinds depend on them. */
export interface Files {
  readonly sources: readonly SourceFile[];
  readonly others: readonly string[];
  readonly read: (path: string) => string;
}

/** What is known of a source besides its facts. */
interface Abouts {
  readonly about: (source: SourceFile) => FileAbout;
}

/** What rules can ask about modules that their own files do not tell. Nothing of it is read before somebody asks. */
export function tellKinds(index: ModuleIndex, files: Files, reader: Abouts): NonNullable<Told["kindsOf"]> {
  let kinds: ReadonlyMap<string, readonly Kind[]> | undefined;
  return ({ name }) => (kinds ??= readKinds(index, files, reader)).get(name) ?? [];
}

function readKinds(
  index: ModuleIndex,
  { sources, others, read }: Files,
  reader: Abouts,
): ReadonlyMap<string, readonly Kind[]> {
  const abouts = sources.map((source) => reader.about(source));
  return knowProject(index, abouts, assignTemplates(index, abouts, others.filter(isTemplate), read)).kinds;
}

/** The application or the dependency of each file. */
export function tellOwners(
  mixfiles: readonly Mixfile[],
  dependencies: readonly Dependency[],
): NonNullable<Told["ownerOf"]> {
  const applications = mixfiles
    .filter(({ role }) => role === "project")
    .map(({ source, info }) => ({ folder: source.path.slice(0, -"mix.exs".length), app: info.app }))
    .toSorted((a, b) => b.folder.length - a.folder.length);
  return (path) => {
    const dep = dependencies.find(({ original }) => path.startsWith(`${original}/`))?.name;
    const app =
      dep === undefined ? applications.find(({ folder }) => path.startsWith(folder))?.app : undefined;
    return { app, dep };
  };
}

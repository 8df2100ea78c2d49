import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { type Planned, sourceRoots, testRoots } from "../../instrument.ts";
import { readText } from "../../project/index.ts";
import { countText } from "../trace/units.ts";
import { type Check, fit, unfit, warning } from "./check.ts";
import { ask } from "./elixir.ts";

/** Exits with 1 at the first of the files that Elixir does not take, and says why. */
const SCRIPT =
  'for f <- System.argv(), {:error, {at, _, _}} <- [Code.string_to_quoted(File.read!(f))], do: (IO.puts("#{f}:#{at[:line]}"); System.halt(1))';

/** With more files than this, the first ones say enough. */
const MOST = 50;

const BYTE_ORDER_MARK = "\uFEFF";

/** Whether all sources are Elixir, by escope's grammar, and where that takes one for none, by Elixir itself. */
export async function checkSources(planned: Planned): Promise<Check> {
  const odd = noFile(planned);
  if (odd !== undefined)
    return unfit("sources", odd, "Mend it, or take it away: Mix cannot compile the project.");
  const { project, files, reader } = planned;
  const scripts = scriptsOf(planned);
  const broken = [...files.sources, ...scripts]
    .filter((source) => source.text.startsWith(BYTE_ORDER_MARK) || !reader.parses(source))
    .map(({ path }) => path);
  if (broken.length > 0) return brokenCheck(project.root, broken);
  return deepCheck(planned) ?? fit("sources", `${countText(files.sources.length, "file")} can be read`);
}

/** What Mix takes for a source by its name, and cannot read. */
function noFile({ files, project, mixfiles }: Planned): string | undefined {
  const roots = mixfiles.flatMap(sourceRoots);
  const isCompiled = (path: string): boolean => path.endsWith(".ex") && isBelow(path, roots);
  const unreadable = files.unreadable.find(({ path }) => isCompiled(path));
  if (unreadable !== undefined) return `${unreadable.path}: ${unreadable.reason}`;
  const dangling = files.links.find(
    ({ path }) => isCompiled(path) && !existsSync(resolve(project.root, path)),
  );
  if (dangling !== undefined) return `${dangling.path} is a link to nothing`;
  const paths = [...files.sources.map(({ path }) => path), ...files.others];
  const folder = [...paths.flatMap(foldersAbove), ...files.folders].find(isCompiled);
  return folder === undefined
    ? undefined
    : `${folder} is a folder, and Mix takes it for a source by its name`;
}

function isBelow(path: string, roots: readonly string[]): boolean {
  return roots.some((root) => path.startsWith(`${root}/`));
}

function foldersAbove(path: string): string[] {
  const parts = path.split("/");
  return parts.slice(1).map((_, at) => parts.slice(0, at + 1).join("/"));
}

/** Configuration and tests: with one that is broken, Mix does not start, or runs no test. */
function scriptsOf({ files, project, mixfiles }: Planned): { path: string; text: string }[] {
  const tests = mixfiles.flatMap(testRoots);
  const configs = tests.map((path) => `${path.slice(0, -"test".length)}config`);
  return files.others
    .filter((path) => path.endsWith(".exs"))
    .filter((path) => isBelow(path, configs) || (isBelow(path, tests) && /_(?:test|helper)\.exs$/.test(path)))
    .map((path) => ({ path, text: readText(project, path) ?? "" }));
}

async function brokenCheck(root: string, broken: readonly string[]): Promise<Check> {
  const shown = broken.slice(0, MOST);
  const asking = { cwd: root, patience: 15_000 };
  const { output, failed } = await ask(
    "elixir",
    ["-e", SCRIPT, ...shown.map((path) => resolve(root, path))],
    asking,
  );
  if (failed === "fails" && output !== "") {
    const place = output.trim().slice(root.length + 1);
    return unfit(
      "sources",
      `${place} does not parse as Elixir`,
      "Correct it: Mix cannot compile the project, or not run its tests.",
    );
  }
  return warning(
    "sources",
    `${broken[0]}${andMore(broken)} cannot be read`,
    "escope plan says where; what Elixir itself takes works in the tree as it is, without probes.",
  );
}

function deepCheck({ index }: Planned): Check | undefined {
  const deep = index.files.filter(({ fault }) => fault?.tooDeep === true).map(({ path }) => path);
  if (deep.length === 0) return undefined;
  return warning(
    "sources",
    `${deep[0]}${andMore(deep)} ${deep.length === 1 ? "is" : "are"} nested too deeply to be read`,
    "escope plan says where; they work in the tree as they are, without probes.",
  );
}

function andMore(paths: readonly string[]): string {
  return paths.length > 1 ? ` and ${paths.length - 1} more` : "";
}

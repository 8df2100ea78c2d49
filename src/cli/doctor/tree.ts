import { basename, relative, resolve } from "node:path";
import { outdatedPaths, planTree, type Rendered, renderTree } from "../../instrument.ts";
import {
  type FoundConfig,
  type Project,
  treeFolder,
  type TreeState,
  treeState,
} from "../../project/index.ts";
import { countText } from "../trace/units.ts";
import { type Check, fit, fromError, unfit, warning } from "./check.ts";
import { checkSources } from "./sources.ts";

/** Looks at the tree, and, where the project can be planned, at its sources and at what a run would change in the tree. */
export async function checkTree(project: Project, found: FoundConfig | null): Promise<Check[]> {
  try {
    const written = found?.config.out;
    const out = treeFolder(project, written === undefined ? undefined : resolve(project.root, written));
    const name = relative(project.root, out);
    const state = treeState(out);
    const hindered = hindrance(name, out, state);
    if (hindered !== undefined) return [hindered];
    const planned = await planTree({ project: project.root, rules: [], inFull: true });
    return [await checkSources(planned), difference(await renderTree(planned), name, state)];
  } catch (error) {
    return [fromError("tree", error)];
  }
}

function hindrance(
  name: string,
  out: string,
  { owner, writable, lock, interrupted }: TreeState,
): Check | undefined {
  const own = process.getuid?.();
  if (!writable && owner !== null && owner !== own)
    return unfit(
      "tree",
      `${name} belongs to another user (${owner})`,
      `Make it yours (chown), or remove ${out}.`,
    );
  if (!writable)
    return unfit("tree", `${name} cannot be written`, `Give yourself the right to write to ${out}.`);
  if (lock?.living === true)
    return warning("tree", `escope (process ${lock.pid}) writes to ${name}`, "Wait until it is done.");
  if (lock !== null)
    return warning(
      "tree",
      `${name} has the lock of process ${lock.pid}, which is gone`,
      "Run escope instrument: it takes the lock over and completes what was begun.",
    );
  if (interrupted)
    return warning(
      "tree",
      `a run that wrote ${name} was interrupted`,
      "Run escope instrument: it completes it.",
    );
  if (owner !== null && owner !== own)
    return warning(
      "tree",
      `${name} belongs to another user (${owner})`,
      "What you write there is then yours: remove the tree and have one user write it.",
    );
  return undefined;
}

function difference(rendered: Rendered, name: string, { present }: TreeState): Check {
  const probes = countText(rendered.plan.probes.length, "probe");
  const paths = present ? outdatedPaths(rendered) : 0;
  if (paths === 0) {
    const says = present
      ? `${name} is up to date, with ${probes}`
      : `none yet; escope instrument writes ${name}, with ${probes}`;
    return hiddenSources(rendered, says) ?? fit("tree", says);
  }
  return warning(
    "tree",
    `${name} is not up to date: ${countText(paths, "path")} would change`,
    "Run escope instrument (escope run does so by itself); other rules than the configuration's make it differ, too.",
  );
}

/** Sources that the tree has without probes, for only running `mix.exs` would tell where they lie. */
function hiddenSources({ plan }: Rendered, says: string): Check | undefined {
  const hidden = plan.skipped.filter(({ module, file }) => module === null && basename(file) === "mix.exs");
  const [first] = hidden;
  if (first === undefined) return undefined;
  const more = hidden.length === 1 ? "" : ` (and ${hidden.length - 1} more; escope plan lists them)`;
  return warning(
    "tree",
    `${says}; ${first.file}:${first.line}: ${first.reason}${more}`,
    "Write the folders out as a list of texts in mix.exs; those that are not probed work as they are.",
  );
}

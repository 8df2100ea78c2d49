import { renderSource, type Planned } from "./instrument.ts";
import { buildIndex } from "./parser/index.ts";
import { planProject } from "./planner/index.ts";
import { placeInTree, readText, saveInTree } from "./project/index.ts";

/** With more files than this, a plan that needs the graph of all tail calls takes longer than anybody waits for a save. */
const MOST_FILES = 150;

/**
 * Brings one changed source into the tree without looking at any other. Gives the plan with the file as it now is; undefined
 * where only a whole run can tell: the file is new, does not parse, or is not what it was in the tree. What others take from
 * the file, and the manifest, are for a whole run to bring after.
 */
export function saveSource(planned: Planned, path: string): Planned | undefined {
  const { project, files, reader, index, rules, told, out, dependencies } = planned;
  const known = files.sources.find((source) => source.path === path);
  if (known === undefined || !(told.allReturn === true || index.files.length <= MOST_FILES)) return undefined;
  const source = { path, text: readText(project, path) };
  if (source.text.trim() === "" || source.text === known.text) return undefined;
  const facts = reader.read(source);
  if (facts.fault !== undefined) return undefined;
  const others = index.files.filter((file) => file.path !== path);
  const now = { ...buildIndex([...others, facts]), libraries: index.libraries, absent: index.absent };
  const plan = planProject(now, rules, told, path);
  const text = renderSource(source, plan.probes, facts.namesEscope, reader);
  if (text === undefined) return undefined;
  if (!saveInTree(out, placeInTree(dependencies, path), text)) return undefined;
  const sources = files.sources.map((one) => (one.path === path ? source : one));
  return { ...planned, index: now, files: { ...files, sources } };
}

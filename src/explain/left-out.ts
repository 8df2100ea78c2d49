import { relative, resolve } from "node:path";
import { explainNoTarget, type EscopeError } from "../errors.ts";
import { indexProject } from "../indexing.ts";
import type { Planned } from "../instrument.ts";
import { parseTarget } from "./target.ts";

/**
 * What to say of a target in a path dependency that is left as it is: nothing of it is in the plan, though `escope index`
 * has it, as the user's own code. Undefined of any other.
 */
export async function leftOutError(
  planned: Planned,
  text: string,
  cwd: string,
): Promise<EscopeError | undefined> {
  if (planned.leftOut.length === 0) return undefined;
  const { file, module } = parseTarget(text);
  const { root } = planned.project;
  const paths =
    file === undefined ? [await fileOf(root, module)] : [file, relative(root, resolve(cwd, file))];
  const owner = planned.leftOut.find(({ folder }) => paths.some((path) => path?.startsWith(`${folder}/`)));
  if (owner === undefined) return undefined;
  const { name, folder } = owner;
  return explainNoTarget(
    text,
    `it is in the path dependency ${name} (${folder}), which is left as it is`,
    `Add ${name} to deps in the configuration (deps: [${name}]), and it is instrumented, too.`,
  );
}

async function fileOf(root: string, module: string): Promise<string | undefined> {
  const { knowledge } = await indexProject(root);
  return knowledge.subjects.all.find(({ name }) => name === module)?.file;
}

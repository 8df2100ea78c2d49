import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { isLock, listDependencies } from "../../listed.ts";
import { fetchedDependencies, type Project } from "../../project/index.ts";
import { countText } from "../trace/units.ts";
import { type Check, fit, unfit, warning } from "./check.ts";

const FETCH = "Run mix deps.get in the project.";

export async function checkDependencies(project: Project): Promise<Check> {
  const listed = await listDependencies(project);
  const { lock, locked, isFetched, compiled } = fetchedDependencies(project);
  if (lock !== null && !(await isLock(lock)))
    return unfit(
      "dependencies",
      "mix.lock is no map of Elixir, as Mix writes it",
      "Take it from the repository again (a merge may have left its marks), or remove it and run mix deps.get.",
    );
  const absent = listed.find(
    ({ near }) => near?.path !== undefined && !existsSync(resolve(project.root, near.path)),
  );
  if (absent !== undefined)
    return unfit(
      "dependencies",
      `the path dependency ${absent.name} is not there: no ${absent.near?.path}`,
      "Bring its sources there, or correct path: in mix.exs.",
    );
  const fetched = listed.filter(({ near }) => near === undefined);
  const names = [...new Set([...fetched.map(({ name }) => name), ...locked])];
  if (names.length === 0) return fit("dependencies", "mix.exs and mix.lock name none to fetch");
  const missing = names.filter((name) => !isFetched(name));
  if (missing.length > 0) {
    const needed = fetched.filter(({ always, name }) => always && missing.includes(name));
    return missingCheck(names, missing, needed.length > 0);
  }
  return compiledCheck(names.length, compiled);
}

/** What every environment needs, Mix does not compile without. */
function missingCheck(names: readonly string[], missing: readonly string[], isNeeded: boolean): Check {
  const shown = `${missing.slice(0, 5).join(", ")}${missing.length > 5 ? ", …" : ""}`;
  if (missing.length === names.length)
    return unfit(
      "dependencies",
      `none of the ${names.length} in mix.exs and mix.lock is fetched: ${shown}`,
      FETCH,
    );
  const says = `${missing.length} of ${names.length} are not fetched: ${shown}`;
  return isNeeded ? unfit("dependencies", says, FETCH) : warning("dependencies", says, FETCH);
}

function compiledCheck(
  count: number,
  compiled: readonly { readonly env: string; readonly applications: number }[],
): Check {
  const packages = `${countText(count, "package")} fetched`;
  if (compiled.every(({ applications }) => applications < 2))
    return warning(
      "dependencies",
      `${packages}, none compiled`,
      "Run mix compile in the project, and the tree reuses what it compiled; else the tree compiles them itself.",
    );
  const envs = compiled.map(({ env, applications }) => `${env} ${applications}`).join(", ");
  return fit("dependencies", `${packages}; compiled applications: ${envs}`);
}

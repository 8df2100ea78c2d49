import { fetchedDependencies, type Project } from "../../project/index.ts";
import { countText } from "../trace/units.ts";
import { type Check, fit, unfit, warning } from "./check.ts";

const FETCH = "Run mix deps.get in the project.";

export function checkDependencies(project: Project): Check {
  const { locked, missing, compiled } = fetchedDependencies(project);
  if (locked.length === 0) return fit("dependencies", "mix.lock names none");
  const names = `${missing.slice(0, 5).join(", ")}${missing.length > 5 ? ", …" : ""}`;
  if (missing.length === locked.length)
    return unfit("dependencies", `none of the ${locked.length} in mix.lock is in deps/`, FETCH);
  if (missing.length > 0)
    return warning("dependencies", `${missing.length} of ${locked.length} are not in deps/: ${names}`, FETCH);
  if (compiled.every(({ applications }) => applications < 2))
    return warning(
      "dependencies",
      `${countText(locked.length, "package")} fetched, none compiled`,
      "Run mix compile in the project, and the tree reuses what it compiled; else the tree compiles them itself.",
    );
  const envs = compiled.map(({ env, applications }) => `${env} ${applications}`).join(", ");
  return fit(
    "dependencies",
    `${countText(locked.length, "package")} fetched; compiled applications: ${envs}`,
  );
}

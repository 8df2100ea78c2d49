import { resolve } from "node:path";
import type { Planned } from "../../instrument.ts";
import { countText } from "../trace/units.ts";
import { type Check, fit, unfit, warning } from "./check.ts";
import { ask } from "./elixir.ts";

/** Exits with 1 at the first of the files that Elixir does not take, and says why. */
const SCRIPT =
  'for f <- System.argv(), {:error, {at, _, _}} <- [Code.string_to_quoted(File.read!(f))], do: (IO.puts("#{f}:#{at[:line]}"); System.halt(1))';

/** With more files than this, the first ones say enough. */
const MOST = 50;

/** Whether all sources are Elixir, by escope's grammar, and where that takes one for none, by Elixir itself. */
export async function checkSources({ project, files: { sources }, reader }: Planned): Promise<Check> {
  const broken = sources.filter((source) => !reader.parses(source)).map(({ path }) => path);
  if (broken.length === 0) return fit("sources", `${countText(sources.length, "file")} can be read`);
  const shown = broken.slice(0, MOST);
  const asking = { cwd: project.root, patience: 15_000 };
  const { output, failed } = await ask(
    "elixir",
    ["-e", SCRIPT, ...shown.map((path) => resolve(project.root, path))],
    asking,
  );
  if (failed === "fails" && output !== "") {
    const place = output.trim().slice(project.root.length + 1);
    return unfit(
      "sources",
      `${place} does not parse as Elixir`,
      "Correct it: Mix cannot compile the project.",
    );
  }
  const more = broken.length > 1 ? ` and ${broken.length - 1} more` : "";
  return warning(
    "sources",
    `${broken[0]}${more} cannot be read`,
    "escope plan says where; what Elixir itself takes works in the tree as it is, without probes.",
  );
}

import { base64, compiledRuntime, runScript } from "./elixir.ts";
import type { Elixir } from "./newer-elixir.ts";

/** What there is to compile twice: the original, the text with probes, and a script that uses the modules. */
export interface Pair {
  readonly input: string;
  readonly probed: string;
  readonly check: string | undefined;
}

/** What came of a text: what the compiler said, what the script printed, what others see of the modules. */
export interface Side {
  readonly warnings: string;
  readonly output: string;
  readonly interface: string;
}

/** Compiles and runs all pairs in one Elixir; `original` and `probed` have to be equal. */
export function compilePairs(
  pairs: readonly Pair[],
  { path }: Elixir,
): readonly { readonly original: Side; readonly probed: Side }[] {
  const lines = pairs.map(({ input, probed, check }) => [input, probed, check ?? "-"].map(base64).join(" "));
  const options = ["-pa", compiledRuntime(path)];
  const results = runScript("compile.exs", `${lines.join("\n")}\n`, options, path).split("\n");
  return pairs.map((_, at) => {
    const texts = (results[at] ?? "").split(" ").map(decode);
    return { original: sideOf(texts.slice(0, 3)), probed: sideOf(texts.slice(3)) };
  });
}

/** Probes shift columns; lines must stay. */
function decode(part: string): string {
  return Buffer.from(part, "base64")
    .toString()
    .replaceAll(/(input\.ex:\d+):\d+/g, "$1");
}

function sideOf(texts: readonly string[]): Side {
  const [warnings, output, facts] = texts;
  if (warnings === undefined || output === undefined || facts === undefined)
    throw new Error("compile.exs ended early");
  return { warnings, output, interface: facts };
}

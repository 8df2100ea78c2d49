import { createRequire } from "node:module";

type Loaders = Readonly<Record<string, (file: string, text: string) => unknown>>;

interface Explorer {
  load(file: string): Promise<{ readonly config?: unknown } | null>;
}

type ExplorerClass = new (options: object) => Explorer;

const require = createRequire(import.meta.url);
const { Explorer } = require("cosmiconfig/dist/Explorer.js") as { readonly Explorer: ExplorerClass };

/**
 * Reads one file with cosmiconfig, and only that. By its inner class, for no function that it exports does without looking
 * for a configuration of cosmiconfig itself first, in the folder that the user stands in: it fails where a `package.json`
 * there is broken, whosever that is, and lets it change what is read here. The version in package.json is a fixed one, and
 * tests read every format. Nor its search is used, which passes over what cannot be read.
 */
export async function explore(file: string, loaders: Loaders): Promise<{ readonly config?: unknown } | null> {
  const explorer = new Explorer({
    moduleName: "escope",
    searchPlaces: [],
    cache: false,
    mergeImportArrays: true,
    transform: (result: unknown) => result,
    loaders,
  });
  return explorer.load(file);
}

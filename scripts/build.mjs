// Builds dist/: the compiled sources, and the grammar taken from its package (users do not install that package, for it
// would build native code). What runs from dist/ meanwhile finds it whole, before or after.
import { execFileSync } from "node:child_process";
import { hash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { relative, resolve } from "node:path";
import { rolldown } from "rolldown";

const require = createRequire(import.meta.url);
/** What caches are keyed by: it differs wherever the built code or the grammar does, and nowhere else. */
function hashOf(folder) {
  const names = readdirSync(folder, { recursive: true }).filter((name) =>
    statSync(`${folder}/${name}`).isFile(),
  );
  return hash(
    "sha1",
    names
      .toSorted()
      .map((name) => `${name} ${hash("sha1", readFileSync(`${folder}/${name}`))}`)
      .join("\n"),
  );
}

/** Our own modules as one, for loading each of them takes more time than most commands do; packages stay what they are. */
async function bundle(main) {
  // Each module finds what lies beside it from the place where it lay.
  const places = {
    name: "places",
    transform: (code, id) =>
      code.replaceAll("import.meta.url", () => {
        const place = JSON.stringify(relative(resolve(main, ".."), id));
        return `new URL(${place}, import.meta.url).href`;
      }),
  };
  const bundled = await rolldown({
    input: main,
    platform: "node",
    external: (id) => !/^[./]/.test(id),
    plugins: [places],
    treeshake: { moduleSideEffects: false },
  });
  await bundled.write({ file: main, format: "esm", codeSplitting: false });
}

const [fresh, old] = [`dist.${process.pid}.new`, `dist.${process.pid}.old`];

try {
  // npm puts node_modules/.bin on the PATH of its scripts.
  execFileSync("tsc", ["-p", "tsconfig.build.json", "--outDir", fresh], { stdio: "inherit" });
  await bundle(`${fresh}/cli/main.js`);
  copyFileSync(
    require.resolve("tree-sitter-elixir/tree-sitter-elixir.wasm"),
    `${fresh}/tree-sitter-elixir.wasm`,
  );
  writeFileSync(`${fresh}/tool-id`, `${hashOf(fresh)}\n`);
  for (const name of ["escope", "main"]) chmodSync(`${fresh}/cli/${name}.js`, 0o755);
  if (existsSync("dist")) renameSync("dist", old);
  renameSync(fresh, "dist");
} finally {
  for (const folder of [fresh, old]) rmSync(folder, { recursive: true, force: true });
}

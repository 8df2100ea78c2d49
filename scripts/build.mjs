// Builds dist/: the compiled sources, and the grammar taken from its package (users do not install that package, for it
// would build native code). What runs from dist/ meanwhile finds it whole, before or after.
import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const [fresh, old] = [`dist.${process.pid}.new`, `dist.${process.pid}.old`];

try {
  // npm puts node_modules/.bin on the PATH of its scripts.
  execFileSync("tsc", ["-p", "tsconfig.build.json", "--outDir", fresh], { stdio: "inherit" });
  copyFileSync(
    require.resolve("tree-sitter-elixir/tree-sitter-elixir.wasm"),
    `${fresh}/tree-sitter-elixir.wasm`,
  );
  chmodSync(`${fresh}/cli/main.js`, 0o755);
  if (existsSync("dist")) renameSync("dist", old);
  renameSync(fresh, "dist");
} finally {
  for (const folder of [fresh, old]) rmSync(folder, { recursive: true, force: true });
}

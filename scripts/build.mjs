// Builds dist/: the compiled sources, and the grammar taken from its package (users do not install that package, for it
// would build native code).
import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

rmSync("dist", { recursive: true, force: true });
// npm puts node_modules/.bin on the PATH of its scripts.
execFileSync("tsc", ["-p", "tsconfig.build.json"], { stdio: "inherit" });
copyFileSync(require.resolve("tree-sitter-elixir/tree-sitter-elixir.wasm"), "dist/tree-sitter-elixir.wasm");
chmodSync("dist/cli/main.js", 0o755);

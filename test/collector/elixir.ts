import { execFileSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Runs a script beside the tests on the Elixir that is installed, and gives what it printed. */
export function runScript(name: string, ...args: string[]): string {
  const script = join(import.meta.dirname, name);
  return execFileSync("elixir", [script, ...args], {
    encoding: "utf8",
    maxBuffer: 2 ** 30,
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** The external format of Elixir expressions, one a line. */
export function encode(expressions: readonly string[]): Buffer[] {
  const code = `for term <- [${expressions.join(",\n")}], do: IO.puts(Base.encode64(:erlang.term_to_binary(term)))`;
  const output = execFileSync("elixir", ["-e", code], { encoding: "utf8" });
  return output
    .trim()
    .split("\n")
    .map((line) => Buffer.from(line, "base64"));
}

export function newFolder(): string {
  return mkdtempSync(join(tmpdir(), "escope-test-"));
}

/** Writes the recording of recording.exs into a new folder. */
export function sampleRecording(): string {
  const folder = newFolder();
  runScript("recording.exs", folder);
  return folder;
}

/** Compiles the runtime as a release has it, and gives the folder of its modules: for `elixir -pa`. */
export function builtRuntime(): string {
  const build = newFolder();
  const env = { ...process.env, MIX_ENV: "prod", MIX_BUILD_PATH: build, ESCOPE_RECORD: "" };
  const cwd = join(import.meta.dirname, "..", "..", "runtime");
  execFileSync("mix", ["compile"], { cwd, env, stdio: "ignore" });
  return join(build, "lib", "escope", "ebin");
}

import { execFile, type ExecFileException } from "node:child_process";
import { type Check, fit, unfit, warning } from "./check.ts";

/** The oldest that the runtime compiles on, and the newest that it is tested with. */
const OLDEST = { elixir: [1, 14], otp: 25 } as const;
const NEWEST = { elixir: [1, 18], otp: 27 } as const;

const INSTALL =
  "Install Elixir 1.14 or newer (Debian: apt-get install elixir), and see that it is on the PATH.";

/** What a program said, or how it came to nothing. */
interface Answer {
  readonly output: string;
  /** Undefined where it ended well. */
  readonly failed: "missing" | "hangs" | "fails" | undefined;
}

export async function ask(
  program: string,
  args: readonly string[],
  { cwd, patience }: Asking,
): Promise<Answer> {
  return new Promise((settle) => {
    const options = { cwd, timeout: patience, encoding: "utf8" as const };
    const child = execFile(program, args, options, (error, output) => {
      settle({ output, failed: error === null ? undefined : failureOf(error) });
    });
    child.stdin?.end();
  });
}

function failureOf(error: ExecFileException): Answer["failed"] {
  if (error.killed === true) return "hangs";
  return typeof error.code === "string" ? "missing" : "fails";
}

interface Asking {
  readonly cwd: string;
  /** How long a program may take, in milliseconds. */
  readonly patience: number;
}

/** Asks Elixir itself, and Mix, in the project's folder: a version manager may choose by it. */
export async function checkElixir(root: string, mixfile: string, patience = 15_000): Promise<Check[]> {
  const required = /^[^#\n]*\belixir:\s*"([^"]+)"/m.exec(mixfile)?.[1];
  const script =
    'IO.puts([System.version(), " ", System.otp_release(), " ", inspect(Version.match?(System.version(), hd(System.argv())))])';
  const asking = { cwd: root, patience };
  const [elixir, mix] = await Promise.all([
    ask("elixir", ["-e", script, required ?? ">= 0.0.0"], asking),
    ask("mix", ["--version"], asking),
  ]);
  const checks = [failedCheck("elixir", elixir, asking) ?? elixirCheck(elixir.output, required)];
  // Mix is a program of Elixir's: where that is not there, it would only be said a second time.
  if (elixir.failed !== "missing") checks.push(failedCheck("mix", mix, asking) ?? mixCheck(mix.output));
  return checks;
}

function failedCheck(name: "elixir" | "mix", { failed }: Answer, { patience }: Asking): Check | undefined {
  const command = name === "elixir" ? "elixir --version" : "mix --version";
  if (failed === "missing") return unfit(name, `${name} cannot be started`, INSTALL);
  if (failed === "fails")
    return unfit(name, `${name} ends with an error`, `See what ${command} says in the project's folder.`);
  if (failed === undefined) return undefined;
  return unfit(
    name,
    `${name} has not answered within ${patience / 1000} seconds`,
    `See what ${command} waits for in the project's folder: a version manager may want to install or ask something.`,
  );
}

function elixirCheck(output: string, required: string | undefined): Check {
  const [, version = "", otp = "", matches] = /^(\S+) (\d+)\S* (true|false)$/m.exec(output) ?? [];
  if (version === "") return unfit("elixir", "elixir does not say its version", INSTALL);
  const says = `Elixir ${version} on Erlang/OTP ${otp}`;
  if (compare(version, OLDEST.elixir) < 0 || Number(otp) < OLDEST.otp)
    return unfit("elixir", `${says} is too old: escope needs Elixir 1.14 and OTP 25`, INSTALL);
  if (matches === "false")
    return unfit(
      "elixir",
      `${says}, and mix.exs asks for ${required}`,
      "Install the version that the project asks for.",
    );
  if (compare(version, NEWEST.elixir) > 0 || Number(otp) > NEWEST.otp)
    return warning(
      "elixir",
      `${says} is newer than what escope is tested with`,
      "Use escope instrument --verify, and compare the warnings of mix compile in the tree with the original's.",
    );
  return fit("elixir", says);
}

function mixCheck(output: string): Check {
  const version = /^Mix (\S+)/m.exec(output)?.[1];
  if (version === undefined) return unfit("mix", "mix does not say its version", INSTALL);
  return fit("mix", `Mix ${version}`);
}

/** By major and minor number. */
function compare(version: string, [major, minor]: readonly [number, number]): number {
  const [a = 0, b = 0] = version.split(".").map(Number);
  return a === major ? b - minor : a - major;
}

import { execFile } from "node:child_process";
import { type Check, fit, unfit, warning } from "./check.ts";

/** The oldest that the runtime compiles on, and the newest that it is tested with. */
const OLDEST = { elixir: [1, 14], otp: 25 } as const;
const NEWEST = { elixir: [1, 18], otp: 27 } as const;

const INSTALL =
  "Install Elixir 1.14 or newer (Debian: apt-get install elixir), and see that it is on the PATH.";

/** What a program said; undefined where it cannot be started or does not end well. */
async function said(program: string, args: readonly string[], cwd: string): Promise<string | undefined> {
  return new Promise((settle) => {
    const options = { cwd, timeout: 30_000, encoding: "utf8" as const };
    const child = execFile(program, args, options, (error, stdout) =>
      settle(error === null ? stdout : undefined),
    );
    child.stdin?.end();
  });
}

/** Asks Elixir itself, and Mix, in the project's folder: a version manager may choose by it. */
export async function checkElixir(root: string, mixfile: string): Promise<Check[]> {
  const required = /^[^#\n]*\belixir:\s*"([^"]+)"/m.exec(mixfile)?.[1];
  const script =
    'IO.puts([System.version(), " ", System.otp_release(), " ", inspect(Version.match?(System.version(), hd(System.argv())))])';
  const [elixir, mix] = await Promise.all([
    said("elixir", ["-e", script, required ?? ">= 0.0.0"], root),
    said("mix", ["--version"], root),
  ]);
  return [elixirCheck(elixir, required), ...(elixir === undefined ? [] : [mixCheck(mix)])];
}

function elixirCheck(output: string | undefined, required: string | undefined): Check {
  const [, version = "", otp = "", matches] = /^(\S+) (\d+)\S* (true|false)$/m.exec(output ?? "") ?? [];
  if (version === "") return unfit("elixir", "elixir cannot be started", INSTALL);
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

function mixCheck(output: string | undefined): Check {
  const version = /^Mix (\S+)/m.exec(output ?? "")?.[1];
  if (version === undefined) return unfit("mix", "mix cannot be started", INSTALL);
  return fit("mix", `Mix ${version}`);
}

/** By major and minor number. */
function compare(version: string, [major, minor]: readonly [number, number]): number {
  const [a = 0, b = 0] = version.split(".").map(Number);
  return a === major ? b - minor : a - major;
}

import { mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { beforeEach, describe, expect, test } from "vitest";
import { command, copyProject, escope, existsSync, join, snapshot, tempDir } from "./support.ts";

let project: string;
beforeEach(() => {
  project = copyProject("otp_shop");
});

describe("instrument", () => {
  test("--dry-run prints a diff that git applies, and writes nothing", () => {
    const before = snapshot(project);
    const { stdout, stderr, status } = escope(["instrument", project, "--dry-run"], project);
    expect(status).toBe(0);
    expect(snapshot(project)).toEqual(before);
    expect(stderr).toContain("nothing was written");
    const patch = join(tempDir(), "dry.patch");
    writeFileSync(patch, stdout);
    command("git", ["init", "-q"], project);
    const applied = command("git", ["apply", "--verbose", patch], project);
    expect(applied.status, applied.stderr).toBe(0);
    expect(readFileSync(join(project, "mix.exs"), "utf8")).toContain("Escope.Tree");
    const tree = join(tempDir(), "tree");
    expect(escope(["instrument", copyProject("otp_shop"), "--out", tree], project).status).toBe(0);
    const inventory = "lib/otp_shop/inventory.ex";
    expect(readFileSync(join(project, inventory), "utf8")).toBe(readFileSync(join(tree, inventory), "utf8"));
  });

  test("--dry-run has colours on a terminal only", () => {
    const args = ["instrument", project, "--dry-run"];
    expect(escope(args, project).stdout).not.toContain("\u001B[");
    expect(escope(args, project, { FORCE_COLOR: "1" }).stdout).toContain("\u001B[32m+");
    expect(escope(args, project, { FORCE_COLOR: "1", NO_COLOR: "1" }).stdout).not.toContain("\u001B[");
  });

  test("--format json says what was written", () => {
    const shown = JSON.parse(escope(["instrument", project, "--format", "json"], project).stdout);
    expect(shown).toMatchObject({ probes: 64, skipped: [], files: { removed: 0, unchanged: 0 } });
    expect(shown.files.written).toBeGreaterThan(60);
    expect(shown.changed).toContain("lib/otp_shop/cart.ex");
  });

  test("a tree elsewhere compiles and tests as well", () => {
    const tree = join(tempDir(), "elsewhere");
    expect(escope(["instrument", project, "--out", tree], project).status).toBe(0);
    expect(existsSync(join(project, "_escope"))).toBe(false);
    const tests = command("mix", ["test"], tree);
    expect(tests.stdout, tests.stderr).toMatch(/, 0 failures/);
  });

  test("a file with a syntax error is left as it is, with its place; the rest goes on", () => {
    writeFileSync(
      join(project, "lib/broken.ex"),
      "defmodule Broken do\n  use GenServer\n  def init(x), do: {:ok, x\nend\n",
    );
    const { stdout, status } = escope(["instrument", project], project);
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /lib\/broken\.ex:\d+ the file does not parse as Elixir at lib\/broken\.ex:\d+:\d+/,
    );
    expect(stdout).toContain("64 probes");
    expect(readFileSync(join(project, "_escope/lib/broken.ex"), "utf8")).toContain(
      "def init(x), do: {:ok, x\n",
    );
    expect(escope(["instrument", project, "--strict"], project).status).toBe(1);
  });

  test("a fifo and a file that is no UTF-8 are reported and passed over", () => {
    command("mkfifo", [join(project, "lib/pipe.ex")], project);
    writeFileSync(join(project, "lib/latin.ex"), Buffer.from([0x64, 0xe9, 0x0a]));
    const { skipped } = JSON.parse(escope(["plan", project, "--format", "json"], project).stdout);
    expect(skipped.map(({ file, reason }: { file: string; reason: string }) => `${file}: ${reason}`)).toEqual(
      ["lib/latin.ex: it is no valid UTF-8", "lib/pipe.ex: it is a fifo"],
    );
  });

  test("a tree whose folder the configuration gives from the root of the disk", () => {
    const out = join(tempDir(), "tree");
    writeFileSync(join(project, "escope.config.json"), JSON.stringify({ out }));
    expect(escope(["instrument", project], project).status).toBe(0);
    expect(existsSync(join(out, "mix.exs"))).toBe(true);
    expect(existsSync(join(project, "tmp"))).toBe(false);
  });

  test("a module that is called as the runtime's is refused", () => {
    writeFileSync(join(project, "lib/taken.ex"), "defmodule Escope.Probe do\n  def run, do: 1\nend\n");
    const { stderr, status } = escope(["instrument", project], project);
    expect(status).toBe(2);
    expect(stderr).toMatch(/^lib\/taken\.ex:1.*module Escope\.Probe.*\[NAME_TAKEN\]/m);
    expect(existsSync(join(project, "_escope"))).toBe(false);
  });

  test("a folder with other people's files is refused and not touched", () => {
    mkdirSync(join(project, "_escope"));
    writeFileSync(join(project, "_escope/thesis.txt"), "ten years of work");
    const before = snapshot(project);
    const { stderr, status } = escope(["instrument", project], project);
    expect(status).toBe(2);
    expect(stderr).toMatch(/OUT_NOT_OURS/);
    expect(stderr).toMatch(/^hint: /m);
    expect(snapshot(project)).toEqual(before);
  });
});

describe("wrong input", () => {
  test.each([
    [["instrument", "."], /mix\.exs/],
    [["instrument", "nowhere"], /PROJECT_NOT_FOUND/],
    [["plan", ".", "--rules", "builtin:evrything"], /PROJECT_NO_MIX|builtin:everything/],
    [["plan", ".", "--ai", " "], /must not be empty/],
    [["plan", ".", "--ai", "why?", "--budget", "0%"], /from 1 on, or a share of all functions, as 10%/],
    [["plan", ".", "--budget", "5"], /OPTIONS_MISSING/],
    [["trace", "show", "nowhere"], /RECORDING_MISSING/],
    [["trace", "show", "--limit", "none"], /whole number/],
    [["instrumnt", "."], /unknown command/],
    [["instrument", ".", "--fast"], /unknown option/],
  ])("escope %j ends with 2 and says why", (args, message) => {
    const { stderr, status } = escope(args, tempDir());
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(status).toBe(2);
  });

  test("a rule file with a typo is pointed at, with what was meant", () => {
    const rules = join(project, "rules.yml");
    writeFileSync(rules, "rules:\n  - id: mine\n    match:\n      fuction: { name: init }\n");
    const { stderr, status } = escope(["plan", project, "--rules", rules], project);
    expect(status).toBe(2);
    expect(stderr).toContain("rules.yml:4:7: unknown key fuction");
    expect(stderr).toContain("Did you mean function?");
  });
});

describe("run", () => {
  test("gives the command's exit status, and its signal", () => {
    expect(escope(["run", project, "--", "sh", "-c", "exit 7"], project).status).toBe(7);
    expect(escope(["run", project, "--", "sh", "-c", "kill -TERM $$"], project).status).toBe(143);
  });

  test("a command that does not exist is a clear error", () => {
    const { stderr, status } = escope(["run", project, "--", "no-such-command"], project);
    expect(status).toBe(2);
    expect(stderr).toContain("COMMAND_FAILED");
    expect(stderr).toContain("hint: Check that no-such-command is installed and on the PATH.\n");
  });

  test("a command of the project that is no program, or not there, has a hint of its own", () => {
    writeFileSync(join(project, "noexec"), "#!/bin/sh\n", { mode: 0o644 });
    const refused = escope(["run", project, "--", "./noexec"], project);
    expect(refused.stderr).toContain("hint: Make ./noexec a program that you may run (chmod +x).\n");
    const missing = escope(["run", project, "--", "./none"], project);
    expect(missing.stderr).toContain(
      "hint: Check the path: a relative one starts at the tree's folder, _escope,",
    );
  });

  test("a VM killed with SIGKILL leaves what was flushed, with the callback that ran open", () => {
    const script = `
      {:ok, _} = GenServer.start(OtpShop.Robot, [], name: Lone)
      spawn(fn -> GenServer.call(Lone, {:fetch, "jam"}, :infinity) end)
      Process.sleep(500)
      IO.puts("vm " <> System.pid())
      System.cmd("kill", ["-9", System.pid()])`;
    const { status } = escope(["run", project, "--", "mix", "run", "-e", script], project);
    expect(status).toBe(137);
    const shown = escope(["trace", "show"], project);
    expect(shown.status, shown.stderr).toBe(0);
    expect(shown.stdout).toContain('OtpShop.Robot.handle_call/3#1({:fetch, "jam"}');
    expect(shown.stdout).toMatch(/OtpShop\.Robot\.handle_call.*… (never returned)/);
  });

  test("a truncated recording is shown up to the damage, with a warning that names it", () => {
    expect(escope(["run", project, "--", "mix", "run", "-e", "OtpShop.Demo.run()"], project).status).toBe(0);
    const recordings = join(project, ".escope/recordings");
    const folder = join(recordings, readdirSync(recordings)[0] ?? "");
    const segment = join(folder, readdirSync(folder).find((name) => name.endsWith(".events")) ?? "");
    const whole = escope(["trace", "show", "--format", "json"], project);
    truncateSync(segment, Math.floor(readFileSync(segment).length / 2));
    const torn = escope(["trace", "show", "--format", "json"], project);
    expect(torn.status).toBe(0);
    expect(torn.stderr).toMatch(/warning: .*\.events: byte \d+/);
    const [all, some] = [whole, torn].map(({ stdout }) =>
      JSON.parse(stdout).spans.map(({ span }: { span: string }) => span),
    );
    expect(some.length).toBeLessThan(all.length);
    expect(all).toEqual(expect.arrayContaining(some));
    rmSync(join(folder, "recording.json"));
    expect(escope(["trace", "show"], project).status).toBe(0);
  });

  test("--record names a socket, whose path starts where the command does, and hears of it", () => {
    const record = (place: string): ReturnType<typeof escope> =>
      escope(["run", project, "--record", place, "--", "sh", "-c", "echo to $ESCOPE_RECORD"], project);
    expect(record("unix:some.sock").stdout).toBe(`to unix:${join(project, "some.sock")}\n`);
    const { stdout, stderr, status } = record("tcp://127.0.0.1:4600");
    expect([stdout, status]).toEqual(["to tcp://127.0.0.1:4600\n", 0]);
    expect(stderr).toContain("recorded to tcp://127.0.0.1:4600\n");
    for (const wrong of ["tcp://nowhere", "tcp://host:0", "tcp:4600", `unix:${"x".repeat(120)}`])
      expect(record(wrong).stderr).toContain("is no address to record to");
  });

  test("--record names the folder, and one in use is refused", () => {
    const folder = join(tempDir(), "mine");
    const args = ["run", project, "--record", folder, "--", "true"];
    expect(escope(args, project).status).toBe(0);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "other"), "");
    const { stderr, status } = escope(args, project);
    expect(status).toBe(2);
    expect(stderr).toContain("RECORDING_FOLDER_TAKEN");
  });
});

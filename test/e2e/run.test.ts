import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { beforeAll, describe, expect, test } from "vitest";
import { CLI, copyProject, escope, userEnv } from "./support.ts";

let project: string;

/** The tree is compiled before: a terminal shall show nothing but what is asked of it. */
beforeAll(() => {
  project = copyProject("otp_shop");
  expect(escope(["run", project, "--", "mix", "compile"], project).status).toBe(0);
});

interface Step {
  /** What has to be seen before. */
  readonly after: string;
  readonly keys: string;
}

interface Ended {
  readonly shown: string;
  readonly status: number | null;
  readonly signal: string | null;
}

/** Runs a shell's command on a terminal of its own (`script` makes one), types, and gives what it showed. */
async function onTerminal(shell: string, steps: readonly Step[] = []): Promise<Ended> {
  // `script` runs $SHELL. At Ctrl-C dash ends at once with 130, whatever its command says; bash waits for it.
  const env = { ...userEnv(), SHELL: "/bin/bash" };
  return drive(spawn("script", ["-qec", shell, "/dev/null"], { cwd: project, env }), steps);
}

async function drive(child: ReturnType<typeof spawn>, steps: readonly Step[]): Promise<Ended> {
  let [shown, next] = ["", 0];
  const look = (chunk: Buffer): void => {
    shown += chunk.toString("latin1");
    const step = steps[next];
    if (step === undefined || !shown.includes(step.after)) return;
    next += 1;
    child.stdin?.write(step.keys);
  };
  child.stdout?.on("data", look);
  const [status, signal] = (await once(child, "close")) as [number | null, string | null];
  return { shown, status, signal };
}

const run = (command: string): string => `'${process.execPath}' '${CLI}' run . -- ${command}`;

describe("the terminal", () => {
  test("is the command's own: all three streams, the size, Ctrl-C once, and the exit status", async () => {
    const counted = `n=0; trap 'n=$((n + 1))' INT; test -t 0 && test -t 1 && test -t 2 && echo own; stty size; echo waiting; read x; sleep 1; echo caught $n; exit 9`;
    const ended = await onTerminal(
      `stty rows 31 cols 77; ${run(`bash -c "${counted.replaceAll("$", "\\$")}"`)}`,
      [
        { after: "waiting", keys: "\u0003" },
        { after: "^C", keys: "\n" },
      ],
    );
    expect(ended.shown).toContain("own\r\n31 77");
    expect(ended.shown).toContain("caught 1");
    expect(ended.status).toBe(9);
  });

  test("shows iex as it is: colours, its prompt, and its menu at Ctrl-C", async () => {
    const session = [
      { after: "iex(1)>", keys: "{IO.ANSI.enabled?(), 20 + 22}\n" },
      { after: "iex(2)>", keys: "\u0003" },
      { after: "(a)bort", keys: "a\n" },
    ];
    const { shown, status } = await onTerminal(run("iex -S mix"), session);
    expect(shown.replaceAll("\u001B", "ESC")).toMatch(/ESC\[35mtrue.*ESC\[33m42/);
    expect(status).toBe(0);
  });
});

describe("without a terminal", () => {
  test("stdin and stdout are the command's, and what escope says is on stderr", async () => {
    const script = 'IO.inspect({IO.gets(""), IO.read(:all), IO.ANSI.enabled?()})';
    const child = spawn(process.execPath, [CLI, "run", ".", "--", "mix", "run", "--no-start", "-e", script], {
      cwd: project,
      env: userEnv(),
    });
    child.stdin.end("one\ntwo\n");
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
    expect(stdout).toBe('{"one\\n", "two\\n", false}\n');
    expect(stderr).toMatch(/^otp_shop: 64 probes/);
  });

  test.each(["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2"] as const)(
    "%s is handed on, and the command says how it ends",
    async (signal) => {
      const waiting = `trap 'echo got ${signal}; exit 5' ${signal.slice(3)}; echo ready; for _ in {1..200}; do sleep 0.05; done`;
      const ended = await signalled(["bash", "-c", waiting], signal);
      expect(ended.shown).toContain(`got ${signal}`);
      expect(ended.status).toBe(5);
    },
  );

  test("a signal closes the recording as it closes the application, and what it kills gives 128 and its number", async () => {
    const stopped = await signalled(["mix", "run", "--no-halt", "-e", 'IO.puts("ready")'], "SIGTERM");
    expect(stopped.status).toBe(0);
    const listed = JSON.parse(escope(["trace", "ls", "--format", "json"], project).stdout);
    expect(listed.recordings[0]).toMatchObject({ complete: true });
    const killed = await signalled(["bash", "-c", "echo ready; exec sleep 60"], "SIGHUP");
    expect(killed.status).toBe(129);
  });
});

/** In a session without a terminal; the signal goes to escope alone. */
async function signalled(command: readonly string[], signal: NodeJS.Signals): Promise<Ended> {
  const child = spawn(process.execPath, [CLI, "run", ".", "--", ...command], {
    cwd: project,
    env: userEnv(),
    detached: true,
  });
  let sent = false;
  child.stdout.on("data", (chunk: Buffer) => {
    if (!sent && chunk.includes("ready")) sent = child.kill(signal);
  });
  return drive(child, []);
}

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const GUIDE = join(ROOT, "docs/guide.md");
const folder = mkdtempSync(join(tmpdir(), "escope-guide-"));
const project = join(folder, "tally");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the compiler says on the way. */
const NOISE = /^(?:==>|Compiling |Generated |nothing to do)/;

/** What a command prints, on both channels in the order of a terminal. */
function run(command: string): string {
  const bin = `escope() { node "${join(ROOT, "dist/cli/escope.js")}" "$@"; }\n`;
  const env = { ...process.env, NO_COLOR: "1", COLUMNS: "120" };
  const { stdout } = spawnSync("bash", ["-c", `${bin}{ ${command}\n} 2>&1`], {
    cwd: project,
    encoding: "utf8",
    env,
  });
  return stdout
    .split("\n")
    .filter((line) => !NOISE.test(line))
    .join("\n")
    .trimEnd();
}

/** Without what differs from run to run. */
function steady(text: string): string {
  return (
    text
      .replaceAll(/#PID<[\d.]+>/g, "#PID<>")
      .replaceAll(/\d{4}-\d\d-\d\d[T ]\d\d[:-]\d\d[:-]\d\d(?:-\w+)?/g, "DATE")
      .replaceAll(/ *[\d.,]+ (?:ns|µs|ms|s)\b/g, " TIME")
      // How much of a value is shown depends on how long the times beside it are.
      .replaceAll(/^( TIME +\S+?#\d+\().*$/gm, "$1")
      .replaceAll(/\bspan \d+-\w+:\d+/g, "span ID")
      .replaceAll(/^callback .*$/gm, (titles) => titles.replaceAll(/ +/g, " "))
      // Tables of times begin with what took longest.
      .replaceAll(/(?:^\S+(?:#\d+)? +(?:\d+|TIME) TIME.*\n)+/gm, (rows) => rows.split("\n").sort().join("\n"))
      .replaceAll(/\b\d+ (written|unchanged|removed)/g, "N $1")
      .replaceAll(/\bprobed as \d+|\b(?:Escope\.probe\(?) ?\d+/g, "ID")
  );
}

test(
  "every command of docs/guide.md prints what stands there (UPDATE_GOLDEN=1 writes it)",
  { timeout: 300_000 },
  () => {
    expect(spawnSync("mix", ["new", "tally"], { cwd: folder }).status).toBe(0);
    const text = readFileSync(GUIDE, "utf8");
    const now = text.replaceAll(/^```(\w+)\n([^]*?)^```$/gm, (block: string, kind: string, body: string) => {
      const [, path] = /^# (\S+\.(?:ex|yml))\n/.exec(body) ?? [];
      if (path !== undefined) {
        mkdirSync(dirname(join(project, path)), { recursive: true });
        writeFileSync(join(project, path), body.slice(body.indexOf("\n") + 1));
      }
      if (kind !== "console") return block;
      const commands = body.split("\n").filter((line) => line.startsWith("$ "));
      return `\`\`\`console\n${commands.map((line) => `${line}\n${run(line.slice(2))}\n`).join("\n")}\`\`\``;
    });
    if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(GUIDE, now);
    expect(steady(now)).toBe(steady(readFileSync(GUIDE, "utf8")));
  },
);

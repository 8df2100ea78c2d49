// What a hundred rules cost beside one: `node bench/rules.mjs [PROJECT]`, after `npm run build`. Without a project, one of 600
// files is made. Prints the medians of five plans each, nothing cached, and their ratio; exit code 1 where that is more than 2.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ESCOPE = fileURLToPath(new URL("../dist/cli/escope.js", import.meta.url));
const ROUNDS = 5;
const RULES = 100;
const folder = mkdtempSync(join(tmpdir(), "escope-bench-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

const CALLS = [
  "Repo.insert/1",
  "GenServer.call",
  "Logger.info/1",
  "Enum.map/2",
  "String.to_integer/1",
  "Process.send_after/3",
];
const PATTERNS = [
  "Map.put($M, :key_N, $V)",
  "{:error, :reason_N}",
  "if $C, do: :branch_N",
  "assign($S, :key_N, $V)",
  '$A <> "text_N"',
];

/** The rules of a kind differ in a name, as those of a team do; few of them find something. */
function ruleOf(at) {
  const kinds = [
    `{ module: { name: "Bench.M${at}.**" }, function: { name: "fun_${at}*", visibility: public } }`,
    `{ call: "${CALLS[at % CALLS.length]}", function: { name: "fun_${at % 40}" } }`,
    `{ pattern: '${PATTERNS[at % PATTERNS.length].replaceAll("N", String(at % 40))}' }`,
    `{ call: "Bench.M${at}.fun_1/1", inside: { call: Enum.map/2 } }`,
    `{ pattern: "def fun_${at % 40}($X, $$$_) when $G" }`,
  ];
  return `  - { id: r${at}, match: ${kinds[at % kinds.length]} }\n`;
}

function rulesFile(count, from = 0) {
  const file = join(folder, `rules-${count}.yml`);
  writeFileSync(file, `rules:\n${Array.from({ length: count }, (_, at) => ruleOf(from + at)).join("")}`);
  return file;
}

function makeProject() {
  const project = join(folder, "project");
  mkdirSync(join(project, "lib"), { recursive: true });
  writeFileSync(
    join(project, "mix.exs"),
    'defmodule Bench.MixProject do\n  use Mix.Project\n  def project, do: [app: :bench, version: "0.1.0"]\nend\n',
  );
  for (let at = 0; at < 600; at += 1) writeFileSync(join(project, `lib/m${at}.ex`), moduleOf(at));
  return project;
}

const BODIES = [
  'Logger.info("value_N #{x}")\n    x + y',
  "Enum.map([x, y, N], fn z -> Bench.MOTHER.fun_1(z) end)",
  "state = %{list: [x, y], sum: x + y}\n    Map.put(state, :key_N, x * y)",
  "if x == y, do: {:error, :reason_N}, else: {:ok, helper(x, y)}",
  "case x do\n      {:ok, value} -> GenServer.call(__MODULE__, {:NAME, value})\n      _ -> nil\n    end",
];

function moduleOf(at) {
  const functions = Array.from({ length: 20 }, (_, n) => {
    const name = `fun_${(at + n) % 60}`;
    return `  def ${name}(x, y \\\\ nil) when x > ${n} do
    ${BODIES[n % BODIES.length]
      .replaceAll("NAME", name)
      .replaceAll("OTHER", String((at * 7 + n) % 600))
      .replaceAll("N", String(n))}
  end
`;
  });
  return `defmodule Bench.M${at} do\n  require Logger\n\n${functions.join("\n")}end\n`;
}

/** Of the processor's time, user and system, for others may use the machine, too. */
function seconds(project, file) {
  const command = [process.execPath, ESCOPE, "plan", project, "--rules", file]
    .map((part) => `'${part}'`)
    .join(" ");
  const { stderr } = spawnSync("bash", ["-c", `TIMEFORMAT='%U %S'; time ${command} > /dev/null`], {
    encoding: "utf8",
  });
  const [user, system] = stderr.trim().split("\n").at(-1).split(" ").map(Number);
  return user + system;
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

/** The seconds that one rule and a hundred take, and how many times the one the hundred are. */
export function measureRules(project = makeProject(), rounds = ROUNDS) {
  const files = [rulesFile(1, 2), rulesFile(RULES)];
  const times = files.map(() => []);
  // In turns, so that a busy machine is as busy for both.
  for (let round = 0; round < rounds; round += 1)
    for (const [at, file] of files.entries()) times[at].push(seconds(project, file));
  const [one, hundred] = times.map(median);
  return { one, hundred, ratio: hundred / one };
}

export const RULES_LIMIT = 2;

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { one, hundred, ratio } = measureRules(process.argv[2]);
  console.log(
    `1 rule: ${one.toFixed(2)} s, ${RULES} rules: ${hundred.toFixed(2)} s, ratio ${ratio.toFixed(2)}`,
  );
  if (ratio > RULES_LIMIT) {
    console.log(`more than ${RULES_LIMIT}: a hundred rules cost too much beside one`);
    process.exitCode = 1;
  }
}

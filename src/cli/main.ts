#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { Command, CommanderError, Option } from "commander";
import { EscopeError, formatError } from "../errors.ts";
import { GRAPHS } from "../index/index.ts";
import { runDoctor } from "./doctor/index.ts";
import { runExplain } from "./explain.ts";
import { GRAPH_FORMATS, runIndex } from "./index/index.ts";
import { runInit } from "./init/index.ts";
import { runInstrument } from "./instrument.ts";
import { processIo, type Io } from "./io.ts";
import { nonEmpty, STRICT, withFormat } from "./option-kinds.ts";
import { addPlan } from "./plan-command.ts";
import { runRulesCheck } from "./rules/check.ts";
import { runRulesList } from "./rules/list.ts";
import { runRulesNew } from "./rules/new.ts";
import { runRulesTest } from "./rules/test.ts";
import { runRun } from "./run.ts";
import { addTrace } from "./trace-commands.ts";

/** The user's input is wrong. */
const USAGE = 2;

function version(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}

function collect(value: string, previous: readonly string[]): string[] {
  return [...previous, value];
}

function withRules(command: Command): Command {
  return command.option(
    "--rules <file>",
    "a rule file, or builtin:NAME; may be given several times",
    collect,
    [],
  );
}

/** What every command takes that writes a tree. */
function withTree(command: Command): Command {
  return command
    .option("--verify", "have Elixir itself compare every changed file with its original", false)
    .option("--out <dir>", "the tree's folder (default: _escope in the project)")
    .option("--cache <dir>", "where to keep what was read (default: .escope/cache in the project)")
    .option("--no-cache", "read everything anew, and keep nothing");
}

/** Builds the command line; `done` takes the exit code of whichever command runs. */
function buildProgram(io: Io, done: (status: number) => void): Command {
  const program = new Command("escope")
    .description("Compile-time instrumentation of Elixir: see what your processes really did.")
    .version(version())
    .showHelpAfterError("(escope --help shows all commands)")
    .exitOverride()
    .configureOutput({ writeOut: io.stdout, writeErr: io.stderr });
  addInstrument(program.command("instrument <project>"), io, done);
  addPlan(withFormat(withRules(program.command("plan <project>"))), io, done);
  withFormat(withRules(program.command("explain <project> <target>")))
    .description("say why FILE:LINE or Module.function/arity is probed, or is not")
    .action(async (project, target, options) => done(await runExplain({ project, target, ...options }, io)));
  withTree(withRules(program.command("run <project>")))
    .description("instrument, run a command in the tree, and record")
    .usage("<project> [options] -- <command...>")
    .argument("<command...>", "the command and its arguments, after --")
    .option(
      "--record <place>",
      "where to record: a folder, unix:PATH or tcp://HOST:PORT (default: a new folder in .escope/recordings)",
    )
    .option("--watch", "write what changes into the tree while the command runs", false)
    .option("--strict", `${STRICT}; the command's own exit code goes before`, false)
    .action(async (project, command, options) => done(await runRun({ project, command, ...options }, io)));
  addProject(program, io, done);
  addIndex(program.command("index <project>"), io, done);
  addRules(program.command("rules").description("list, check, test and begin rule files"), io, done);
  addTrace(
    program.command("trace").description("ask a recording; without one, the newest of the project here"),
    io,
    done,
  );
  return program;
}

function addInstrument(instrument: Command, io: Io, done: (status: number) => void): void {
  withFormat(withTree(withRules(instrument)))
    .description("write the instrumented build tree")
    .option("--dry-run", "write nothing; print a unified diff", false)
    .option(
      "--annotations",
      "name what is left as it is in the form that GitHub shows beside the code",
      false,
    )
    .option("--timings", "say what each phase took", false)
    .option("--watch", "go on, and write what changes, until Ctrl-C", false)
    .option("--strict", STRICT, false)
    .action(async (project, options) =>
      done(await runInstrument({ project, ...options, invocation: process.argv.slice(2) }, io)),
    );
}

function addProject(program: Command, io: Io, done: (status: number) => void): void {
  program
    .command("init [project]")
    .description("begin a configuration, ignore lines for git and a CI job; shows them first")
    .option("--yes", "write without asking", false)
    .action(async (project = ".", options) =>
      done(await runInit({ project, ...options, version: version() }, io)),
    );
  withFormat(program.command("doctor [project]"))
    .description("say whether Elixir, the project, the tree and the place for recordings are fit")
    .action(async (project = ".", options) => done(await runDoctor({ project, ...options }, io)));
}

function addIndex(index: Command, io: Io, done: (status: number) => void): void {
  withFormat(index, ["text", "json", ...GRAPH_FORMATS])
    .description("show what the project is: its modules, who calls whom, and which messages go where")
    .option(
      "--module <glob>",
      "only these modules, as ShopWeb.* or ShopWeb.**; as text, a page each",
      nonEmpty,
    )
    .addOption(new Option("--graph <graph>", "only this graph").choices(GRAPHS))
    .action(async (project, options) => done(await runIndex({ project, ...options }, io)));
}

function addRules(rules: Command, io: Io, done: (status: number) => void): void {
  withFormat(withRules(rules.command("list [project]")))
    .description(
      "list the built-in rule sets and the project's own; with a project, how much each rule matches",
    )
    .action(async (project, options) => done(await runRulesList({ project, ...options }, io)));
  withFormat(rules.command("check <files...>"))
    .description("say what is wrong in rule files, and what cannot be meant")
    .action(async (files, options) => done(await runRulesCheck({ files, ...options }, io)));
  rules
    .command("new <name>")
    .description("begin a rule file: NAME.yml in the project's folder escope, or a path")
    .action((name) => done(runRulesNew({ name, cwd: process.cwd() }, io)));
  withFormat(rules.command("test <files...>"))
    .description("run the tests in rule files, and in NAME.test.yml beside them")
    .option("--update", "write what is matched into matches and expect", false)
    .action(async (files, options) => done(await runRulesTest({ files, ...options }, io)));
}

async function main(argv: readonly string[], io: Io): Promise<number> {
  let status = 0;
  try {
    await buildProgram(io, (code) => (status = code)).parseAsync(argv as string[]);
    return status;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE;
    if (!(error instanceof EscopeError)) throw error;
    io.stderr(`${formatError(error)}\n`);
    return USAGE;
  }
}

process.exitCode = await main(process.argv, processIo());

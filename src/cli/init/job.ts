import { existsSync, lstatSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { left, type Steps } from "./steps.ts";
import { otherService, repositoryOf, workflowsIn } from "./repository.ts";

/** The commands of a job, whichever service runs it. */
const COMMANDS = ["escope instrument . --verify", "escope run . --record recording -- mix test"] as const;

/** A job for GitHub Actions, where another service does not run the repository's jobs. */
export function jobSteps(root: string, version: string): Steps {
  const top = repositoryOf(root);
  if (top === null) return left("the project is in no git repository: no job for CI");
  const workflows = workflowsIn(top);
  const named = workflows.find(({ text }) => /\bescope (?:instrument|run)\b/.test(text));
  if (named !== undefined) return left(`${named.path} runs escope already`);
  const other = workflows.length === 0 ? otherService(top) : undefined;
  if (other !== undefined)
    return left(
      `${other.file}: ${other.name} runs the jobs here. Add to one that tests: ${COMMANDS.join("; ")}`,
    );
  const path = join(top, ".github/workflows/escope.yml");
  if (existsSync(path)) return left(`${relative(root, path)} is there already`);
  const link = linkOnWay(top, path);
  if (link !== undefined)
    return left(`${relative(root, link)} is a link: no job for CI is written through it`);
  const beam = beamFrom(root, top, workflows);
  const text = jobText({
    folder: relative(top, root),
    beam,
    version,
    submodules: existsSync(join(top, ".gitmodules")),
  });
  return { steps: [{ path, before: null, after: text }], left: [] };
}

/** The first link on the way from `top` to `path`, which git keeps as a link: GitHub would find no job behind it. */
function linkOnWay(top: string, path: string): string | undefined {
  const parts = relative(top, path).split("/");
  return parts
    .map((_, index) => join(top, ...parts.slice(0, index + 1)))
    .find((at) => lstatSync(at, { throwIfNoEntry: false })?.isSymbolicLink() === true);
}

/** Which Elixir and OTP a job sets up: what the project itself names, else the newest that escope is tested with. */
function beamFrom(root: string, top: string, workflows: readonly { readonly text: string }[]): string[] {
  const versions = [root, top].map((folder) => join(folder, ".tool-versions")).find(namesElixir);
  if (versions !== undefined) return [`version-file: ${relative(top, versions)}`, "version-type: strict"];
  const text = workflows.map((one) => one.text).join("\n");
  const [elixir, otp] = ["elixir", "otp"].map((name) => written(text, name));
  if (elixir !== undefined && otp !== undefined) return [`elixir-version: ${elixir}`, `otp-version: ${otp}`];
  return ['elixir-version: "1.18" # those that the project runs on', 'otp-version: "27"'];
}

function namesElixir(file: string): boolean {
  return existsSync(file) && /^elixir\s/m.test(readFileSync(file, "utf8"));
}

/** A version as another workflow writes it out; none where it is one of a matrix. */
function written(text: string, name: string): string | undefined {
  return new RegExp(`^\\s*(?:- )?${name}-version:\\s*(["']?[\\w.^~> -]+["']?)\\s*(?:#.*)?$`, "m").exec(
    text,
  )?.[1];
}

interface Job {
  /** From the top of the repository to the project; empty where they are one. */
  readonly folder: string;
  readonly beam: readonly string[];
  readonly version: string;
  readonly submodules: boolean;
}

function jobText({ folder, beam, version, submodules }: Job): string {
  const place =
    folder === "" ? "" : `\n    defaults:\n      run:\n        working-directory: ${quoted(folder)}`;
  const checkout = submodules ? "\n        with:\n          submodules: true" : "";
  const within = folder === "" ? "" : `${folder}/`;
  return `# Runs the tests with escope's probes, and keeps the recording: escope trace show recording
name: escope
on:
  push:
  pull_request:

jobs:
  record:
    runs-on: ubuntu-latest
    env:
      MIX_ENV: test
      # What \`npm pack\` made of escope, from the top of this repository, or a URL of it. npm's own package of the name
      # escope is another program.
      ESCOPE_PACKAGE: ./escope-${version}.tgz${place}
    # Services that the tests need, as a database, belong here.
    steps:
      - uses: actions/checkout@v4${checkout}
      - uses: actions/setup-node@v4
        with:
          node-version: 22
      - uses: erlef/setup-beam@v1
        with:
${beam.map((line) => `          ${line}`).join("\n")}
      - run: npm install --global "$ESCOPE_PACKAGE"
        working-directory: \${{ github.workspace }}
      - run: mix deps.get
      # With --strict, it fails where something that a rule selects cannot be instrumented.
${COMMANDS.map((command) => `      - run: ${command}`).join("\n")}
      - uses: actions/upload-artifact@v4
        if: always()
        with:
          name: escope-recording
          path: ${quoted(`${within}recording`)}
          if-no-files-found: ignore
`;
}

/** As YAML takes any folder's name. */
function quoted(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : JSON.stringify(text);
}

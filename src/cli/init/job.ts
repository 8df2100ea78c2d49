import { existsSync, lstatSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { left, type Steps } from "./steps.ts";
import { otherService, repositoryOf, workflowsIn } from "./repository.ts";

/** The commands of a job, whichever service runs it. */
/** The folder that the job records into. */
export const RECORDING = "recording";

const COMMANDS = ["escope instrument . --verify", `escope run . --record ${RECORDING} -- mix test`] as const;

/** Without a package, it says so before npm looks for a file. npm cannot install a program out of a repository itself. */
const INSTALL = [
  'case "$ESCOPE_PACKAGE" in',
  "  git+*)",
  '    url="${ESCOPE_PACKAGE#git+}"',
  '    git clone --quiet "${url%%#*}" "$RUNNER_TEMP/escope"',
  '    case "$url" in *"#"*) git -C "$RUNNER_TEMP/escope" checkout --quiet "${url##*#}" ;; esac',
  '    (cd "$RUNNER_TEMP/escope" && npm install --no-save && npm pack --pack-destination "$RUNNER_TEMP")',
  '    ESCOPE_PACKAGE="$(ls "$RUNNER_TEMP"/escope-*.tgz)" ;;',
  "  *://*) ;;",
  "  *)",
  '    if [ ! -f "$ESCOPE_PACKAGE" ]; then',
  '      echo "::error::$ESCOPE_PACKAGE is not in this repository: commit there what npm pack makes of escope, or set the variable ESCOPE_PACKAGE (see the comment in this job)"',
  "      exit 1",
  "    fi ;;",
  "esac",
  'npm install --global "$ESCOPE_PACKAGE"',
] as const;

function packageFile(version: string): string {
  return `./escope-${version}.tgz`;
}

function packageText(version: string): string {
  return `the job needs escope itself: commit what npm pack makes of it as ${packageFile(version)}, or set the repository's variable ESCOPE_PACKAGE`;
}

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
      `${other.file}: ${other.name} runs the jobs here. Add to one that tests, once npm install --global of the file that npm pack makes of escope: ${COMMANDS.join("; ")}`,
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
  return { steps: [{ path, before: null, after: text }], left: [], next: packageText(version) };
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
      # Where escope comes from (npm's own package of that name is another program): the file that \`npm pack\` makes of it,
      # committed at this place; or, as the variable ESCOPE_PACKAGE of the repository (Settings, Secrets and variables,
      # Actions, Variables), another place of the file, its URL, or its repository as git+https://HOST/PATH.git#REVISION.
      ESCOPE_PACKAGE: \${{ vars.ESCOPE_PACKAGE || '${packageFile(version)}' }}${place}
    # Services that the tests need, as a database, belong here.
    steps:
      - uses: actions/checkout@v4${checkout}
      - uses: actions/setup-node@v4
        with:
          node-version: 22
      - uses: erlef/setup-beam@v1
        with:
${beam.map((line) => `          ${line}`).join("\n")}
      - name: Install escope
        working-directory: \${{ github.workspace }}
        run: |
${INSTALL.map((line) => `          ${line}`).join("\n")}
      - run: mix deps.get
      # With --strict, it fails where something that a rule selects cannot be instrumented.
${COMMANDS.map((command) => `      - run: ${command}`).join("\n")}
      - uses: actions/upload-artifact@v4
        if: always()
        with:
          name: escope-recording
          path: ${quoted(`${within}${RECORDING}`)}
          if-no-files-found: ignore
`;
}

/** As YAML takes any folder's name. */
function quoted(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : JSON.stringify(text);
}

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The top of the git repository that a folder lies in; in a worktree and a submodule `.git` is a file. */
export function repositoryOf(folder: string): string | null {
  if (existsSync(join(folder, ".git"))) return folder;
  const above = dirname(folder);
  return above === folder ? null : repositoryOf(above);
}

/** Where services other than GitHub keep their jobs. */
const others: readonly (readonly [string, string])[] = [
  [".gitlab-ci.yml", "GitLab CI"],
  [".circleci", "CircleCI"],
  [".travis.yml", "Travis CI"],
  [".buildkite", "Buildkite"],
  [".woodpecker.yml", "Woodpecker"],
  [".woodpecker", "Woodpecker"],
  [".drone.yml", "Drone"],
  [".semaphore", "Semaphore"],
  ["azure-pipelines.yml", "Azure Pipelines"],
  ["bitbucket-pipelines.yml", "Bitbucket Pipelines"],
  ["Jenkinsfile", "Jenkins"],
];

/** The service other than GitHub Actions that runs a repository's jobs, with its file. */
export function otherService(top: string): { readonly file: string; readonly name: string } | undefined {
  const found = others.find(([file]) => existsSync(join(top, file)));
  return found === undefined ? undefined : { file: found[0], name: found[1] };
}

/** The texts of a repository's GitHub workflows. */
export function workflowsIn(top: string): { readonly path: string; readonly text: string }[] {
  const folder = join(top, ".github/workflows");
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /\.ya?ml$/.test(name))
    .sort()
    .map((name) => ({
      path: `.github/workflows/${name}`,
      text: readFileSync(join(folder, name), "utf8"),
    }));
}

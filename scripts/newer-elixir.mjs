// Elixir 1.18 for the tests that need a newer Elixir than the system's, in .cache/elixir-1.18: Debian 13's packages, unpacked
// once, and run by their own loader and C library, for the system's may be too old for them. Takes no root, and nothing
// of the system changes: apt gets a list of sources, a state and a cache of this script's own.
//
//   node scripts/newer-elixir.mjs      prints the PATH that has it, or one sentence that says why it cannot be had
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { wrapPrograms } from "./wrap-erlang.mjs";

const CACHE = resolve(dirname(fileURLToPath(import.meta.url)), "../.cache");
const NEWER = join(CACHE, "elixir-1.18");
const WANTED = 18;
const LIMIT_MS = 5 * 60_000;
const SOURCE = { mirror: "http://deb.debian.org/debian", suite: "trixie" };
const KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";
// Programs that Erlang's packages want beside them: the system's own do.
const PRESENT = ["adduser", "procps"];
const UNPACKED = /^(elixir|erlang-|lib|zlib)/;
const DOCUMENTS = ["doc", "man", "locale", "lintian"];

/** The PATH under which `elixir` is 1.18 or newer: the system's own, if it is; throws an Error with one sentence otherwise. */
export function newerElixirPath() {
  const path = process.env.PATH ?? "";
  if (minor(path) >= WANTED) return path;
  if (!existsSync(NEWER)) make();
  return [join(NEWER, "bin"), path].join(delimiter);
}

function minor(path) {
  const { stdout } = spawnSync("elixir", ["--version"], {
    env: { ...process.env, PATH: path },
    encoding: "utf8",
  });
  return Number(/^Elixir 1\.(\d+)/m.exec(stdout ?? "")?.[1] ?? 0);
}

function make() {
  needs();
  const scratch = `${NEWER}.${process.pid}`;
  rmSync(scratch, { recursive: true, force: true });
  try {
    unpack(download(join(scratch, "apt")), join(scratch, "root"));
    wrapPrograms(scratch);
    rmSync(join(scratch, "apt"), { recursive: true });
    if (minor([join(scratch, "bin"), process.env.PATH].join(delimiter)) < WANTED)
      throw new Error("Elixir 1.18 was unpacked, but does not start here.");
    keep(scratch);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function needs() {
  for (const program of ["apt-get", "dpkg-deb"])
    if (spawnSync(program, ["--version"], { stdio: "ignore" }).status !== 0)
      throw new Error(`Elixir 1.18 comes from Debian's packages; there is no ${program} here.`);
  if (!existsSync(KEYRING))
    throw new Error(`Elixir 1.18 comes from Debian's packages; ${KEYRING}, to check them with, is not here.`);
}

/** Another process may have been faster; what it made is as good. */
function keep(scratch) {
  try {
    renameSync(scratch, NEWER);
  } catch (error) {
    if (!existsSync(NEWER)) throw error;
  }
}

/** Fetches Elixir and all that it depends on; gives the packages' paths. */
function download(folder) {
  for (const part of ["state/lists/partial", "cache/archives/partial"])
    mkdirSync(join(folder, part), { recursive: true });
  const architecture = run("dpkg", ["--print-architecture"]).trim();
  writeFileSync(join(folder, "apt.conf"), aptSettings(folder));
  writeFileSync(join(folder, "sources.list"), aptSource(architecture));
  writeFileSync(join(folder, "status"), PRESENT.map((name) => installed(name, architecture)).join("\n"));
  const apt = ["-q", "-c", join(folder, "apt.conf")];
  run("apt-get", [...apt, "--error-on=any", "update"]);
  run("apt-get", [...apt, "install", "--yes", "--download-only", "--no-install-recommends", "elixir"]);
  const archives = join(folder, "cache/archives");
  return readdirSync(archives).flatMap((name) => (name.endsWith(".deb") ? [join(archives, name)] : []));
}

/** The machine's own settings stay (a proxy); its places do not, nor what it does after an update. */
function aptSettings(folder) {
  return `#clear APT::Update;
Dir::State "${join(folder, "state")}";
Dir::State::status "${join(folder, "status")}";
Dir::Cache "${join(folder, "cache")}";
Dir::Log "${folder}";
Dir::Etc::sourcelist "${join(folder, "sources.list")}";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
APT::Sandbox::User "";
Acquire::http::Timeout "20";
`;
}

function aptSource(architecture) {
  const options = `signed-by=${KEYRING} arch=${architecture} target=Packages lang=none`;
  return `deb [${options}] ${SOURCE.mirror} ${SOURCE.suite} main\n`;
}

function installed(name, architecture) {
  return `Package: ${name}\nStatus: install ok installed\nVersion: 99:0\nArchitecture: ${architecture}\nDescription: -\n`;
}

function unpack(packages, root) {
  mkdirSync(root);
  const wanted = packages.filter((path) => UNPACKED.test(path.slice(path.lastIndexOf("/") + 1)));
  for (const path of wanted) run("dpkg-deb", ["--extract", path, root]);
  for (const name of DOCUMENTS) rmSync(join(root, "usr/share", name), { recursive: true, force: true });
}

function run(program, args) {
  const env = { ...process.env, LC_ALL: "C", DEBIAN_FRONTEND: "noninteractive" };
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    env,
    encoding: "utf8",
    timeout: LIMIT_MS,
    stdio: ["ignore", "pipe", "pipe"],
  });
  if (status === 0) return stdout;
  const said = /^E: .*/m.exec(stderr ?? "")?.[0] ?? stderr?.trim().split("\n").at(-1);
  throw new Error(
    `Elixir 1.18 cannot be had: \`${program} ${args.at(-1)}\` failed: ${error?.message ?? said}`,
  );
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    console.log(newerElixirPath());
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}

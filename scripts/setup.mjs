// Makes a fresh checkout ready: npm packages, Elixir, dist/. Plain Node and its own modules only, for it runs before
// anything is installed. What is in place is not done again.
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

const STAMP = "node_modules/.escope-setup";

process.chdir(dirname(dirname(fileURLToPath(import.meta.url))));
checkNode();
installPackages();
installElixir();
run("npm", ["run", "--silent", "build"]);

function checkNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < 20 || (major === 20 && minor < 20))
    giveUp(`escope needs Node 20.20 or newer; this is ${process.versions.node}.`);
}

function installPackages() {
  const wanted = createHash("sha256").update(readFileSync("package-lock.json")).digest("hex");
  if (existsSync(STAMP) && readFileSync(STAMP, "utf8") === wanted) return;
  console.error("setup: installing npm packages");
  // Not `npm ci`: it refuses a lock file made where the registry has not every platform's optional packages.
  run("npm", ["install", "--no-save", "--no-audit", "--no-fund"]);
  writeFileSync(STAMP, wanted);
}

function installElixir() {
  const version = elixirVersion();
  if (version !== undefined && works("mix")) return checkElixir(version);
  const become = mayInstall();
  if (become === undefined)
    giveUp(
      "Elixir is missing, and it cannot be installed from here (that takes apt-get, and root or sudo without a password). " +
        "Install Elixir 1.14 or newer (Debian and Ubuntu: apt-get install elixir), then run this again.",
    );
  console.error("setup: installing Elixir from Debian's packages");
  const [program, ...before] = [...become, "apt-get"];
  run(program, [...before, "update", "-qq"], "ignore");
  run(program, [...before, "install", "-y", "-qq", "--no-install-recommends", "elixir"], "ignore");
  checkElixir(elixirVersion() ?? ["", "0", "0"]);
}

function elixirVersion() {
  return /^Elixir (\d+)\.(\d+)/m.exec(spawnSync("elixir", ["--version"], { encoding: "utf8" }).stdout ?? "");
}

function checkElixir([, major, minor]) {
  if (Number(major) < 1 || (Number(major) === 1 && Number(minor) < 14))
    giveUp(
      `escope needs Elixir 1.14 or newer; this is ${major}.${minor}. Install a newer one, then run this again.`,
    );
}

function works(program) {
  return spawnSync(program, ["--version"], { stdio: "ignore" }).status === 0;
}

/** How to become root: nothing, `sudo -n`, or undefined where neither works. */
function mayInstall() {
  if (!works("apt-get")) return undefined;
  if (process.getuid?.() === 0) return [];
  return spawnSync("sudo", ["-n", "true"], { stdio: "ignore" }).status === 0 ? ["sudo", "-n"] : undefined;
}

/** What the program says goes to stderr; apt's list of what it unpacks goes nowhere. */
function run(program, args, stdout = 2) {
  try {
    execFileSync(program, args, {
      stdio: ["ignore", stdout, 2],
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    });
  } catch (error) {
    giveUp(`setup: ${[program, ...args].join(" ")} failed: ${error.message}`);
  }
}

function giveUp(sentence) {
  console.error(sentence);
  process.exit(1);
}

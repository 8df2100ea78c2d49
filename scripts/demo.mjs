// Shows escope at work on fixtures/projects/otp_shop: what it rewrites, a run under real Elixir, and the trace of it.
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";

const PROJECT = "fixtures/projects/otp_shop";
const ESCOPE = resolve("dist/cli/main.js");

function escope(args, options = {}) {
  const result = spawnSync(process.execPath, [ESCOPE, ...args], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", 2],
    ...options,
  });
  if (result.status !== 0) {
    console.error(`escope ${args.join(" ")} ended with status ${result.status}`);
    process.exit(1);
  }
  return result.stdout;
}

function title(text) {
  console.log(`\n━━ ${text}\n`);
}

function head(text, lines) {
  const all = text.trimEnd().split("\n");
  const more = all.length - lines;
  return [...all.slice(0, lines), ...(more > 0 ? [`… ${more} more lines`] : [])].join("\n");
}

title(`escope instrument ${PROJECT} --dry-run`);
console.log(head(escope(["instrument", PROJECT, "--dry-run"]), 30));

title(`escope instrument ${PROJECT}`);
console.log(escope(["instrument", PROJECT]).trimEnd());
// otp_shop warns on purpose, to prove that its tree warns alike; here that would only hide the story.
console.log("(compiling the tree; its warnings are the project's own)");
spawnSync("mix", ["compile"], { cwd: `${PROJECT}/_escope`, stdio: "ignore" });

title(`escope run ${PROJECT} -- mix shop.demo`);
escope(["run", PROJECT, "--", "mix", "shop.demo"], { stdio: ["ignore", "inherit", "inherit"] });

title("escope trace show");
console.log(head(escope(["trace", "show"], { cwd: PROJECT }), 70));

title("escope trace stats");
console.log(escope(["trace", "stats"], { cwd: PROJECT }).trimEnd());

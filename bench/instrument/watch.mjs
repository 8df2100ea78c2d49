// How long a save takes to be in the tree: from the moment before the editor's write to the first look that finds it there.
import { spawn } from "node:child_process";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

/** Milliseconds of each of `count` saves of `file`, by rename as editors save, with `pause` between them. */
export async function measureSaves(cli, project, { out, file, count, pause }) {
  const child = spawn(process.execPath, [cli, "instrument", project, "--out", out, "--watch"], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (data) => (said += String(data)));
  while (!said.includes("watching for changes")) await wait(50);
  await wait(1000);
  const source = join(project, file);
  const original = readFileSync(source, "utf8");
  const times = [];
  for (let save = 0; save < count; save += 1) {
    const mark = `# saved ${save} ${Date.now()}`;
    const began = performance.now();
    writeFileSync(`${source}~`, original.replace("\n  def ", `\n  ${mark}\n  def `));
    renameSync(`${source}~`, source);
    while (!readFileSync(join(out, file), "utf8").includes(mark)) await wait(1);
    times.push(performance.now() - began);
    await wait(pause);
  }
  writeFileSync(source, original);
  await wait(pause);
  child.kill("SIGINT");
  await new Promise((closed) => child.once("close", closed));
  return times.toSorted((a, b) => a - b);
}

import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { runTraceShow, type TraceIo } from "../../src/cli/trace/index.ts";
import { builtRuntime, newFolder } from "../collector/elixir.ts";

const ROOT = join(import.meta.dirname, "..", "..");

let folder: string;

/** What escope writes into a tree: which probes are callbacks with a state. */
const POLICIES =
  "{state, 2, server, [201]}.\n{state, 1, server, [202]}.\n{[203, 204], #{enter => false, leave => false}}.\n";

beforeAll(() => {
  const ebin = builtRuntime();
  const priv = join(dirname(ebin), "priv");
  mkdirSync(priv, { recursive: true });
  writeFileSync(join(priv, "policies.terms"), POLICIES);
  folder = join(newFolder(), "recording");
  const script = join(ROOT, "test", "collector", "crash.exs");
  execFileSync("elixir", ["-pa", ebin, script], {
    env: { ...process.env, ESCOPE_RECORD: folder },
    stdio: "ignore",
  });
});

async function crashes(options: {
  format: "text" | "json";
  limit?: number;
  function?: string;
}): Promise<string> {
  const out: string[] = [];
  const io: TraceIo = {
    stdout: (text) => void out.push(text),
    stderr: () => undefined,
    color: false,
    width: 100,
  } as TraceIo;
  await runTraceShow({ recording: folder, cwd: folder, crashes: true, ...options }, io);
  return out.join("");
}

it("tells why a process crashed, what its state was, and what it did last", async () => {
  const text = await crashes({ format: "text" });
  expect(text).toMatch(/crashed at [\d.]+ ms {2}\(last seen with 0 in its queue and \d+ kB\)/);
  expect(text).toContain("** (ArgumentError) no tea left");
  expect(text).toMatch(/crash\.exs:\d+: Shop\.Stock\.handle_call\/3/);
  expect(text).toMatch(/state 3\n {4}jam: 9\n {4}tea: 0\n/);
  expect(text).toMatch(/Shop\.Stock\.handle_call\/3\(\{:ta.* ✗ \*\* \(ArgumentError\) no tea l…/);
  expect(text).toContain("\n  killed\n");
  expect(text.match(/crashed at/g)).toHaveLength(3);
});

it("and as data, with as many spans as are asked for", async () => {
  const { crashes: found } = JSON.parse(await crashes({ format: "json", limit: 1 }));
  expect(found).toHaveLength(3);
  const crashed = found.find(({ process }: { process: string }) => process === "Shop.Stock");
  expect(crashed).toMatchObject({
    process: "Shop.Stock",
    sample: { message_queue_len: "0", registered_name: "nil" },
    states: [{ version: 3, of: "process", known: true, state: "%{jam: 9, tea: 0}" }],
    spans: [{ status: "raised", error: "** (ArgumentError) no tea left" }],
  });
});

it("also of a process of which nothing else was recorded: no clause of its callback matched", async () => {
  const { crashes: found } = JSON.parse(await crashes({ format: "json" }));
  const crashed = found.find(({ process }: { process: string }) => process === "Shop.Errors");
  expect(crashed).toMatchObject({ spans: [], states: [] });
  expect(crashed.reason).toContain("no function clause matching in Shop.Errors.handle_call/3");
  const narrowed = JSON.parse(await crashes({ format: "json", function: "handle_call/3" }));
  expect(narrowed.crashes.map(({ process }: { process: string }) => process)).not.toContain("Shop.Errors");
});

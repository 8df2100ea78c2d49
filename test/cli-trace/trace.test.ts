import { cpSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import stringWidth from "string-width";
import { beforeAll, describe, expect, it } from "vitest";
import { runTraceLs, runTraceShow, runTraceStats, type ShowOptions } from "../../src/cli/trace/index.ts";
import { EscopeError } from "../../src/errors.ts";
import { newFolder, sampleRecording } from "../collector/elixir.ts";

let sample: string;
beforeAll(() => {
  process.env["TZ"] = "UTC";
  sample = sampleRecording();
});

interface Printed {
  readonly out: string;
  readonly err: string;
}

async function show(options: Partial<ShowOptions> = {}, width = 110, color = false): Promise<Printed> {
  const said = { out: "", err: "" };
  const io = {
    stdout: (text: string) => void (said.out += text),
    stderr: (text: string) => void (said.err += text),
  };
  const asked = { recording: sample, format: "text" as const, cwd: sample, ...options };
  expect(await runTraceShow(asked, { ...io, color, width })).toBe(0);
  return said;
}

async function run(
  command: (...asked: Parameters<typeof runTraceLs>) => number | Promise<number>,
  options: Partial<ShowOptions>,
): Promise<Printed> {
  const said = { out: "", err: "" };
  const io = {
    stdout: (text: string) => void (said.out += text),
    stderr: (text: string) => void (said.err += text),
  };
  const asked = { format: "text" as const, cwd: sample, ...options };
  expect(await command(asked, { ...io, color: false, width: 110 })).toBe(0);
  return said;
}

describe("escope trace show", () => {
  it("draws a call tree for each process", async () => {
    const { out, err } = await show();
    expect(`\n${out}`).toMatchInlineSnapshot(`
      "
      shop · 2026-11-22 12:20:00 · 8.00 ms · 22 events · 13 spans in 4 processes
      dropped: overwritten 3

      Shop.Stock #PID<0.150.0>  started in Shop.Stock.init/1 · child of Shop.Supervisor
        0.100 ms  Shop.Stock.init/1#1([name: "stock"]) → {:ok, %{items: %{"jam" => 0, "tea" => 3}, name: "s…  250 µs
        1.000 ms  Shop.Stock.handle_call/3#2({:take, "tea"}, {#PID<0.153.0>…, %{items…) → {:reply, :ok, %{…  1.20 ms
        1.200 ms  └─ Shop.Stock.check/1#1("tea é" <> ... (2.5 MB)) → true  100 µs
        3.000 ms  Shop.Stock.handle_call/3#2({:take, "ja…, {#PID<0.153.…, [1, ...…) ✗ ** (RuntimeError) boom  500 µs
        3.100 ms  └─ Shop.Stock.check/1#1(…) ✗ ** (RuntimeError) boom  300 µs
                        at lib/shop/stock.ex:42: Shop.Stock.check/1

      #PID<0.151.0>  ended: killed
        0.600 ms  Shop.Stock.handle_call/3#2(:hang, {#PID<0.153.0>…, %{}) … never returned (killed)
                  │  ⇠ Shop.Stock.check/1#1 in Shop.Stock
        0.700 ms  ├─ Shop.Stock.check/1#1("a") … its end was dropped
        0.800 ms  └─ Shop.Stock.check/1#1("b") … never returned (killed)

      #PID<0.152.0>
        5.000 ms  Shop.Stock.drain/1#1([1, 2, 3]) ↻ 2 rounds

      #PID<0.153.0>
        6.000 ms  Shop.Made.a/0#1() → :a  400 µs
        7.000 ms  Shop.Stock.check/1#1(…) → false (its start was dropped)
        8.000 ms  Shop.Stock.check/1#1("still") … never returned (the VM ended)
      "
    `);
    expect(err).toBe("warning: skipped 1 event of unknown kind weather\n");
  });

  it("keeps to the terminal's width", async () => {
    for (const width of [80, 100, 140]) {
      const lines = (await show({}, width)).out.split("\n");
      expect(lines.filter((line) => stringWidth(line) > width)).toEqual([]);
    }
  });

  it("says the same with and without colours", async () => {
    const plain = await show();
    const colored = await show({}, 110, true);
    const escape = String.fromCharCode(27);
    expect(colored.out).toContain(`${escape}[31m`);
    expect(colored.out.replaceAll(new RegExp(`${escape}\\[[0-9;]*m`, "g"), "")).toBe(plain.out);
  });

  it("filters by process, module and failure", async () => {
    expect(headersIn((await show({ process: "0.151.0" })).out)).toEqual(["#PID<0.151.0>  ended: killed"]);
    expect(headersIn((await show({ process: "stock" })).out)).toHaveLength(1);
    expect((await show({ module: "Shop.Made" })).out).toContain("Shop.Made.a/0#1() → :a");
    expect((await show({ module: "Shop.Made" })).out).not.toContain("Shop.Stock");
    const errors = (await show({ errors: true })).out;
    expect(errors).toContain("✗ ** (RuntimeError) boom");
    expect(errors).toContain("never returned (killed)");
    expect(errors).not.toContain("→");
    expect((await show({ module: "Nowhere" })).out).toContain("no span matches");
  });

  it("shows so many, and says how many more", async () => {
    const { out } = await show({ limit: 3 });
    expect(out.split("\n").filter((line) => line.includes(" ms  "))).toHaveLength(3);
    expect(out).toContain("10 more spans; --limit 12 shows all");
  });

  it("gives data that scripts can rely on", async () => {
    const { out } = await show({ format: "json" });
    const { spans, drops } = JSON.parse(out) as { spans: Record<string, unknown>[]; drops: unknown };
    expect(drops).toEqual({ overwritten: 3 });
    expect(spans).toHaveLength(13);
    expect(spans.find(({ span }) => span === "77-0a1b2c3d:1005")).toMatchInlineSnapshot(`
      {
        "args": [],
        "args_known": false,
        "arity": 1,
        "async": [],
        "callback": null,
        "cause": null,
        "clause": 1,
        "context": {
          "ancestors": [
            "Shop.Supervisor",
            "#PID<0.140.0>",
          ],
          "callers": [],
          "exit": null,
          "initial_call": "Shop.Stock.init/1",
          "label": null,
          "parent": null,
          "registered_name": "Shop.Stock",
        },
        "duration_ns": 300000,
        "ended_by": null,
        "error": "** (RuntimeError) boom",
        "file": "lib/shop/stock.ex",
        "function": "check",
        "halted": null,
        "kind": "clause",
        "line": 40,
        "mark": null,
        "message": null,
        "mode": "full",
        "module": "Shop.Stock",
        "node": "nonode@nohost",
        "parent": "77-0a1b2c3d:1004",
        "pid": "#PID<0.150.0>",
        "process": "Shop.Stock",
        "render": null,
        "result": null,
        "sent": null,
        "span": "77-0a1b2c3d:1005",
        "stacktrace": [
          "lib/shop/stock.ex:42: Shop.Stock.check/1",
          "anonymous fn/1 in Shop.Stock.handle_call/3",
        ],
        "start_ns": 3100000,
        "state": null,
        "status": "raised",
        "tags": [],
        "target": null,
        "vm": "77-0a1b2c3d",
      }
    `);
    for (const span of spans) {
      expect(Array.isArray(span["args"]), String(span["span"])).toBe(true);
      expect(["ok", "raised", "open"]).toContain(span["status"]);
    }
    const starts = spans.map(({ start_ns: start }) => start as number);
    expect(starts).toEqual(starts.toSorted((left, right) => left - right));
  });

  it("waits for the reader of a long output", async () => {
    let waits = 0;
    const parts: string[] = [];
    const folder = bigRecording(200);
    const io = {
      stdout: (text: string) => void parts.push(text),
      stderr: () => undefined,
      color: false,
      width: 100,
    };
    const drained = (): Promise<void> => ((waits += 1), Promise.resolve());
    await runTraceShow({ recording: folder, format: "json", cwd: folder }, { ...io, drained });
    expect((JSON.parse(parts.join("")) as { spans: unknown[] }).spans).toHaveLength(13 * 201);
    expect(waits).toBeGreaterThan(3);
    expect(Math.max(...parts.map((part) => part.length))).toBeLessThan(200_000);
  });

  it("shows what stands before damage, and warns of it", async () => {
    const folder = copy();
    const file = join(folder, "77-0a1b2c3d-000002.events");
    truncateSync(file, readFileSync(file).length - 1);
    const { out, err } = await show({ recording: folder });
    expect(out).toContain("✗ ** (RuntimeError) boom");
    expect(err).toMatch(/^warning: 77-0a1b2c3d-000002\.events: byte \d+: a frame that is cut off\n/);
  });
});

describe("escope trace ls, and recordings without a name", () => {
  it("takes the newest of the project that one stands in", async () => {
    const project = newProject(["2026-01-01T00-00-00-aaaa"]);
    const inside = join(project, "lib", "deep");
    mkdirSync(inside, { recursive: true });
    expect((await show({ recording: undefined, cwd: inside })).out).toContain("Shop.Stock.init/1#1");
    expect((await show({ recording: "2026-01-01T00-00-00-aaaa", cwd: inside })).out).toContain(
      "Shop.Stock.init/1#1",
    );
    const tree = join(project, "_escope");
    mkdirSync(tree);
    writeFileSync(join(tree, "mix.exs"), "");
    expect((await run(runTraceStats, { cwd: tree })).out).toContain("Shop.Stock.init/1#1");
    expect((await run(runTraceLs, { cwd: tree })).out).toContain("2026-01-01T00-00-00-aaaa");
  });

  it("lists", async () => {
    const project = newProject(["one"]);
    expect(`\n${(await run(runTraceLs, { cwd: project })).out}`).toMatchInlineSnapshot(`
      "
      recording  started              duration  events  dropped        state
      one        2026-11-22 12:20:00   10.0 ms      23  overwritten 3  complete
      "
    `);
    const { recordings } = JSON.parse((await run(runTraceLs, { cwd: project, format: "json" })).out) as {
      recordings: unknown[];
    };
    expect(recordings).toMatchObject([
      { name: "one", started: "2026-11-22T12:20:00.000Z", duration_ns: 10_000_000, complete: true },
    ]);
    expect(await run(runTraceLs, { cwd: newProject([]) })).toMatchObject({
      out: "",
      err: expect.stringContaining("no recordings"),
    });
  });

  it("says what is wrong, and what to do", async () => {
    const codes: [Partial<ShowOptions>, string][] = [
      [{ recording: "no-such" }, "RECORDING_MISSING"],
      [{ recording: newFolder() }, "RECORDING_NONE"],
      [{ recording: undefined, cwd: newFolder() }, "RECORDING_OUTSIDE_PROJECT"],
      [{ recording: undefined, cwd: newProject([]) }, "RECORDING_NONE_YET"],
      [{ recording: foreign() }, "RECORDING_FORMAT"],
    ];
    for (const [options, code] of codes) {
      const error = await show(options).catch((failure: unknown) => failure);
      expect(error).toBeInstanceOf(EscopeError);
      expect((error as EscopeError).code).toBe(code);
      expect((error as EscopeError).details.hint).not.toBe("");
    }
  });
});

function copy(): string {
  const folder = newFolder();
  cpSync(sample, folder, { recursive: true });
  return folder;
}

function newProject(recordings: readonly string[]): string {
  const project = newFolder();
  writeFileSync(join(project, "mix.exs"), "");
  for (const name of recordings)
    cpSync(sample, join(project, ".escope", "recordings", name), { recursive: true });
  return project;
}

/** A recording as a later version may write it. */
function foreign(): string {
  const folder = copy();
  const file = join(folder, "recording.json");
  writeFileSync(file, readFileSync(file, "utf8").replace('"format":1', '"format":2'));
  return folder;
}

/** The sample, recorded by so many further VMs. */
function bigRecording(vms: number): string {
  const folder = copy();
  const info = readFileSync(join(folder, "recording.json"), "utf8");
  for (let vm = 0; vm < vms; vm += 1) {
    const name = `${vm}-00000000`;
    writeFileSync(join(folder, `recording-${name}.json`), info.replace("77-0a1b2c3d", name));
    for (const segment of ["000001", "000002"]) {
      cpSync(join(folder, `77-0a1b2c3d-${segment}.events`), join(folder, `${name}-${segment}.events`));
    }
  }
  return folder;
}

function headersIn(text: string): string[] {
  return text.split("\n").filter((line) => /^\S.*#PID/.test(line) || line.startsWith("#PID"));
}

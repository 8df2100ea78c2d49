/**
 * How fast recorded events are read: their headers alone, headers and payloads, and, to compare with, the same events as
 * JSON. Run with: npm run build && node bench/decode.mjs
 */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { cwd } from "node:process";
import { decodeTerm } from "../dist/collector/etf/index.js";
import { readEvents } from "../dist/collector/event-batch.js";
import { headerContext } from "../dist/collector/vm-events.js";

const REPEATS = 200;

const script = join(cwd(), "bench", "decode.exs");
const body = Buffer.from(execFileSync("elixir", [script], { encoding: "utf8" }), "base64");
const frame = { path: "", offset: 0, length: body.length };
const vm = { name: "1-a", info: null, segments: [], probes: new Map() };
const read = () => readEvents(body, frame, headerContext(vm, { damage: [], unknownKinds: new Map() }));
const payloads = () =>
  read().map(({ payloadStart: start, payloadLength: length }) =>
    decodeTerm(body.subarray(start, start + length)),
  );

const events = read();
const json = JSON.stringify(
  events.map((event, index) => ({ ...event, frame: null, payload: toJson(payloads()[index]) })),
);

const rates = {
  "headers alone": rate(read),
  "headers and payloads": rate(payloads),
  "JSON.parse": rate(() => JSON.parse(json)),
};
const base = rates["JSON.parse"];
for (const [name, perSecond] of Object.entries(rates)) {
  console.log(
    `${name.padEnd(22)} ${(perSecond / 1e6).toFixed(2).padStart(6)} M events/CPU s  ${(perSecond / base).toFixed(1)} × JSON.parse`,
  );
}
console.log(
  `an event: ${Math.round(body.length / events.length)} bytes, as JSON ${Math.round(json.length / events.length)}`,
);

/** Events a CPU second, the best of five rounds: others use this machine, too. */
function rate(run) {
  const seconds = Array.from({ length: 5 }, () => {
    const start = process.cpuUsage();
    for (let repeat = 0; repeat < REPEATS; repeat += 1) run();
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1e6;
  });
  return (REPEATS * events.length) / Math.min(...seconds);
}

/** What a JSON exporter would write of the same term. */
function toJson(term) {
  if (typeof term !== "object") return Number(term);
  if (term.type === "map")
    return Object.fromEntries(term.entries.map(([key, value]) => [String(toJson(key)), toJson(value)]));
  if (term.type === "list" || term.type === "tuple") return term.items.map(toJson);
  if (term.type === "binary") return term.bytes.toString();
  if (term.type === "atom") return term.name;
  return term.type === "float" ? term.value : JSON.stringify(term);
}

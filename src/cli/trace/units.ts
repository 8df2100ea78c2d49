const UNITS: readonly (readonly [size: number, name: string])[] = [
  [1e9, "s"],
  [1e6, "ms"],
  [1e3, "µs"],
];

/** Three digits and a unit: `1.24 ms`. */
export function durationText(ns: number): string {
  const unit = UNITS.find(([size]) => ns >= size);
  if (unit === undefined) return `${Math.round(ns)} ns`;
  const value = ns / unit[0];
  return `${value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2)} ${unit[1]}`;
}

/** Time since the recording began; all in one unit, so that they stand below each other. */
export function offsetText(ns: number): string {
  return `${(ns / 1e6).toFixed(3)} ms`;
}

/** `1,234 events`, `1 event`. */
export function countText(count: number, noun: string): string {
  const plural = noun.endsWith("s") ? `${noun}es` : `${noun}s`;
  return `${count.toLocaleString("en-US")} ${count === 1 ? noun : plural}`;
}

/** Local time, in the form of ISO 8601. */
export function wallText(ns: bigint): string {
  const date = new Date(Number(ns / 1_000_000n));
  const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19).replace("T", " ");
}

/** `overwritten 12, unwritten 1`; null where nothing was lost. */
export function dropsText(drops: Readonly<Record<string, number>>): string | null {
  const lost = Object.entries(drops).filter(([, count]) => count > 0);
  return lost.length === 0
    ? null
    : lost.map(([reason, count]) => `${reason} ${count.toLocaleString("en-US")}`).join(", ");
}

import type { Condition, Part } from "../types.ts";

/** All of the parts must hold. */
export function every(parts: readonly Part[]): Condition {
  const tests = parts.map(({ holds }) => holds);
  const holds: Condition = (candidate) => tests.every((test) => test(candidate));
  return Object.assign(holds, { parts: { how: "all" as const, of: parts } });
}

/** One of the parts must hold. */
export function some(parts: readonly Part[]): Condition {
  const tests = parts.map(({ holds }) => holds);
  const holds: Condition = (candidate) => tests.some((test) => test(candidate));
  return Object.assign(holds, { parts: { how: "any" as const, of: parts } });
}

export function not(part: Part): Condition {
  const holds: Condition = (candidate) => !part.holds(candidate);
  return Object.assign(holds, { parts: { how: "not" as const, of: [part] } });
}

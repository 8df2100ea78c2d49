import type { ResolvedCall } from "../../parser/index.ts";
import type { Candidate } from "../types.ts";
import { enumerate } from "./words.ts";

/** `call` */
export function nearCall(wanted: readonly string[], { calls = [] }: Candidate): string | undefined {
  if (calls.length === 0) return "what it calls is only known at run time";
  const names = calls.map(callName);
  const note = calls.map((call) => noteOn(call, wanted)).find((text) => text !== undefined);
  return `the call is ${enumerate(names)}${note === undefined ? "" : `; ${note}`}`;
}

function callName({ module, name, arity, maybe }: ResolvedCall): string {
  const owner = module ?? (maybe.length > 0 ? `(${maybe.join(" or ")})` : undefined);
  return `${owner === undefined ? "" : `${owner}.`}${name}/${arity}`;
}

function noteOn({ module, name, arity }: ResolvedCall, wanted: readonly string[]): string | undefined {
  const same = wanted.find((text) => text.replace(/\/\d+$/, "").split(".").at(-1) === name);
  if (same === undefined) return undefined;
  const [, digits] = /\/(\d+)$/.exec(same) ?? [];
  if (digits !== undefined && Number(digits) !== arity && same.startsWith(`${module}.`)) return `its arity is ${arity}, not ${digits}`;
  return `nearest to ${same}, by its name`;
}

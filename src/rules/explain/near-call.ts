import { calledText, moduleNamed, type ResolvedCall } from "../../parser/index.ts";
import type { Candidate } from "../types.ts";
import { enumerate } from "./words.ts";

/** `call` */
export function nearCall(wanted: readonly string[], candidate: Candidate): string | undefined {
  const { calls = [] } = candidate;
  if (calls.length === 0) return "what it calls is only known at run time";
  const names = calls.map(callName);
  const note = calls.map((call) => noteOn(call, wanted, candidate)).find((text) => text !== undefined);
  return `the call is ${enumerate(names)}${note === undefined ? "" : `; ${note}`}`;
}

function callName(call: ResolvedCall): string {
  const { maybe, name, arity } = call;
  return maybe.length > 1 ? `(${maybe.join(" or ")}).${name}/${arity}` : calledText(call);
}

function noteOn(call: ResolvedCall, wanted: readonly string[], { index }: Candidate): string | undefined {
  const { module, name, arity } = call;
  const same = wanted.find((text) => text.replace(/\/\d+$/, "").split(".").at(-1) === name);
  if (same === undefined) {
    const isStranger = module !== undefined && moduleNamed(index, module) === undefined;
    return isStranger && wanted.some(asksForModule) ? `the project has no module ${module}` : undefined;
  }
  const [, digits] = /\/(\d+)$/.exec(same) ?? [];
  if (digits !== undefined && Number(digits) !== arity && same.startsWith(`${module}.`)) return `its arity is ${arity}, not ${digits}`;
  return `nearest to ${same}, by its name`;
}

/** `{ module: { use: Ecto.Repo }, … }` */
function asksForModule(text: string): boolean {
  return text.startsWith("{ ") && text.includes("module:");
}

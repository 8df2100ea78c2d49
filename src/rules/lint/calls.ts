import { nearest } from "../../nearest.ts";
import { KERNEL_FUNCTIONS } from "../../parser/index.ts";
import type { Doubt } from "./finding.ts";
import { FUNCTIONS } from "./known-functions.ts";

const FORM = /^(?<module>[A-Z][\w.]*)\.(?<name>[a-z_]\w*[?!]?)(?:\/(?<arity>\d+))?$/;

/** Whether all calls of the first list are Kernel's, and the second names each of them so. */
export function isKernelAlone(selected: readonly string[], refused: readonly string[]): boolean {
  const isRefused = (text: string): boolean => refused.some((one) => one === `Kernel.${text}` || one === `Kernel.${text.split("/")[0]}`);
  return selected.length > 0 && selected.every((text) => KERNEL_FUNCTIONS.has(text) && isRefused(text));
}

/** A call of a module of Elixir that has no such function; other modules may have any. */
export function checkCall(text: string): Doubt | undefined {
  const { module, name, arity } = FORM.exec(text.replace(/^Elixir\./, ""))?.groups ?? {};
  if (module === undefined || name === undefined) return undefined;
  const functions = FUNCTIONS.get(module);
  if (functions === undefined) return checkOwner(text, module, name);
  const named = functions.filter((one) => one.startsWith(`${name}/`));
  if (named.length === 0) return noFunction(text, module, name, functions);
  if (arity === undefined || named.includes(`${name}/${arity}`)) return undefined;
  return { says: `there is no ${text}`, hint: `${module} has ${named.join(", ")}.` };
}

/** Only where the function is there can the other module be meant: the project may have modules of like names. */
function checkOwner(text: string, module: string, name: string): Doubt | undefined {
  const meant = nearest(module, [...FUNCTIONS.keys()]);
  const has = meant !== undefined && FUNCTIONS.get(meant)?.some((one) => one.startsWith(`${name}/`));
  if (!has || module.split(".").length !== meant.split(".").length) return undefined;
  return { says: `no module of Elixir is called ${module}`, hint: `Did you mean ${meant}${text.slice(module.length)}?` };
}

function noFunction(text: string, module: string, name: string, functions: readonly string[]): Doubt {
  const names = [...new Set(functions.map((one) => one.split("/")[0] ?? ""))];
  const meant = nearest(name, names);
  const hint = meant === undefined ? `It has ${names.join(", ")}.` : `Did you mean ${module}.${meant}?`;
  return { says: `there is no ${text}`, hint };
}

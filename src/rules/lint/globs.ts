import { BEHAVIOURS, FRAMEWORKS } from "../../parser/index.ts";
import { nearest } from "../../nearest.ts";
import type { Atom, Conjunction } from "./conjunction.ts";
import type { Lint, Report } from "./finding.ts";
import { textsIn } from "./values.ts";

interface Doubt {
  readonly says: string;
  readonly hint: string;
}

/** What cannot match anything, by the form that names of its kind have. */
type Check = (text: string) => Doubt | undefined;

const KNOWN = [...FRAMEWORKS.keys(), ...BEHAVIOURS.keys()];

const CHECKS: Readonly<Record<string, Check>> = {
  path: checkPath,
  "module.name": checkModule,
  "module.use": checkModule,
  "module.behaviour": (text) => checkModule(text) ?? checkBehaviour(text),
  "function.callback_of": (text) => checkModule(text) ?? checkBehaviour(text),
  "module.defines": checkDefined,
  "function.name": checkFunction,
};

/** Globs and names that match nothing, whatever the project holds. */
export function findEmpty({ atoms, any, not }: Conjunction, report: Report): Lint[] {
  return [
    ...atoms.flatMap((atom) => checkAtom(atom, report)),
    ...any.flat().flatMap((entry) => findEmpty(entry, report)),
    ...not.flatMap(({ inner }) => findEmpty(inner, report)),
  ];
}

function checkAtom({ key, value }: Atom, report: Report): Lint[] {
  const check = CHECKS[key];
  if (check === undefined) return [];
  return textsIn(value).flatMap(({ value: entry, text }) => {
    const doubt = check(text);
    return doubt === undefined ? [] : [report(entry, doubt.says, doubt.hint)];
  });
}

function checkPath(text: string): Doubt | undefined {
  if (/^(?:\/|\.\.?\/|~)/.test(text)) return { says: `no path begins as ${text} does`, hint: "Paths start at the project's root: lib/shop/**." };
  if (text.includes("\\")) return { says: `${text} has backslashes, which no path has`, hint: "Write / between folders." };
  if (text.endsWith("/")) return { says: `${text} names a folder, and files are matched`, hint: `Write ${text}**.` };
  if (text.trim() !== text) return { says: "the blanks around it are part of the glob", hint: "Take them out." };
  if (!/[*?{[]/.test(text) && !/\.exs?$/.test(text)) return { says: `${text} is no Elixir source`, hint: `Write ${text}/** for all files of a folder.` };
  return braces(text);
}

function checkModule(text: string): Doubt | undefined {
  if (text.startsWith("Elixir.")) return { says: `names of modules stand without Elixir. here`, hint: `Write ${text.slice("Elixir.".length)}.` };
  if (text.includes("/")) return { says: `${text} holds a /, which no module's name has`, hint: "Names have dots: Shop.Cart." };
  if (/^[a-z]/.test(text)) return { says: `no module is called ${text}`, hint: `Modules of Erlang have a colon: ":${text}".` };
  return text.startsWith(":") ? undefined : braces(text);
}

function checkBehaviour(text: string): Doubt | undefined {
  const meant = nearest(text, KNOWN);
  if (meant === undefined || KNOWN.includes(text) || text.split(".").length !== meant.split(".").length) return undefined;
  return { says: `${text} is no behaviour that comes with a framework`, hint: `Did you mean ${meant}?` };
}

function checkDefined(text: string): Doubt | undefined {
  if (/^.+\/\d+$/s.test(text)) return undefined;
  return { says: `${text} has no number of parameters`, hint: `Write ${text}/2, for one with two.` };
}

function checkFunction(text: string): Doubt | undefined {
  const slash = /^(?<name>.+)\/(?<arity>\d+)$/.exec(text)?.groups;
  if (slash) return { says: `no function is called ${text}`, hint: `Write name: ${slash["name"]}, arity: ${slash["arity"]}.` };
  const dot = /^[A-Z][\w.]*\.(?<name>\w+[?!]?)$/.exec(text)?.groups;
  if (dot) return { says: `${text} holds the module's name`, hint: `Write it below module, and name: ${dot["name"]} here.` };
  if (/[{}]/.test(text) && !/^[%{}]+$/.test(text)) return { says: `only * is special in a function's name, and none is called ${text}`, hint: "Write a list of names." };
  return undefined;
}

/** `{a,b}` that never closes is read as it stands. */
function braces(text: string): Doubt | undefined {
  const open = [...text].filter((letter) => letter === "{").length;
  const close = [...text].filter((letter) => letter === "}").length;
  if (open === close && !text.includes("{}")) return undefined;
  return { says: `the braces of ${text} do not match`, hint: "Write {a,b} for one of several." };
}

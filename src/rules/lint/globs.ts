import { BEHAVIOURS, FRAMEWORKS } from "../../parser/index.ts";
import { nearest } from "../../nearest.ts";
import { checkCall } from "./calls.ts";
import { isMapping, type Value } from "../yaml.ts";
import { takeApart, type Atom, type Conjunction } from "./conjunction.ts";
import { checkPattern } from "./definitions.ts";
import type { Doubt, Lint, Report } from "./finding.ts";
import { MOST, numbers, RANGES, textsIn } from "./values.ts";

/** What cannot match anything, by the form that names of its kind have. */
type Check = (text: string) => Doubt | undefined;

const KNOWN = [...FRAMEWORKS.keys(), ...BEHAVIOURS.keys()];

/** What is used besides, and makes no behaviour. */
const USED = [
  ..."Agent Phoenix.Component Phoenix.Controller Phoenix.Router Phoenix.Endpoint Phoenix.Presence Phoenix.Tracker Phoenix.View".split(" "),
  ..."Phoenix.HTML Phoenix.VerifiedRoutes Ecto.Schema Ecto.Repo Ecto.Migration Plug.Builder Plug.Router".split(" "),
];

/** Attributes that Elixir itself reads. */
const ATTRIBUTES = [
  ..."after_compile after_verify before_compile behaviour callback compile deprecated derive dialyzer doc".split(" "),
  ..."enforce_keys external_resource fallback_to_any impl macrocallback moduledoc on_definition on_load opaque".split(" "),
  ..."optional_callbacks since spec type typedoc typep vsn".split(" "),
];

const CHECKS: Readonly<Record<string, Check>> = {
  path: checkPath,
  "module.name": checkModule,
  "module.use": (text) => checkModule(text) ?? checkUsed(text),
  "module.attribute": checkAttribute,
  "function.attribute": checkAttribute,
  call: checkCall,
  pattern: checkPattern,
  "module.behaviour": (text) => checkModule(text) ?? checkBehaviour(text),
  "function.callback_of": (text) => checkModule(text) ?? checkBehaviour(text),
  "function.name": checkFunction,
};

/** Numbers that no function has. */
function checkNumbers({ key, value }: Atom, report: Report): Lint[] {
  const all = numbers(value);
  if (key === "function.clauses" && all.every((number) => number === 0))
    return [report(value, "every function has at least one clause", "Count from 1.")];
  return all.length > 0 ? [] : [report(value, `no function has ${key === "function.arity" ? "so many parameters" : "so many clauses"}`, `${MOST} is the most.`)];
}

/** Globs and names that match nothing, whatever the project holds. */
export function findEmpty({ atoms, any, not, others }: Conjunction, report: Report): Lint[] {
  return [
    ...atoms.flatMap((atom) => checkAtom(atom, report)),
    ...noCallbacks(atoms, report),
    ...any.flat().flatMap((entry) => findEmpty(entry, report)),
    ...not.flatMap(({ inner }) => findEmpty(inner, report)),
    ...others.flatMap((other) => findEmpty(other, report)),
  ];
}

function checkAtom({ key, value }: Atom, report: Report): Lint[] {
  if (RANGES.has(key)) return checkNumbers({ key, value }, report);
  const check = CHECKS[key];
  if (check === undefined) return [];
  return textsIn(value).flatMap(({ value: entry, text }) => {
    if (key === "call" && isMapping(entry)) return checkCallee(entry, report);
    const doubt = check(text);
    return doubt === undefined ? [] : [report(entry, doubt.says, doubt.hint)];
  });
}

/** `{ module: { use: Ecto.Repo }, name: all }` */
function checkCallee(value: Value, report: Report): Lint[] {
  const names: Readonly<Record<string, string>> = { name: "function.name", outside: "module.name" };
  return takeApart(value).atoms.flatMap(({ key, value: inner }) => checkAtom({ key: names[key] ?? key, value: inner }, report));
}

function checkPath(text: string): Doubt | undefined {
  if (/^(?:\/|\.\.?\/|~)/.test(text)) return { says: `no path begins as ${text} does`, hint: "Paths start at the project's root: lib/shop/**." };
  if (text.includes("\\")) return { says: `${text} has backslashes, which no path has`, hint: "Write / between folders." };
  if (text.endsWith("/")) return { says: `${text} names a folder, and files are matched`, hint: `Write ${text}**.` };
  if (text.trim() !== text) return { says: "the blanks around it are part of the glob", hint: "Take them out." };
  if (!/[*?{[]/.test(text) && !/\.exs?$/.test(text)) return { says: `${text} is no Elixir source`, hint: `Write ${text}/** for all files of a folder.` };
  return scripts(text) ?? braces(text) ?? brackets(text);
}

/** Tests may be compiled, where the configuration says so. */
function scripts(text: string): Doubt | undefined {
  if (!/^(?:lib|src|config|priv|apps\/[^/]*\/(?:lib|src|config|priv))\/.*\.exs$/.test(text)) return undefined;
  return { says: `files such as ${text} are scripts, which Mix does not compile`, hint: `Sources end in .ex: ${text.slice(0, -1)}.` };
}

function brackets(text: string): Doubt | undefined {
  if (/^[^[\]]*(?:\[[^[\]]+\][^[\]]*)*$/.test(text)) return undefined;
  return { says: `the brackets of ${text} do not match`, hint: "Write [a-c] for one letter of several." };
}

function checkModule(text: string): Doubt | undefined {
  if (text.startsWith("Elixir.")) return { says: `names of modules stand without Elixir. here`, hint: `Write ${text.slice("Elixir.".length)}.` };
  if (/[\s,]/.test(text)) return { says: `${text} is no module's name`, hint: `Write ${text.split(/[\s,]/)[0]} alone: what is given to a use does not count.` };
  if (text.includes("/")) return { says: `${text} holds a /, which no module's name has`, hint: "Names have dots: Shop.Cart." };
  const parts = /^(?<module>[A-Z]\w*(?:\.[A-Z]\w*)*)\.(?<name>[a-z_]\w*[?!]?)$/.exec(text)?.groups;
  if (parts) return { says: `no module is called ${text}`, hint: `Where a function is meant: module: { name: ${parts["module"]} }, function: { name: ${parts["name"]} }.` };
  if (/^[a-z]/.test(text)) return { says: `no module is called ${text}`, hint: `Modules of Erlang have a colon: ":${text}".` };
  return text.startsWith(":") ? undefined : braces(text);
}

function checkUsed(text: string): Doubt | undefined {
  const all = [...KNOWN, ...USED];
  const meant = all.includes(text) ? undefined : nearest(text, all);
  if (meant === undefined || !text.includes(".") || text.split(".").length !== meant.split(".").length) return undefined;
  if (!isAlike(text, meant)) return undefined;
  return { says: `${text} is nothing that comes with a framework`, hint: `Did you mean ${meant}?` };
}

/** The same letters but for one or two: other modules of a library have names that are near, too. */
function isAlike(a: string, b: string): boolean {
  const left = [...b];
  const others = [...a].filter((letter) => {
    const at = left.indexOf(letter);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  return others.length + left.length <= 2;
}

function checkAttribute(text: string): Doubt | undefined {
  const name = text.replace(/^@/, "");
  const meant = ATTRIBUTES.includes(name) || name.length < 4 ? undefined : nearest(name, ATTRIBUTES);
  if (meant === undefined || name.startsWith(meant)) return undefined;
  return { says: `@${name} is no attribute of Elixir's`, hint: `Did you mean ${meant}?` };
}

/** Of several names beside `callback_of`, those that no callback has: the others hide them. */
function noCallbacks(atoms: readonly Atom[], report: Report): Lint[] {
  const behaviours = atoms.filter(({ key }) => key === "function.callback_of").flatMap(({ value }) => textsIn(value));
  const lists = behaviours.map(({ text }) => FRAMEWORKS.get(text) ?? BEHAVIOURS.get(text));
  if (lists.length === 0 || lists.includes(undefined)) return [];
  const names = [...new Set(lists.flat().map((callback) => callback?.split("/")[0] ?? ""))];
  const asked = atoms.filter(({ key }) => key === "function.name").flatMap(({ value }) => textsIn(value));
  const strangers = asked.filter(({ text }) => !text.includes("*") && !names.includes(text));
  if (strangers.length === asked.length) return [];
  return strangers.map(({ value, text }) => {
    const meant = nearest(text, names);
    const hint = meant === undefined ? `There are ${names.join(", ")}.` : `Did you mean ${meant}?`;
    return report(value, `no callback of ${behaviours.map((one) => one.text).join(", ")} is called ${text}`, hint);
  });
}

function checkBehaviour(text: string): Doubt | undefined {
  // Elixir's GenServer has it, too.
  if (text === ":gen_server") return undefined;
  const meant = nearest(text, KNOWN);
  if (meant === undefined || KNOWN.includes(text) || text.split(".").length !== meant.split(".").length) return undefined;
  return { says: `${text} is no behaviour that comes with a framework`, hint: `Did you mean ${meant}?` };
}

function checkFunction(text: string): Doubt | undefined {
  const slash = /^(?<name>.+)\/(?<arity>\d+)$/.exec(text)?.groups;
  if (slash) return { says: `no function is called ${text}`, hint: `Write name: ${slash["name"]}, arity: ${slash["arity"]}.` };
  const dot = /^[A-Z][\w.]*\.(?<name>\w+[?!]?)$/.exec(text)?.groups;
  if (dot) return { says: `${text} holds the module's name`, hint: `Write it below module, and name: ${dot["name"]} here.` };
  const words = text.replaceAll("*", "a");
  if (/^[\p{L}_]/u.test(words) && /^[\p{L}\p{N}_?! -]*[ -]/u.test(words))
    return { says: `no function is called ${text}`, hint: `Did you mean ${text.replaceAll(/[ -]+/g, "_")}?` };
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

import type { SourceFile } from "../source.ts";

/** What the text alone tells of a file, without parsing it: rather too much than too little. */
export interface Outline {
  readonly source: SourceFile;
  /** The names behind `defmodule` and `defprotocol`, as written. */
  readonly defines: readonly string[];
  /** The protocols behind `defimpl`, as written. */
  readonly implements: readonly string[];
  /** One of the names may stand for another that is nowhere written in full: `alias Shop.Cart, as: Basket`. */
  readonly isRenamed: boolean;
}

const DEFINES = /\bdef(?:module|protocol|impl)[\s(]+(?:__MODULE__\.)?(\p{Lu}[\p{L}\p{N}_.]*)/gu;
const RENAMES = /\bas:\s*(\p{Lu}[\p{L}\p{N}_]*)/gu;

export function outlineOf(source: SourceFile): Outline {
  const defines: string[] = [];
  const implemented: string[] = [];
  for (const [written, name = ""] of source.text.matchAll(DEFINES))
    (written.startsWith("defimpl") ? implemented : defines).push(name);
  const heads = new Set([...defines, ...implemented].map(firstSegment));
  const isRenamed =
    source.text.includes(" as:") &&
    [...source.text.matchAll(RENAMES)].some(([, name = ""]) => heads.has(name));
  return { source, defines, implements: implemented, isRenamed };
}

function firstSegment(name: string): string {
  return name.split(".", 1)[0] ?? name;
}

/** Whether the file may define a module of this name. An alias or a module around it may stand before what is written. */
export function mayDefine({ defines, implements: protocols, isRenamed }: Outline, name: string): boolean {
  if (isRenamed) return true;
  return (
    defines.some((written) => ends(name, written)) || protocols.some((written) => isAbout(name, written))
  );
}

function ends(name: string, written: string): boolean {
  return name === written || name.endsWith(`.${written}`);
}

/** `Protocol`, or `Protocol.Type`. */
function isAbout(name: string, written: string): boolean {
  const last = written.slice(written.lastIndexOf(".") + 1);
  return name.split(".").includes(last);
}

const TRAIT = /\buse[\s(]+[\p{Lu}_]|@behaviour\b|@before_compile\b/u;

/** Whether the modules of a file may be something by what they say themselves. */
export function saysTrait(text: string): boolean {
  return TRAIT.test(text);
}

const MACRO = /\bdefmacrop?[\s(]+(?!__using__|__before_compile__)/;

/** Whether the file may define a macro that stands in a module's body and is none of `use`. */
export function definesMacro(text: string): boolean {
  return text.includes("quote") && MACRO.test(text);
}

/** Whether something in the file may return quoted code. */
export function quotes(text: string): boolean {
  return text.includes("quote");
}

import type { SourceFile } from "../source.ts";
import { codeText } from "./code-text.ts";

/** What the text alone tells of a file, without parsing it: rather too much than too little. */
export interface Outline {
  readonly source: SourceFile;
  /** Its text without comments, and without what stands in texts. */
  readonly code: string;
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
  const code = codeText(source.text);
  for (const [written, name = ""] of code.matchAll(DEFINES))
    (written.startsWith("defimpl") ? implemented : defines).push(name);
  const heads = new Set([...defines, ...implemented].map(firstSegment));
  const isRenamed =
    code.includes(" as:") && [...code.matchAll(RENAMES)].some(([, name = ""]) => heads.has(name));
  return { source, code, defines, implements: implemented, isRenamed };
}

export function firstSegment(name: string): string {
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

/** Whether something in the file may return quoted code. */
export function quotes(text: string): boolean {
  return text.includes("quote");
}

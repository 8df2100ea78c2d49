import fs from "node:fs";
import { basename, extname } from "node:path";
import { isMap, LineCounter, type Document, parseDocument } from "yaml";
import { configSyntax, type ErrorDetails } from "../errors.ts";

type Place = Omit<ErrorDetails, "hint">;

/** A loader for cosmiconfig that says where a fault lies. JSON is read as what it is: its errors are JSON's. */
export function loadConfigText(file: string, text: string): unknown {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const fault = document.errors[0];
  if (fault !== undefined) throw configSyntax(placeAt(file, text, lines, fault.pos[0]), fault.message, fault);
  return isJson(file) ? parseJson(file, text) : document.toJS();
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const offset = Number(/position (\d+)/.exec((error as Error).message)?.[1] ?? text.length);
    const lines = new LineCounter();
    parseDocument(text, { lineCounter: lines });
    throw configSyntax(placeAt(file, text, lines, offset), (error as Error).message, error);
  }
}

/** Where `path` (its key, or its value) stands in a configuration; only the file where that is a program. */
export function placeOf(file: string, path: readonly (string | number)[], part: "key" | "value"): Place {
  if (!isJson(file) && ![".yaml", ".yml"].includes(extname(file))) return { file };
  const text = fs.readFileSync(file, "utf8");
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const full = basename(file) === "package.json" ? ["escope", ...path] : path;
  const offset = part === "key" ? keyOffset(document, full) : nodeOffset(document.getIn(full, true));
  return offset === null ? { file } : placeAt(file, text, lines, offset);
}

function keyOffset(document: Document, path: readonly (string | number)[]): number | null {
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  if (!isMap(parent)) return null;
  const key = parent.items
    .map((pair) => pair.key as { value?: unknown })
    .find((node) => node.value === path.at(-1));
  return nodeOffset(key);
}

function nodeOffset(node: unknown): number | null {
  return (node as { range?: readonly number[] } | undefined)?.range?.[0] ?? null;
}

function placeAt(file: string, text: string, lines: LineCounter, offset: number): Place {
  const { line, col } = lines.linePos(offset);
  return { file, line, column: col, frame: text.split("\n")[line - 1]?.replace(/\r$/, "") ?? "" };
}

function isJson(file: string): boolean {
  return extname(file) === ".json";
}

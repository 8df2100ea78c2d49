import type { CaptureInfo, Escapes } from "./tails.ts";

const CAPTURE = /&\s*(?!\d)([^\s()[\]{},"']+)\/(\d+)/g;

const CAPTURE_CALL = /\b(?:Function\.capture|make_fun)\(\s*([^\s,()]+)\s*,\s*:([^\s,()]+)\s*,\s*(\d+)/g;

const ATOM = /:(?<!::)(?:[a-z_]\w*[?!]?|"[^"\n]*")/g;

const COMPUTED = /\bdefp?\b[\s(]*unquote\b/;

const KEY = /(?<![\w:])([a-z_]\w*[?!]?):(?!:)/g;

const WORDS = /~w[^\s\w]([^)\]}>|/"']*)/g;

/**
 * Reads which functions the text captures and which atoms, perhaps names of functions, stand in it. What stands in
 * comments and strings counts as well: one too many does little harm, and no tree has to be searched.
 */
export function readEscapes(text: string): Escapes {
  const atoms = [...new Set(text.match(ATOM))].map(nameOf);
  return { captures: readCaptures(text), atoms, names: COMPUTED.test(text) ? readNames(text, atoms) : [] };
}

/** Atoms, keys, and what stands in a list of words. */
function readNames(text: string, atoms: readonly string[]): string[] {
  const keys = [...text.matchAll(KEY)].map(([, key = ""]) => key);
  const words = [...text.matchAll(WORDS)].flatMap(([, list = ""]) => list.split(/\s+/).filter(Boolean));
  return [...new Set([...atoms, ...keys, ...words])];
}

function nameOf(atom: string): string {
  return atom[1] === '"' ? atom.slice(2, -1) : atom.slice(1);
}

type Unplaced = Omit<CaptureInfo, "line">;

function readCaptures(text: string): CaptureInfo[] {
  const found: Unplaced[] = [];
  for (const { index: at, 1: target = "", 2: arity } of text.matchAll(CAPTURE))
    found.push({ ...readTarget(target, text), arity: Number(arity), at });
  if (!/Function\.capture|make_fun/.test(text)) return withLines(found, text);
  for (const { index: at, 1: owner = "", 2: name = "", 3: arity } of text.matchAll(CAPTURE_CALL))
    found.push({ owner: readOwner(owner, text), name, arity: Number(arity), at });
  return withLines(
    found.toSorted((a, b) => a.at - b.at),
    text,
  );
}

/** In their order, each line is counted once. */
function withLines(captures: readonly Unplaced[], text: string): CaptureInfo[] {
  let line = 1;
  let counted = 0;
  return captures.map(({ owner, name, arity, at }) => {
    for (let end = text.indexOf("\n", counted); end !== -1 && end < at; end = text.indexOf("\n", counted)) {
      line += 1;
      counted = end + 1;
    }
    return { owner, name, arity, at, line };
  });
}

function readTarget(target: string, text: string): Pick<CaptureInfo, "owner" | "name"> {
  // A dot that begins the target, or ends it, belongs to an operator.
  const dot = /^.+?\.(?=[^.\s]+$)/s.exec(target)?.[0].length ?? 0;
  if (dot === 0) return { owner: undefined, name: target };
  return { owner: readOwner(target.slice(0, dot - 1), text), name: target.slice(dot) };
}

/** `*` where the text does not tell: a variable, or another name for a module. */
function readOwner(owner: string, text: string): string {
  if (!/^[A-Z_]/.test(owner)) return "*";
  const isRenamed = new RegExp(`\\bas:\\s*${owner.replaceAll(/\W/g, "\\$&")}\\b`).test(text);
  return isRenamed ? "*" : owner;
}

import { inflateSync } from "node:zlib";
import { EtfError } from "./cursor.ts";
import { readTerm } from "./readers.ts";
import { TAG, VERSION } from "./tags.ts";
import type { Term } from "./term.ts";

/** No frame or payload comes near it; a forged size must not fill the memory. */
const MAX_INFLATED = 256 * 2 ** 20;

/** Decodes what `:erlang.term_to_binary` made. Throws EtfError on damage, and on bytes after the term. */
export function decodeTerm(bytes: Buffer): Term {
  const { body, start } = termBody(bytes);
  const cursor = { bytes: body, at: start, depth: 0 };
  const term = readTerm(cursor);
  if (cursor.at !== body.length) throw new EtfError("bytes after the term", cursor.at);
  return term;
}

/** Where the term itself stands: after the version byte, or in what the compressed form inflates to. */
export function termBody(bytes: Buffer): { readonly body: Buffer; readonly start: number } {
  if (bytes[0] !== VERSION) throw new EtfError("no external term format", 0);
  return bytes[1] === TAG.COMPRESSED ? { body: inflate(bytes), start: 0 } : { body: bytes, start: 1 };
}

function inflate(bytes: Buffer): Buffer {
  const size = bytes.length < 6 ? MAX_INFLATED + 1 : bytes.readUInt32BE(2);
  if (size > MAX_INFLATED) throw new EtfError("compressed beyond all measure", 2);
  let body: Buffer;
  try {
    body = inflateSync(bytes.subarray(6), { maxOutputLength: size + 1 });
  } catch (cause) {
    throw new EtfError(`compressed, and damaged: ${(cause as Error).message}`, 6);
  }
  if (body.length !== size) throw new EtfError("inflates to another size than announced", 2);
  return body;
}

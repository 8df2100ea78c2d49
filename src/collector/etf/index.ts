export { type Cursor, EtfError, take, uint16, uint32, uint8 } from "./cursor.ts";
export { decodeTerm, termBody } from "./decode.ts";
export { bigInteger } from "./integers.ts";
export { readTerm } from "./readers.ts";
export { TAG } from "./tags.ts";
export * from "./term.ts";

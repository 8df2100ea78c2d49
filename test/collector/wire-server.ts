import { appendFileSync, existsSync, writeFileSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import {
  as,
  atomName,
  decodeTerm,
  field,
  type MapTerm,
  type Term,
  textOf,
} from "../../src/collector/etf/index.ts";
import { SEGMENT_MAGIC } from "../../src/protocol/index.ts";

const MAGIC = Buffer.from([...Buffer.from("ESCOPE"), 1, 1]);
const HEADER = 16;

/** The other end of `ESCOPE_RECORD=unix:…`, as docs/recording.md describes it: writes what comes into a folder. */
export class WireServer {
  readonly #server: Server;
  readonly #folder: string;
  /** The last frame of each VM that is on the disk. */
  readonly #stored = new Map<string, bigint>();
  readonly hellos: MapTerm[] = [];

  /** Connections up to `cuts` are closed in the middle of the bytes that come. */
  constructor(folder: string, cuts = 0) {
    this.#folder = folder;
    let connections = 0;
    this.#server = createServer({ allowHalfOpen: false }, (socket) => {
      connections += 1;
      this.#serve(socket, connections <= cuts);
    });
  }

  listen(path: string): Promise<void> {
    return new Promise((settle) => this.#server.listen(path, settle));
  }

  close(): Promise<void> {
    return new Promise((settle) => this.#server.close(() => settle()));
  }

  #serve(socket: Socket, isCut: boolean): void {
    let bytes = Buffer.alloc(0);
    let hasGreeted = false;
    let vm = "";
    socket.on("error", () => undefined);
    socket.on("data", (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      if (!hasGreeted && bytes.length >= MAGIC.length) {
        if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) throw new Error("another protocol");
        bytes = bytes.subarray(MAGIC.length);
        hasGreeted = true;
      }
      if (!hasGreeted) return;
      while (bytes.length >= HEADER && bytes.length >= HEADER + bytes.readUInt32BE(8)) {
        const end = HEADER + bytes.readUInt32BE(8);
        vm = this.#message(bytes.subarray(0, end), vm, socket);
        bytes = bytes.subarray(end);
      }
      if (isCut && this.#stored.get(vm) !== undefined) socket.destroy();
    });
  }

  #message(message: Buffer, vm: string, socket: Socket): string {
    const number = message.readBigUInt64BE(0);
    const body = message.subarray(HEADER);
    if (crc32(body) !== message.readUInt32BE(12)) throw new Error("the checksum differs");
    if (number === 0n) return this.#control(decodeTerm(body), vm, socket);
    const stored = this.#stored.get(vm) ?? 0n;
    if (number > stored) {
      const segment = join(this.#folder, `${vm}-000001.events`);
      if (!existsSync(segment)) writeFileSync(segment, Buffer.from(SEGMENT_MAGIC));
      // The frame is what stands in a segment.
      appendFileSync(segment, message.subarray(8));
      this.#stored.set(vm, number);
    }
    this.#answer(vm, socket);
    return vm;
  }

  #control(term: Term, vm: string, socket: Socket): string {
    const [kind, first, second] = as(term, "tuple")?.items ?? [];
    if (atomName(kind) === "hello") {
      const hello = as(first, "map") as MapTerm;
      this.hellos.push(hello);
      for (const [name, content] of as(field(hello, "files"), "map")?.entries ?? [])
        this.#file(name, content);
      const name = textOf(field(hello, "vm")) ?? "";
      this.#answer(name, socket);
      return name;
    }
    if (atomName(kind) === "file") this.#file(first, second);
    return vm;
  }

  #file(name: Term | undefined, content: Term | undefined): void {
    const text = textOf(name) ?? "";
    if (!/^[A-Za-z0-9_-]+\.(json|loads)$/.test(text)) throw new Error(`no file of a recording: ${text}`);
    writeFileSync(join(this.#folder, text), as(content, "binary")?.bytes ?? "");
  }

  #answer(vm: string, socket: Socket): void {
    const answer = Buffer.alloc(8);
    answer.writeBigUInt64BE(this.#stored.get(vm) ?? 0n);
    socket.write(answer);
  }
}

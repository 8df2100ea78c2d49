import { closeSync, openSync, readSync } from "node:fs";

const CHUNK_BYTES = 1 << 20;

/** A file read from front to back through one window, so that memory stays bounded however long the file is. */
export class ByteStream {
  /** Offset in the file of the next byte. */
  offset = 0;
  readonly #fd: number;
  #window: Buffer = Buffer.alloc(0);
  #at = 0;

  constructor(path: string) {
    this.#fd = openSync(path, "r");
  }

  /** The next `count` bytes, or the fewer that are left. */
  read(count: number): Buffer {
    if (this.#window.length - this.#at < count) this.#fill(count);
    const bytes = this.#window.subarray(this.#at, this.#at + count);
    this.#at += bytes.length;
    this.offset += bytes.length;
    return bytes;
  }

  close(): void {
    closeSync(this.#fd);
  }

  /** Fills by chunks up to `count`: a lying length meets the end of the file before it meets the memory. */
  #fill(count: number): void {
    const parts = [this.#window.subarray(this.#at)];
    let length = parts[0]?.length ?? 0;
    while (length < count) {
      const chunk = Buffer.allocUnsafe(CHUNK_BYTES);
      const got = readSync(this.#fd, chunk, 0, CHUNK_BYTES, null);
      if (got === 0) break;
      parts.push(chunk.subarray(0, got));
      length += got;
    }
    this.#window = parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts, length);
    this.#at = 0;
  }
}

import { closeSync, openSync, readSync } from "node:fs";
import { decodeTerm, EtfError, type Term, termBody } from "./etf/index.ts";
import type { RecordedEvent } from "./event-batch.ts";
import type { FrameRef } from "./frames.ts";
import { StateHistory } from "./state/index.ts";

/** Frames that are kept at hand: neighbours in time lie in few frames. */
const CACHE_BYTES = 64 * 2 ** 20;

/** Reads payloads again from the segments, for the events that somebody looks at. */
export class PayloadReader {
  readonly #files = new Map<string, number>();
  /** In the order of last use. */
  readonly #frames = new Map<FrameRef, Buffer>();
  #cached = 0;
  /** The states that events name instead of carrying them. */
  readonly states: StateHistory = new StateHistory(this);

  /** The payload's term, or null where it cannot be read (any more). */
  read(event: RecordedEvent): Term | null {
    try {
      return decodeTerm(this.bytes(event));
    } catch (error) {
      if (error instanceof EtfError) return null;
      throw error;
    }
  }

  bytes(event: RecordedEvent): Buffer {
    return this.#frame(event.frame).subarray(event.payloadStart, event.payloadStart + event.payloadLength);
  }

  close(): void {
    for (const fd of this.#files.values()) closeSync(fd);
    this.#files.clear();
  }

  #frame(ref: FrameRef): Buffer {
    const body = this.#frames.get(ref) ?? this.#load(ref);
    this.#frames.delete(ref);
    this.#frames.set(ref, body);
    return body;
  }

  #load(ref: FrameRef): Buffer {
    const raw = Buffer.allocUnsafeSlow(ref.length);
    const got = readSync(this.#file(ref.path), raw, 0, ref.length, ref.offset);
    const { body } = termBody(raw.subarray(0, got));
    this.#cached += body.length;
    for (const [oldest, bytes] of this.#frames) {
      if (this.#cached <= CACHE_BYTES) break;
      this.#frames.delete(oldest);
      this.#cached -= bytes.length;
    }
    return body;
  }

  #file(path: string): number {
    let fd = this.#files.get(path);
    if (fd === undefined) this.#files.set(path, (fd = openSync(path, "r")));
    return fd;
  }
}

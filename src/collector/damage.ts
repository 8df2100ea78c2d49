/** A place in a recording that cannot be read. What stands before it could be. */
export interface Damage {
  /** File name in the recording's folder. */
  readonly file: string;
  /** Byte offset of the frame, or of the field in it. */
  readonly offset: number;
  readonly reason: string;
}

/** Of `probes.json`. */
export const MANIFEST_FORMAT = 1;

/** Of `recording.json` and of the segments: they change together. */
export const RECORDING_FORMAT = 1;

/** What every segment begins with; the last byte is the format version. */
export const SEGMENT_MAGIC: Uint8Array = Uint8Array.of(
  0x45,
  0x53,
  0x43,
  0x4f,
  0x50,
  0x45,
  0,
  RECORDING_FORMAT,
);

/** Length and CRC-32 of a frame, before its body. */
export const FRAME_HEADER_BYTES = 8;

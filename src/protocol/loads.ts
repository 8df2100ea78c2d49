/** A line of `VM.loads`: from `at` on, a module ran as compiled with another manifest. */
export interface Load {
  /** On the VM's monotonic clock, in nanoseconds. */
  readonly at: bigint;
  /** Without `Elixir.`. */
  readonly module: string;
  /** File name of that manifest. */
  readonly probes: string;
}

/** Reads `VM.loads`. A torn last line is a crash survived. */
export function parseLoads(text: string): Load[] {
  return text.split("\n").flatMap(parseLoad);
}

function parseLoad(line: string): Load[] {
  // JSON.parse would round the clock to 2^53.
  const at = /"at_ns":(-?\d+)/.exec(line)?.[1];
  const { module, probes } = parseObject(line);
  if (at === undefined || typeof module !== "string" || typeof probes !== "string") return [];
  return [{ at: BigInt(at), module, probes }];
}

function parseObject(line: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(line)) as Record<string, unknown>;
  } catch {
    return {};
  }
}

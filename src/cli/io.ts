/** Where a command writes: data to `stdout`, talk to `stderr`. */
export interface Io {
  stdout(text: string): void;
  stderr(text: string): void;
  /** Resolves once stdout has taken what was written: for output too long to wait in memory. */
  drained?(): Promise<void>;
  /** Whether stdout takes colours: it is a terminal, and neither NO_COLOR nor TERM=dumb is set. */
  readonly color: boolean;
  /** Columns of the terminal, else those that COLUMNS says, else 120. */
  readonly width: number;
}

/** The process's own streams. `FORCE_COLOR` gives colours to a pipe, too. */
export function processIo(): Io {
  const { env, stdout, stderr } = process;
  stdout.on("error", endOnClosedPipe);
  const wanted = env["FORCE_COLOR"] !== undefined && env["FORCE_COLOR"] !== "0";
  return {
    stdout: (text) => void stdout.write(text),
    stderr: (text) => void stderr.write(text),
    drained: () =>
      stdout.writableNeedDrain
        ? new Promise<void>((done) => stdout.once("drain", () => done()))
        : Promise.resolve(),
    color: !env["NO_COLOR"] && (wanted || (stdout.isTTY === true && env["TERM"] !== "dumb")),
    width: stdout.columns ?? columnsIn(env["COLUMNS"]) ?? 120,
  };
}

function columnsIn(text: string | undefined): number | undefined {
  return text !== undefined && /^[1-9]\d{0,4}$/.test(text) ? Number(text) : undefined;
}

/** `escope trace show | head` closes our stdout when it has seen enough: that is no error. */
function endOnClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
}

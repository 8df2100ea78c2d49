import type { Observer, Phase } from "../instrument.ts";
import type { Io } from "./io.ts";

/** Nobody needs to be told of what is over at once. */
const PATIENCE_MS = 700;
const EVERY_MS = 100;

interface Spent {
  readonly phase: Phase;
  readonly wall: number;
  readonly cpu: number;
}

/** Shows progress on a terminal, and keeps what each phase took. */
export class Clock implements Observer {
  readonly #io: Io;
  readonly #isShown: boolean;
  readonly #spent: Spent[] = [];
  // What was loaded before anything ran belongs to the start.
  #wall = 0;
  #cpu = 0;
  #began = performance.now();
  #said = 0;
  #width = 0;

  constructor(io: Io, isShown: boolean) {
    this.#io = io;
    this.#isShown = isShown;
  }

  phase(phase: Phase): void {
    const [wall, cpu] = [performance.now(), cpuMs()];
    this.#spent.push({ phase, wall: wall - this.#wall, cpu: cpu - this.#cpu });
    [this.#wall, this.#cpu, this.#began] = [wall, cpu, wall];
    this.#clear();
  }

  read(done: number, of: number | undefined): void {
    const now = performance.now();
    if (!this.#isShown || now - this.#began < PATIENCE_MS || now - this.#said < EVERY_MS) return;
    this.#said = now;
    this.#show(progressText(done, of, (now - this.#began) / 1000));
  }

  /** A line for each phase. */
  lines(): string[] {
    const all = { phase: "all", wall: sum(this.#spent, "wall"), cpu: sum(this.#spent, "cpu") };
    return [...this.#spent, all].map(
      ({ phase, wall, cpu }) => `${phase.padEnd(8)}${ms(wall)} ms${ms(cpu)} ms CPU`,
    );
  }

  #show(text: string): void {
    this.#io.stderr(`\r${text.padEnd(this.#width)}`);
    this.#width = text.length;
  }

  #clear(): void {
    if (this.#width > 0) this.#io.stderr(`\r${" ".repeat(this.#width)}\r`);
    this.#width = 0;
  }
}

/** "reading: 380 of 1,370 files, 210 a second, 5 s left" */
export function progressText(done: number, of: number | undefined, seconds: number): string {
  const rate = done / seconds;
  const count = of === undefined ? `${done} files` : `${done} of ${of} files`;
  const left = of === undefined ? "" : `, ${Math.ceil((of - done) / rate)} s left`;
  return `reading: ${count}, ${Math.round(rate)} a second${left}`;
}

function sum(spent: readonly Spent[], key: "wall" | "cpu"): number {
  return spent.reduce((total, each) => total + each[key], 0);
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function ms(value: number): string {
  return value.toFixed(0).padStart(8);
}

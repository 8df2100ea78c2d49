/** One thing that `escope init` would do, or has no need to. */
export interface Step {
  /** Absolute. */
  readonly path: string;
  /** What the file holds now; null where there is none. */
  readonly before: string | null;
  /** What it would hold; only ever more than before. */
  readonly after: string;
}

/** What is left alone, and why. */
export interface Left {
  readonly says: string;
}

export interface Steps {
  readonly steps: readonly Step[];
  readonly left: readonly Left[];
  /** What only the user can do, for what is written to work. */
  readonly next?: string;
}

export const nothing: Steps = { steps: [], left: [] };

export function left(says: string): Steps {
  return { steps: [], left: [{ says }] };
}

export function joinSteps(all: readonly Steps[]): Steps {
  const next = all.find((one) => one.next !== undefined)?.next;
  return {
    steps: all.flatMap(({ steps }) => steps),
    left: all.flatMap((one) => one.left),
    ...(next === undefined ? {} : { next }),
  };
}

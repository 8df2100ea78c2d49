/** Who wants to know how far a run is. */
export interface Observer {
  /** A phase ended: everything since the one before belongs to it. */
  phase(name: Phase): void;
  /** `done` files were read; of how many is only known where all are. */
  read(done: number, of: number | undefined): void;
}

export type Phase = "start" | "list" | "read" | "plan" | "render" | "write";

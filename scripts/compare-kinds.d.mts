export interface Beam {
  readonly behaviours: ReadonlySet<string>;
  readonly exports: ReadonlySet<string>;
}

export interface Indexed {
  readonly name: string;
  readonly kinds: readonly string[];
  readonly compiled: boolean | null;
  readonly computed: boolean;
  readonly derives: readonly string[];
}

export interface Row {
  readonly kind: string;
  readonly compiled: number;
  readonly found: number;
  readonly missed: readonly string[];
  readonly wrong: readonly string[];
}

export const LEAST: number;
export function readLines(text: string): Map<string, Beam>;
export function compareKinds(
  beams: ReadonlyMap<string, Beam>,
  modules: readonly Indexed[],
): {
  readonly found: ReadonlyMap<string, unknown>;
  readonly rows: readonly Row[];
  readonly unknown: readonly string[];
  readonly uncompiled: readonly string[];
};
export function scoreOf(rows: readonly Row[]): {
  readonly compiled: number;
  readonly hits: number;
  readonly wrong: number;
  readonly share: number;
};

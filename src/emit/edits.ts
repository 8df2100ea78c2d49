import type { PlannedProbe } from "../planner/index.ts";

/** A pure insertion: `text` goes in before the character at `at`. Holds no newline, so that every token keeps its line. */
export interface Edit {
  readonly at: number;
  readonly text: string;
  /** The probe it belongs to; null for what a whole module needs. */
  readonly probeId: number | null;
}

const MACROS = { clause: "probe", call: "call", expr: "expr" } as const;

/** Of probes on one and the same code, which one stands outside. */
const ORDER = { clause: 0, expr: 1, call: 2 } as const;

/**
 * The insertions that put `probes` (all of one file) into its text; those at one offset stand in the order in which they
 * go in. `alias` is how the file can name the runtime: `Escope`, or `Elixir.Escope` where that name may mean something else.
 */
export function editsFor(probes: readonly PlannedProbe[], alias: "Escope" | "Elixir.Escope"): Edit[] {
  const requires = [...new Set(probes.map(({ site }) => site.requireAt))].map((at) => ({
    at,
    text: ` require ${alias};`,
    probeId: null,
  }));
  const outerFirst = probes.toSorted(
    ({ kind: a, site: { span: one } }, { kind: b, site: { span: other } }) =>
      one.start - other.start || other.end - one.end || ORDER[a] - ORDER[b],
  );
  return [
    ...requires,
    // No probe ends where another one begins: between two pieces of code stands at least a blank or a sign.
    ...outerFirst.map((probe) => openingEdit(probe, alias)),
    ...outerFirst.toReversed().flatMap(closingEdit),
  ];
}

function openingEdit({ id, kind, mode, site, do: policy }: PlannedProbe, alias: string): Edit {
  const locals = policy?.capture?.locals?.map((name) => `:${name}`).join(", ");
  const options = `${id}, ${mode === "enter" ? ":enter, " : ""}${locals === undefined ? "" : `[${locals}], `}`;
  const [open, inner] = site.form === "prefix" ? [" ", ""] : ["(", "("];
  return { at: site.span.start, text: `${alias}.${MACROS[kind]}${open}${options}${inner}`, probeId: id };
}

function closingEdit({ id, site }: PlannedProbe): Edit[] {
  return site.form === "prefix" ? [] : [{ at: site.span.end, text: "))", probeId: id }];
}

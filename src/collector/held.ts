import type { RuleCondition } from "../protocol/index.ts";
import { as, atomName, type Term } from "./etf/index.ts";
import type { PayloadReader } from "./payloads.ts";
import type { Span } from "./spans.ts";

/** What a rule gives the events that it means. */
export interface Given {
  readonly tags: readonly string[];
  readonly mark: string | null;
}

/** What the rules give this span: of several with conditions, those whose condition held. */
export function givenTo(span: Span, payloads: PayloadReader): Given {
  const asked = span.probe?.do;
  if (asked?.any === undefined) return { tags: asked?.tag ?? [], mark: asked?.mark ?? null };
  const held = heldOf(span, asked.any, payloads);
  const tags = new Set(held.flatMap(({ tag = [] }) => tag));
  return { tags: [...tags], mark: held.find(({ mark }) => mark !== undefined)?.mark ?? null };
}

/** Of a span whose beginning was lost, those that always hold. */
function heldOf(
  span: Span,
  conditions: readonly RuleCondition[],
  payloads: PayloadReader,
): readonly RuleCondition[] {
  const bits = bitsOf(span, payloads);
  if (bits === null) return conditions.filter(({ when }) => when === undefined);
  return conditions.filter((_, place) => ((bits >> BigInt(place)) & 1n) === 1n);
}

function bitsOf({ enter, end }: Span, payloads: PayloadReader): bigint | null {
  const event = enter ?? end;
  const payload = event === null ? undefined : (payloads.read(event) ?? undefined);
  const bits = enter === null ? heldMark(payload)?.bits : as(payload, "tuple")?.items[2];
  return typeof bits === "number" || typeof bits === "bigint" ? BigInt(bits) : null;
}

function heldMark(term: Term | undefined): { readonly bits: Term; readonly value: Term } | null {
  const [tag, kind, bits, value] = as(term, "tuple")?.items ?? [];
  if (atomName(tag) !== "$escope" || atomName(kind) !== "held") return null;
  return bits === undefined || value === undefined ? null : { bits, value };
}

/** What a `mark` event tells of, whichever rules it is for. */
export function unwrapMark(term: Term | undefined): Term | undefined {
  return heldMark(term)?.value ?? term;
}

import { as, type MapTerm, type Term } from "../etf/index.ts";
import { inspectTerm } from "../inspect/index.ts";
import { markOf } from "./marks.ts";

type Entry = readonly [key: Term, value: Term];

/** What `recorded` stands for where `base` stood: itself, or, where it is a patch, the base with its changes. */
export function patched(base: Term | undefined, recorded: Term): Term {
  const patch = markOf(recorded, "patch");
  if (patch === null) return recorded;
  const map = as(base, "map") ?? { type: "map", entries: [] };
  const [changed, removed, added] = patch;
  return apply(map, as(changed, "map"), itemsOf(removed), itemsOf(added));
}

function apply(
  base: MapTerm,
  changed: MapTerm | null,
  removed: readonly Term[],
  added: readonly Term[],
): MapTerm {
  const changes = new Map(changed?.entries.map((entry) => [keyText(entry[0]), entry]));
  const gone = new Set(removed.map((key) => keyText(itemsOf(key)[0] as Term)));
  const entries: Entry[] = [];
  for (const [key, value] of base.entries) {
    const name = keyText(key);
    if (gone.has(name)) continue;
    const change = changes.get(name);
    changes.delete(name);
    entries.push(change === undefined ? [key, value] : [key, patched(value, change[1])]);
  }
  for (const place of added) insert(entries, place, changes);
  // What a redaction has taken the place of.
  for (const [key, value] of changes.values()) entries.push([key, patched(undefined, value)]);
  return { type: "map", entries };
}

/** `{after, {Key} | nil, Key}`: maps keep the order in which the VM enumerates them. */
function insert(entries: Entry[], place: Term, changes: Map<string, Entry>): void {
  const [, previous, key] = itemsOf(place);
  const added = key === undefined ? undefined : changes.get(keyText(key));
  if (added === undefined) return;
  const [before] = itemsOf(previous);
  const name = before === undefined ? null : keyText(before);
  const index = name === null ? -1 : entries.findIndex(([known]) => keyText(known) === name);
  const at = name !== null && index === -1 ? entries.length : index + 1;
  entries.splice(at, 0, [added[0], patched(undefined, added[1])]);
  changes.delete(keyText(added[0]));
}

function itemsOf(term: Term | undefined): readonly Term[] {
  return as(term, "list")?.items ?? as(term, "tuple")?.items ?? [];
}

/** Elixir prints different keys differently. */
export function keyText(key: Term): string {
  return typeof key === "object" && key.type === "atom" ? `:${key.name}` : inspectTerm(key);
}

/** The name of `known` that `name` was most likely meant to be; undefined where none is close. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((candidate) => ({ candidate, distance: editDistance(name.toLowerCase(), candidate.toLowerCase()) }))
    .toSorted(
      (a, b) =>
        a.distance - b.distance ||
        Number(b.candidate.startsWith(name)) - Number(a.candidate.startsWith(name)),
    );
  const [best] = ranked;
  // With as many changes as letters, two names have nothing in common.
  const most = Math.min(name.length - 1, Math.max(2, Math.floor(name.length / 3)));
  if (best && best.distance <= most) return best.candidate;
  // A word that was cut short.
  const begun = name.length < 4 ? [] : known.filter((candidate) => candidate.startsWith(name));
  return begun.length === 1 ? begun[0] : undefined;
}

/** Levenshtein's distance: insertions, deletions and replacements of one character. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const replaced = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}

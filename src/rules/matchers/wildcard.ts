/** Matches texts in which `*` stands for any letters and `?` for one, in time that grows with their length alone. */
export function wildcard(glob: string): (text: string) => boolean {
  return (text) => {
    let [at, from] = [0, 0];
    let [star, since] = [-1, 0];
    while (at < text.length) {
      if (glob[from] === "*") {
        star = from;
        since = at;
        from += 1;
      } else if (from < glob.length && (glob[from] === "?" || glob[from] === text[at])) {
        at += 1;
        from += 1;
      } else if (star >= 0) {
        since += 1;
        at = since;
        from = star + 1;
      } else return false;
    }
    return /^\**$/.test(glob.slice(from));
  };
}

/** The same for paths: `*` stays in its segment, `**` alone stands for any number of them. */
export function pathWildcard(glob: string): (path: string) => boolean {
  const wanted = glob.split("/").map((segment) => (segment === "**" ? undefined : wildcard(segment)));
  return (path) => {
    const segments = path.split("/");
    // Where the wanted segments so far can end.
    let ends = new Set([0]);
    for (const [at, matches] of wanted.entries()) {
      const next = new Set<number>();
      // `a/**` needs something behind it; in front and between it may be nothing.
      const least = matches === undefined && at === wanted.length - 1 && at > 0 ? 1 : 0;
      for (const end of ends) {
        if (matches === undefined) for (let to = end + least; to <= segments.length; to += 1) next.add(to);
        else if (end < segments.length && matches(segments[end] ?? "")) next.add(end + 1);
      }
      ends = next;
    }
    return ends.has(segments.length);
  };
}

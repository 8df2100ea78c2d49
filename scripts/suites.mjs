// What ExUnit's output says: shared by the two judges.

/** The failing tests: name, file and line. */
export function failuresIn(output) {
  return [...output.matchAll(/^ {1,3}\d+\) (.+)\n {5}(\S+\.exs):(\d+)/gm)].map(([, name, file, line]) => ({
    name,
    file,
    line,
  }));
}

/** The summary of each suite that ran, as "6 doctests, 1499 tests, 0 failures"; of an umbrella one an application. */
export function verdictsIn(output) {
  return [...output.matchAll(/^(?:\d+ \w+, )*\d+ tests?, \d+ failures?.*$/gm)].map(([line]) => line);
}

/** A summary without the number of failures: those are compared test by test. */
export function ran(verdict) {
  return verdict.replace(/, \d+ failures?/, "");
}

/** The names that only one of the two has. */
export function difference(names, others) {
  return [
    ...others.filter((name) => !names.includes(name)),
    ...names.filter((name) => !others.includes(name)),
  ];
}

const FILE = /\b(?:lib|test)\/[\w/.-]+\.exs?\b/;

/**
 * A compiler's warnings by file, each file's in their order (files are compiled side by side). Text and lines stay;
 * columns go, and with them the quoted source: probes shift the one and stand in the other.
 */
export function warningsByFile(stderr: string): Record<string, string[]> {
  const byFile: Record<string, string[]> = {};
  for (const warning of warningsOf(stderr)) (byFile[FILE.exec(warning)?.[0] ?? "?"] ??= []).push(warning);
  return byFile;
}

function warningsOf(stderr: string): string[] {
  const [, ...warnings] = stderr.split(/^ *warning: /m);
  return warnings.map(withoutColumns);
}

function withoutColumns(warning: string): string {
  return warning
    .split("\n")
    .filter((line) => !line.includes("│"))
    .map((line) => line.trim().replace(/(\.exs?:\d+):\d+/, "$1"))
    .join("\n")
    .trim();
}

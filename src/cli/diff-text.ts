import pc from "picocolors";

const colors = pc.createColors(true);

/** A unified diff with git's colours. */
export function colorDiff(diff: string): string {
  return diff.replaceAll(/^.*$/gm, colorLine);
}

function colorLine(line: string): string {
  if (/^(diff|---|\+\+\+) /.test(line)) return colors.bold(line);
  if (line.startsWith("@@")) return colors.cyan(line);
  if (line.startsWith("+")) return colors.green(line);
  return line.startsWith("-") ? colors.red(line) : line;
}

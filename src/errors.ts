import { positionAt, type SourceFile, type Span } from "./source.ts";

/** What may be known about an error besides its text. */
export interface ErrorDetails {
  /** What the user can do about it: one imperative sentence. */
  readonly hint: string;
  /** The file that is wrong, as the user would write its path. */
  readonly file?: string;
  /** Line and column, both from 1, in `file`. */
  readonly line?: number;
  readonly column?: number;
  /** The offending line, shown with a marker below `column`. */
  readonly frame?: string;
  readonly cause?: unknown;
}

/**
 * The user's input or surroundings are wrong: what, where, and what to do. Everything else that is thrown is a bug.
 * Commands end with exit code 2 on it.
 */
export class EscopeError extends Error {
  readonly code: string;
  readonly details: ErrorDetails;

  constructor(code: string, message: string, details: ErrorDetails) {
    super(message, { cause: details.cause });
    this.name = "EscopeError";
    this.code = code;
    this.details = details;
  }
}

/** `FILE:LINE:COLUMN: message`, the code frame and the hint, each on lines of their own. */
export function formatError(error: EscopeError): string {
  const { file, line, column, frame, hint } = error.details;
  const place = [file, line, column].filter((part) => part !== undefined).join(":");
  const lines = [`${place === "" ? "" : `${place}: `}${error.message} [${error.code}]`];
  if (frame !== undefined) lines.push(`  | ${frame}`, `  | ${" ".repeat((column ?? 1) - 1)}^`);
  lines.push(`hint: ${error.details.hint}`);
  return lines.join("\n");
}

/** The details that point at `span` in `source`. */
export function pointAt(source: SourceFile, span: Span): Omit<ErrorDetails, "hint"> {
  const { line, column } = positionAt(source.text, span.start);
  const frame = source.text.split("\n")[line - 1]?.replace(/\r$/, "") ?? "";
  return { file: source.path, line, column, frame };
}

// The catalogue: one constructor a code, sorted by code.

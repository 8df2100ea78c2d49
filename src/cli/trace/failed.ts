import { type PayloadReader, processDetails, type Span } from "../../collector/index.ts";
import { isFailure } from "./outcome.ts";

/** It raised, or its process was killed meanwhile. */
export function hasFailed(span: Span, payloads: PayloadReader): boolean {
  if (span.status === "raised") return true;
  return span.endedBy === "killed" && isFailure(processDetails(span.process, payloads).exit);
}

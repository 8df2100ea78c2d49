import {
  aiAnswerIncomplete,
  aiAnswerMalformed,
  aiFailed,
  aiKeyRefused,
  aiModelUnknown,
  aiRateLimited,
  aiTimedOut,
  aiUnreachable,
  EscopeError,
} from "../errors.ts";
import { oneLine } from "../planner/index.ts";
import { at, textAt } from "./provider.ts";
import type { AiSettings } from "./settings.ts";

/** A server may ask for a wait of hours: nobody wants to sit it out in front of a command. */
const LONGEST_WAIT = 60_000;
const FIRST_WAIT = 500;

/** How long to wait before the next try, in milliseconds; undefined where trying again is of no use. */
export function waitBefore(error: unknown, tries: number): number | undefined {
  if (isTimeout(error)) return undefined;
  const status = at(error, "status");
  const again = status === undefined ? isConnection(error) && isBroken(error) : isPassing(Number(status));
  if (!again) return undefined;
  const asked = askedWait(error);
  if (asked !== undefined) return asked <= LONGEST_WAIT ? asked : undefined;
  return Math.min(FIRST_WAIT * 2 ** tries, 8_000);
}

function isPassing(status: number): boolean {
  return status === 408 || status === 409 || status === 429 || status >= 500;
}

/** `retry-after`: seconds, or a date. */
function askedWait(error: unknown): number | undefined {
  const headers = at(error, "headers");
  const text = headers instanceof Headers ? headers.get("retry-after") : null;
  if (text === null) return undefined;
  const seconds = Number(text);
  const wait = Number.isNaN(seconds) ? Date.parse(text) - Date.now() : seconds * 1_000;
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}

/** A server that was there a moment ago; one that is not there will not be in a second, either. */
function isBroken(error: unknown): boolean {
  return /ECONNRESET|EPIPE|UND_ERR_SOCKET/.test(causeText(error));
}

/** Both SDKs name their errors so. */
function isConnection(error: unknown): boolean {
  return nameOf(error).startsWith("APIConnection");
}

function isTimeout(error: unknown): boolean {
  return nameOf(error) === "APIConnectionTimeoutError" || error instanceof Silence;
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.constructor.name : "";
}

/** The stream said nothing for too long. */
export class Silence extends Error {}

/** What can happen while the answer comes, beside what the server itself says is wrong. */
export function streamFailure(error: unknown, url: string): unknown {
  if (error instanceof SyntaxError) return aiAnswerMalformed("its stream is not JSON");
  return at(error, "error") === undefined ? aiAnswerIncomplete(new URL(url).host) : error;
}

/** What went wrong at the provider, as an error of the user's surroundings. The key is never part of it. */
export function failureOf(error: unknown, settings: AiSettings, url: string): EscopeError {
  if (error instanceof EscopeError) return error;
  const host = new URL(url).host;
  if (isTimeout(error)) return aiTimedOut(host, settings.timeout / 1_000, error);
  const said = saidIn(error, settings.key);
  const status = Number(at(error, "status") ?? 0);
  if (status === 401 || status === 403) return aiKeyRefused(host, settings.keyName, said);
  if (status === 404) return aiModelUnknown(host, settings.model, said);
  if (status === 429) return aiRateLimited(host, said, askedWait(error));
  if (isConnection(error)) return aiUnreachable(host, causeText(error), error);
  return aiFailed(host, status, said);
}

function causeText(error: unknown): string {
  const texts: string[] = [];
  for (let one = at(error, "cause"); one !== undefined && texts.length < 4; one = at(one, "cause"))
    texts.push(textAt(one, "code") || textAt(one, "message"));
  return oneLine(texts.findLast(Boolean) ?? textAt(error, "message"));
}

/** The server's own words, on one line. */
function saidIn(error: unknown, key: string | undefined): string {
  const body = at(error, "error");
  const text =
    textAt(body, "error", "message") || textAt(body, "message") || textAt(error, "message") || String(error);
  return oneLine(key === undefined ? text : text.replaceAll(key, "[key]"));
}

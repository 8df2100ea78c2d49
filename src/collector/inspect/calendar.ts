import { as, atomName, type Term, textOf } from "../etf/index.ts";
import type { Fields, StructPrinter } from "./struct.ts";

/** The sigils of the ISO calendar. Other calendars, and fields that were cut, print as plain structs. */
export const CALENDAR_PRINTERS: Readonly<Record<string, StructPrinter>> = {
  "Elixir.Date": (fields) => sigil("D", dateText(fields)),
  "Elixir.Time": (fields) => sigil("T", timeText(fields)),
  "Elixir.NaiveDateTime": (fields) => sigil("N", dateTimeText(fields)),
  "Elixir.DateTime": (fields) => zonedText(fields),
};

function sigil(letter: string, text: string | null): string | null {
  return text === null ? null : `~${letter}[${text}]`;
}

function dateText(fields: Fields): string | null {
  const [year, month, day] = numbers(fields, "year", "month", "day");
  if (!isIso(fields) || year === undefined || month === undefined || day === undefined) return null;
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`;
}

function timeText(fields: Fields): string | null {
  const [hour, minute, second] = numbers(fields, "hour", "minute", "second");
  const fraction = fractionText(fields.get("microsecond"));
  if (!isIso(fields) || hour === undefined || minute === undefined || second === undefined) return null;
  return fraction === null ? null : `${pad(hour, 2)}:${pad(minute, 2)}:${pad(second, 2)}${fraction}`;
}

function dateTimeText(fields: Fields): string | null {
  const date = dateText(fields);
  const time = timeText(fields);
  return date === null || time === null ? null : `${date} ${time}`;
}

function zonedText(fields: Fields): string | null {
  const text = dateTimeText(fields);
  const [utc, standard] = numbers(fields, "utc_offset", "std_offset");
  const zone = textOf(fields.get("time_zone"));
  const abbreviation = textOf(fields.get("zone_abbr"));
  if (text === null || zone === null || abbreviation === null) return null;
  if (utc === undefined || standard === undefined) return null;
  if (zone === "Etc/UTC" && utc + standard === 0) return `~U[${text}Z]`;
  const place = zone === "Etc/UTC" ? "" : ` ${abbreviation} ${zone}`;
  return `#DateTime<${text}${offsetText(utc + standard)}${place}>`;
}

function offsetText(seconds: number): string {
  const total = Math.abs(seconds);
  const hours = Math.floor(total / 3600);
  const minutes = Math.floor((total % 3600) / 60);
  return `${seconds < 0 ? "-" : "+"}${pad(hours, 2)}:${pad(minutes, 2)}`;
}

function fractionText(microsecond: Term | undefined): string | null {
  const [value, precision] = as(microsecond, "tuple")?.items ?? [];
  if (typeof value !== "number" || typeof precision !== "number") return null;
  return precision === 0 ? "" : `.${pad(value, 6).slice(0, precision)}`;
}

function isIso(fields: Fields): boolean {
  return atomName(fields.get("calendar")) === "Elixir.Calendar.ISO";
}

function numbers(fields: Fields, ...names: string[]): number[] {
  return names.map((name) => fields.get(name)).filter((value) => typeof value === "number");
}

function pad(value: number, width: number): string {
  return `${value < 0 ? "-" : ""}${String(Math.abs(value)).padStart(width, "0")}`;
}

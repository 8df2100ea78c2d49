import { atomName, type Term } from "../etf/index.ts";
import type { StructPrinter } from "./struct.ts";

/** `Decimal.new("12.50")`, in the library's scientific notation. */
export const DECIMAL_PRINTER: StructPrinter = (fields) => {
  const exponent = fields.get("exp");
  const sign = fields.get("sign") === -1 ? "-" : "";
  const digits = coefficient(fields.get("coef"));
  if (digits === null || typeof exponent !== "number") return null;
  return `Decimal.new("${sign}${/^\d/.test(digits) ? scientific(digits, exponent) : digits}")`;
};

function coefficient(coef: Term | undefined): string | null {
  if (typeof coef === "number" || typeof coef === "bigint") return String(coef);
  const name = atomName(coef);
  if (name === "inf") return "Infinity";
  return name === "NaN" ? "NaN" : null;
}

function scientific(digits: string, exponent: number): string {
  const adjusted = exponent + digits.length - 1;
  if (exponent === 0) return digits;
  if (exponent < 0 && adjusted >= -6) {
    const padded = digits.padStart(1 - exponent, "0");
    return `${padded.slice(0, exponent)}.${padded.slice(exponent)}`;
  }
  const fraction = digits.length > 1 ? `.${digits.slice(1)}` : "";
  return `${digits[0]}${fraction}E${adjusted >= 0 ? "+" : ""}${adjusted}`;
}

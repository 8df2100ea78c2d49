const DECIMAL_BELOW = 1e16;

/** The shortest digits that give the float back; decimal or scientific, whichever is shorter. */
export function inspectFloat(value: number): string {
  if (Object.is(value, -0)) return "-0.0";
  if (value < 0) return `-${inspectFloat(-value)}`;
  if (value >= 1 && value < DECIMAL_BELOW && Number.isInteger(value)) return `${value}.0`;
  const [mantissa = "", exponentText = ""] = value.toExponential().split("e");
  const exponent = Number(exponentText);
  const digits = mantissa.replace(".", "");
  const scientific = `${mantissa.includes(".") ? mantissa : `${mantissa}.0`}e${exponent}`;
  const decimal = pointed(digits, exponent);
  return value < DECIMAL_BELOW && decimal.length <= scientific.length ? decimal : scientific;
}

function pointed(digits: string, exponent: number): string {
  if (exponent < 0) return `0.${"0".repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, "0");
  return `${whole}.${digits.slice(exponent + 1) || "0"}`;
}

import { expect, it } from "vitest";
import { decodeTerm } from "../../src/collector/etf/index.ts";
import { inspectTerm } from "../../src/collector/inspect/index.ts";
import { encode } from "./elixir.ts";

const CASES: readonly (readonly [elixir: string, shown: string])[] = [
  ['[1, 2, {:"$escope", :more, 3}]', "[1, 2, ... (3 more)]"],
  ['[1, {:"$escope", :more, nil}]', "[1, ...]"],
  ['[a: 1] ++ [{:"$escope", :more, 3}]', "[a: 1, ... (3 more)]"],
  ["'abc' ++ [{:\"$escope\", :more, 1200}]", '~c"abc" ++ ... (1200 more)'],
  ['{1, {:"$escope", :more, 2}}', "{1, ... (2 more)}"],
  ['%{{:"$escope", :more} => 4, a: 1}', "%{a: 1, ... (4 more)}"],
  ['%{{:"$escope", :more} => nil, "a" => 1}', '%{"a" => 1, ...}'],
  ['%{{:"$escope", :more} => 2, __struct__: URI, host: "h"}', '%URI{host: "h", ... (2 more)}'],
  ['{:"$escope", :binary, "pre\\n", 1_234_567}', '"pre\\n" <> ... (1.2 MB)'],
  ['{:"$escope", :binary, <<"caf", 0xC3>>, 999}', '"caf" <> ... (999 bytes)'],
  ['{:"$escope", :binary, <<1, 255>>, 5000}', "<<1, 255, ...>> (5.0 kB)"],
  ['{:"$escope", :depth}', "..."],
  ['{:"$escope", :redacted}', "[REDACTED]"],
  ['{:"$escope", :unknown}', "(unknown)"],
  ['{:"$escope", :left_out}', "(left out)"],
  ['[{:"$escope", :depth}, {:"$escope", :redacted}]', "[..., [REDACTED]]"],
  [
    '{:"$escope", :fun, Shop.Cart, :"-handle_call/3-fun-0-", 2}',
    "#Function<fn/2 in Shop.Cart.handle_call/3>",
  ],
  ['%{password: {:"$escope", :redacted}}', "%{password: [REDACTED]}"],
  // Fields that were cut are no date any more.
  [
    '%{~D[2024-01-01] | year: {:"$escope", :depth}}',
    "%Date{calendar: Calendar.ISO, day: 1, month: 1, year: ...}",
  ],
  ['{:"$escope", :later}', '{:"$escope", :later}'],
  ["%{__struct__: Decimal, sign: -1, coef: 12345, exp: -2}", 'Decimal.new("-123.45")'],
  ["%{__struct__: Decimal, sign: 1, coef: 5, exp: 3}", 'Decimal.new("5E+3")'],
  ["%{__struct__: Decimal, sign: 1, coef: 5, exp: -3}", 'Decimal.new("0.005")'],
  ["%{__struct__: Decimal, sign: 1, coef: :NaN, exp: 0}", 'Decimal.new("NaN")'],
];

it("shows what was left out", () => {
  const terms = encode(CASES.map(([elixir]) => elixir)).map((bytes) => inspectTerm(decodeTerm(bytes)));
  expect(terms).toEqual(CASES.map(([, shown]) => shown));
});

it("shows processes of other nodes by the node's name", () => {
  const pid = { type: "pid", node: "shop@host", id: 5, serial: 1 } as const;
  expect(inspectTerm(pid)).toBe("#PID<shop@host.5.1>");
  expect(inspectTerm(pid, { localNodes: new Set(["shop@host"]) })).toBe("#PID<0.5.1>");
});

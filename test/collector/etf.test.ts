import { deflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { decodeTerm, EtfError, type Term } from "../../src/collector/etf/index.ts";
import { encode } from "./elixir.ts";

const atom = (name: string): Term => ({ type: "atom", name });
const bytes = (...parts: (number | string)[]): Buffer =>
  Buffer.concat([
    Buffer.of(131),
    ...parts.map((part) => (typeof part === "number" ? Buffer.of(part) : Buffer.from(part))),
  ]);
const NODE = [119, 3, "a@b"] as const;

describe("decodeTerm", () => {
  it("keeps apart what Elixir keeps apart", () => {
    const terms = encode([
      "1",
      "1.0",
      ":a",
      '"a"',
      "'ab'",
      "[97, 98]",
      "{1, 2}",
      "[1, 2]",
      "[1 | 2]",
      "<<5::3>>",
      "2 ** 70",
    ]);
    expect(terms.map((term) => decodeTerm(term))).toEqual([
      1,
      { type: "float", value: 1 },
      atom("a"),
      { type: "binary", bytes: Buffer.from("a"), lastBits: 8 },
      { type: "list", items: [97, 98] },
      { type: "list", items: [97, 98] },
      { type: "tuple", items: [1, 2] },
      { type: "list", items: [1, 2] },
      { type: "list", items: [1], tail: 2 },
      { type: "binary", bytes: Buffer.of(0b1010_0000), lastBits: 3 },
      2n ** 70n,
    ]);
  });

  it("keeps the order of a map's entries", () => {
    const decoded = decodeTerm(bytes(116, 0, 0, 0, 2, 97, 2, 97, 20, 97, 1, 97, 10));
    expect(decoded).toEqual({
      type: "map",
      entries: [
        [2, 20],
        [1, 10],
      ],
    });
  });

  it("reads the forms that only older or newer VMs write", () => {
    expect(decodeTerm(bytes(100, 0, 1, 0xe9))).toEqual(atom("é"));
    expect(decodeTerm(bytes(115, 1, 0xe9))).toEqual(atom("é"));
    expect(decodeTerm(bytes(118, 0, 2, 0xc3, 0xa9))).toEqual(atom("é"));
    expect(decodeTerm(bytes(99, "1.50000000000000000000e+00\0\0\0\0\0"))).toEqual({
      type: "float",
      value: 1.5,
    });
    const pid = { type: "pid", node: "a@b", id: 7, serial: 1 };
    expect(decodeTerm(bytes(103, ...NODE, 0, 0, 0, 7, 0, 0, 0, 1, 2))).toEqual(pid);
    expect(decodeTerm(bytes(88, ...NODE, 0, 0, 0, 7, 0, 0, 0, 1, 0, 0, 0, 2))).toEqual(pid);
    const port = { type: "port", node: "a@b", id: 9 };
    expect(decodeTerm(bytes(102, ...NODE, 0, 0, 0, 9, 2))).toEqual(port);
    expect(decodeTerm(bytes(89, ...NODE, 0, 0, 0, 9, 0, 0, 0, 2))).toEqual(port);
    expect(decodeTerm(bytes(120, ...NODE, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 2))).toEqual(port);
    const reference = { type: "reference", node: "a@b", words: [5, 6] };
    expect(decodeTerm(bytes(114, 0, 2, ...NODE, 1, 0, 0, 0, 5, 0, 0, 0, 6))).toEqual(reference);
    expect(decodeTerm(bytes(90, 0, 2, ...NODE, 0, 0, 0, 1, 0, 0, 0, 5, 0, 0, 0, 6))).toEqual(reference);
    expect(decodeTerm(bytes(101, ...NODE, 0, 0, 0, 5, 1))).toEqual({
      type: "reference",
      node: "a@b",
      words: [5],
    });
    expect(decodeTerm(bytes(121, 1, 2, 3, 4, 5, 6, 7, 8, 97, 3))).toBe(3);
    expect(decodeTerm(bytes(111, 0, 0, 0, 1, 1, 5))).toBe(-5);
  });

  it("steps over what a closure holds", () => {
    const [fun = Buffer.of()] = encode(["(fn x -> fn y -> {x, y} end end).(List.duplicate(:held, 100))"]);
    expect(decodeTerm(fun)).toMatchObject({ type: "fun", arity: 1 });
  });

  it("reads the compressed form", () => {
    const [plain = Buffer.of(), packed = Buffer.of()] = encode([
      "Enum.to_list(1..300)",
      ":erlang.term_to_binary(Enum.to_list(1..300), [:compressed])",
    ]);
    const inner = decodeTerm(packed);
    expect(inner).toMatchObject({ type: "binary" });
    expect(decodeTerm((inner as { bytes: Buffer }).bytes)).toEqual(decodeTerm(plain));
  });

  it("refuses lengths that lie, before it believes them", () => {
    const huge = [0xff, 0xff, 0xff, 0xff];
    for (const tag of [108, 105, 116, 109, 77, 111]) {
      expect(() => decodeTerm(bytes(tag, ...huge, 97, 1)), `tag ${tag}`).toThrow(EtfError);
    }
    expect(() => decodeTerm(bytes(80, ...huge, "x"))).toThrow(EtfError);
    const bomb = Buffer.concat([bytes(80, 0, 0, 0, 10), deflateSync(Buffer.alloc(1 << 20, 106))]);
    expect(() => decodeTerm(bomb)).toThrow(EtfError);
  });

  it("refuses unknown tags, missing versions and bytes after the term", () => {
    for (const wrong of [
      Buffer.of(),
      Buffer.of(97, 1),
      bytes(),
      bytes(1),
      bytes(97, 1, 0),
      bytes(70, 127, 0xf0, 0, 0, 0, 0, 0, 0),
    ]) {
      expect(() => decodeTerm(wrong)).toThrow(EtfError);
    }
  });

  it("bears deep terms, and says so where they are too deep", () => {
    expect(decodeTerm(nested(900))).toMatchObject({ type: "list" });
    expect(() => decodeTerm(nested(50_000))).toThrow("nested deeper than 1000");
  });

  it("ends on any damage with a term or an EtfError", () => {
    const samples = encode([
      "%{a: [1, 2.5, \"text\", {:b, self(), make_ref()}], nested: %{1 => 'abc', 2 => [1 | 2]}, f: &String.length/1}",
      "%{~D[2024-01-01] | year: 2 ** 100}",
      "Enum.map(1..50, &{&1, to_string(&1)}) |> Map.new()",
    ]);
    let kept = 0;
    let refused = 0;
    for (const sample of samples) {
      for (const damaged of damagedCopies(sample)) {
        try {
          decodeTerm(damaged);
          kept += 1;
        } catch (error) {
          expect(error).toBeInstanceOf(EtfError);
          refused += 1;
        }
      }
    }
    expect(kept).toBeGreaterThan(100);
    expect(refused).toBeGreaterThan(100);
  });
});

/** Every cut, and every byte changed in several ways. */
function* damagedCopies(sample: Buffer): Generator<Buffer> {
  for (let at = 0; at < sample.length; at += 1) {
    yield sample.subarray(0, at);
    for (const change of [1, 0x55, 0x80, 0xff]) {
      const copy = Buffer.from(sample);
      copy[at] = (copy[at] as number) ^ change;
      yield copy;
    }
  }
}

/** A list in a list in a list. */
function nested(depth: number): Buffer {
  const heads = Buffer.alloc(depth * 5, Buffer.of(108, 0, 0, 0, 1));
  return Buffer.concat([Buffer.of(131), heads, Buffer.alloc(depth + 1, 106)]);
}

import fs from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Cache } from "../../src/project/index.ts";
import { tempFolder } from "./sandbox.ts";

function filled(): { folder: string; file: string } {
  const folder = join(tempFolder(), "cache");
  const cache = new Cache(folder, "tool 1");
  cache.set("a", "one ü");
  cache.set("b", "two\nlines");
  cache.save();
  return { folder, file: join(folder, fs.readdirSync(folder)[0] ?? "") };
}

test("gives back what was set, in this process and in the next", () => {
  const { folder } = filled();
  const cache = new Cache(folder, "tool 1");
  expect([cache.get("a"), cache.get("b"), cache.get("c")]).toEqual(["one ü", "two\nlines", undefined]);
});

test("another tool finds nothing, and harms nothing", () => {
  const { folder } = filled();
  const other = new Cache(folder, "tool 2");
  expect(other.get("a")).toBeUndefined();
  other.set("a", "else");
  other.save();
  expect(new Cache(folder, "tool 1").get("a")).toBe("one ü");
});

test("what nobody asked for is left out at the next save", () => {
  const { folder } = filled();
  const cache = new Cache(folder, "tool 1");
  cache.get("a");
  cache.save();
  expect(new Cache(folder, "tool 1").get("b")).toBeUndefined();
});

test("whatever became of the file, an entry is right or missing, and the next save mends it", () => {
  const { folder, file } = filled();
  const whole = fs.readFileSync(file);
  for (let at = 0; at < whole.length; at += 1) {
    const flipped = Buffer.from(whole);
    flipped[at] = (flipped[at] ?? 0) ^ 1;
    for (const bytes of [whole.subarray(0, at), flipped]) {
      fs.writeFileSync(file, bytes);
      expect([undefined, "one ü"]).toContain(new Cache(folder, "tool 1").get("a"));
    }
  }
  const cache = new Cache(folder, "tool 1");
  cache.set("a", "new");
  cache.save();
  expect(new Cache(folder, "tool 1").get("a")).toBe("new");
});

test("where nothing can be written, nothing is kept and nobody is troubled", () => {
  const blocked = join(tempFolder(), "file");
  fs.writeFileSync(blocked, "");
  const cache = new Cache(join(blocked, "cache"), "tool 1");
  cache.set("a", "one");
  expect(() => cache.save()).not.toThrow();
});

test("few rule sets are kept, the last used ones", () => {
  const { folder } = filled();
  for (let tool = 2; tool < 9; tool += 1) {
    const cache = new Cache(folder, `tool ${tool}`);
    cache.set("a", String(tool));
    cache.save();
  }
  expect(fs.readdirSync(folder)).toHaveLength(4);
  expect(new Cache(folder, "tool 8").get("a")).toBe("8");
});

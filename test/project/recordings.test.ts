import fs from "node:fs";
import { join, relative } from "node:path";
import { expect, test } from "vitest";
import { newRecordingDir, projectFolder, recordingsDir } from "../../src/project/index.ts";
import { codeFrom, newProject, snapshot, tempFolder } from "./sandbox.ts";

test("a recording's folder is named by its time and made, and .escope ignores itself", () => {
  const root = newProject();
  const dir = newRecordingDir(root, new Date("2026-11-22T13:05:09.700Z"));
  expect(relative(recordingsDir(root), dir)).toMatch(/^2026-11-22T13-05-09-[0-9a-f]{4}$/);
  expect(fs.readdirSync(dir)).toEqual([]);
  expect(fs.readFileSync(join(root, ".escope/.gitignore"), "utf8")).toBe("*\n");
});

test("names sort by time, and two of one second differ", () => {
  const root = newProject();
  const dirs = [9, 9, 10, 11].map((second) =>
    newRecordingDir(root, new Date(Date.UTC(2026, 0, 1, 0, 0, second))),
  );
  expect(new Set(dirs).size).toBe(4);
  expect(dirs.slice(1).sort()).toEqual(dirs.slice(1));
});

test("an ignore file that the user wrote stays", () => {
  const root = newProject({ ".escope/.gitignore": "cache\n" });
  projectFolder(root);
  expect(snapshot(root)[".escope/.gitignore"]).toBe("644 cache\n");
});

test("a link in the place of .escope is refused", () => {
  const elsewhere = tempFolder();
  const root = newProject({ ".escope": `-> ${elsewhere}` });
  expect(codeFrom(() => newRecordingDir(root, new Date()))).toBe("OUT_THROUGH_LINK");
  expect(fs.readdirSync(elsewhere)).toEqual([]);
});

import fs from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { lay, newProject, planFor, tempFolder, write } from "./sandbox.ts";

/** Where the tree's link at `path` ends. */
function ends(root: string, path: string, out?: string): string {
  const plan = planFor(root, out);
  write(root, plan);
  expect(fs.readlinkSync(join(plan.out, path))).not.toMatch(/^\//);
  return fs.realpathSync.native(join(plan.out, path));
}

const places = {
  inside: (): undefined => undefined,
  elsewhere: (): string => join(tempFolder(), "deep/tree"),
};

describe.each(Object.entries(places))("out %s: a link", (_name, place) => {
  test("to a file of the project leads to the mirrored one", () => {
    const out = place();
    const root = newProject({
      "lib/a.ex": "a",
      "priv/x/l": "-> ../../lib/a.ex",
      "priv/x/up": "-> ../../../proj/lib/a.ex",
    });
    lay(root, { absolute: `-> ${root}/lib/a.ex` });
    const tree = out ?? join(root, "_escope");
    for (const path of ["priv/x/l", "priv/x/up", "absolute"])
      expect(ends(root, path, out), path).toBe(join(tree, "lib/a.ex"));
  });

  test("out of the project leads to the original", () => {
    const out = place();
    const root = newProject({ "priv/shared": "-> ../../shared", "priv/abs": "-> /etc" });
    lay(join(root, ".."), { "shared/s.ex": "s" });
    expect(ends(root, "priv/shared", out)).toBe(join(root, "../shared"));
    expect(ends(root, "priv/abs", out)).toBe("/etc");
  });

  test("among sources is followed: what Mix compiles behind it stands in its place", () => {
    const out = place();
    const root = newProject({ "lib/shared": "-> ../../shared", "lib/one.ex": "-> ../../shared/s.ex" });
    lay(join(root, ".."), { "shared/s.ex": "s", "shared/page.eex": "p", "shared/again": "-> ." });
    const plan = planFor(root, out);
    write(root, plan);
    const tree = (path: string): string => fs.readFileSync(join(plan.out, path), "utf8");
    for (const path of ["lib/shared/s.ex", "lib/one.ex"]) expect(tree(path)).toBe("# probed\ns");
    expect(tree("lib/shared/page.eex")).toBe("p");
    expect(fs.readlinkSync(join(plan.out, "lib/shared/again"))).toBe(".");
    expect(fs.readFileSync(join(root, "../shared/s.ex"), "utf8")).toBe("s");
    expect(write(root, planFor(root, out)).written).toBe(0);
  });

  test("among sources to what holds none stays a link", () => {
    const out = place();
    const root = newProject({ "lib/assets": "-> ../../assets" });
    lay(join(root, ".."), { "assets/app.css": "" });
    expect(ends(root, "lib/assets", out)).toBe(join(root, "../assets"));
  });

  test("through another link means the same as in the original", () => {
    const out = place();
    const root = newProject({ far: "-> ../elsewhere/deep", "priv/l": "-> ../far/../sibling" });
    lay(join(root, ".."), { "elsewhere/deep/x": "", "elsewhere/sibling": "right", sibling: "wrong" });
    expect(fs.readFileSync(ends(root, "priv/l", out), "utf8")).toBe("right");
  });

  test("into dependencies resolves", () => {
    const out = place();
    const root = newProject({ "deps/d/lib/x": "x", "deps/d/priv/y": "y", "priv/d": "-> ../deps/d/lib" });
    expect(ends(root, "priv/d", out)).toBe(join(out ?? join(root, "_escope"), "deps/d/lib"));
  });

  test("into what is not mirrored leads to the original", () => {
    const out = place();
    const root = newProject({ ".git/HEAD": "ref", head: "-> .git/HEAD" });
    expect(ends(root, "head", out)).toBe(join(root, ".git/HEAD"));
  });

  test("to itself, in a circle, to the root or to nowhere is mirrored as what it is", () => {
    const out = place();
    const root = newProject({
      self: "-> self",
      a: "-> b",
      b: "-> a",
      "lib/root": "-> ..",
      lost: "-> nowhere",
    });
    const plan = planFor(root, out);
    write(root, plan);
    const targets = ["self", "a", "b", "lib/root", "lost"].map((path) =>
      fs.readlinkSync(join(plan.out, path)),
    );
    expect(targets).toEqual(["self", "b", "a", "..", "nowhere"]);
    expect(write(root, planFor(root, out)).written).toBe(0);
  });
});

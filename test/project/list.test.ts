import fs from "node:fs";
import { execFileSync } from "node:child_process";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  listFiles,
  openProject,
  type ProjectFiles,
  type SourceRoots,
  treeFolder,
} from "../../src/project/index.ts";
import { lay, newProject, snapshot, write } from "./sandbox.ts";

function list(root: string, roots: SourceRoots | readonly string[] = ["lib"], out?: string): ProjectFiles {
  const project = openProject(root);
  return listFiles(project, treeFolder(project, out), roots);
}

const paths = (files: readonly { readonly path: string }[]): string[] => files.map(({ path }) => path);

describe("sources", () => {
  test("are the .ex files below the roots, sorted, with their text", () => {
    const root = newProject({
      "lib/b.ex": "b",
      "lib/a/z.ex": "z",
      "lib/a.exs": "s",
      "libs/c.ex": "c",
      "test/t.ex": "t",
    });
    const { sources, others } = list(root);
    expect(sources).toEqual([
      { path: "lib/a/z.ex", text: "z" },
      { path: "lib/b.ex", text: "b" },
    ]);
    expect(others).toEqual(["lib/a.exs", "libs/c.ex", "mix.exs", "test/t.ex"]);
  });

  test("roots can be written in several ways, be files, or be the project itself", () => {
    const root = newProject({ "lib/a.ex": "a", "one.ex": "1", "apps/x/lib/x.ex": "x" });
    expect(paths(list(root, ["./lib/", "apps/x/lib", "one.ex"]).sources)).toEqual([
      "apps/x/lib/x.ex",
      "lib/a.ex",
      "one.ex",
    ]);
    expect(paths(list(root, ["."]).sources)).toEqual(["apps/x/lib/x.ex", "lib/a.ex", "one.ex"]);
  });

  test("scripts count below their own roots only", () => {
    const root = newProject({ "lib/a.exs": "", "test/a_test.exs": "", "test/support/s.ex": "" });
    const { sources } = list(root, { compiled: ["lib"], scripts: ["test"] });
    expect(paths(sources)).toEqual(["test/a_test.exs", "test/support/s.ex"]);
  });

  test("names with a leading dot are no sources: Mix does not compile them", () => {
    const root = newProject({ "lib/.a.ex": "", "lib/.b/c.ex": "", "lib/.#d.ex": "-> user@host.1" });
    const { sources, others, links } = list(root);
    expect([sources, others, paths(links)]).toEqual([
      [],
      ["lib/.a.ex", "lib/.b/c.ex", "mix.exs"],
      ["lib/.#d.ex"],
    ]);
  });

  test("byte order marks and carriage returns stay", () => {
    const root = newProject({ "lib/a.ex": "\uFEFFa\r\n" });
    expect(list(root).sources[0]?.text).toBe("\uFEFFa\r\n");
  });

  test("what is no UTF-8 is reported and mirrored", () => {
    const root = newProject({ "lib/a.ex": "" });
    fs.writeFileSync(join(root, "lib/a.ex"), Buffer.from([0x61, 0xe9, 0x0a]));
    const files = list(root);
    expect(files.unreadable).toEqual([{ path: "lib/a.ex", reason: "it is no valid UTF-8" }]);
    expect([files.sources, files.others]).toEqual([[], ["lib/a.ex", "mix.exs"]]);
    write(root);
    expect(fs.readFileSync(join(root, "_escope/lib/a.ex"))).toEqual(Buffer.from([0x61, 0xe9, 0x0a]));
  });
});

describe("left out", () => {
  test("what tools make beside a mix.exs; elsewhere such a name is the user's", () => {
    const made = ["_build/dev/x", "deps/d/x.txt", "cover/x", ".elixir_ls/x", ".lexical/x", ".escope/cache/x"];
    const layout = Object.fromEntries(
      ["", "apps/a/"].flatMap((dir) => made.map((path) => [dir + path, "x"])),
    );
    const root = newProject({
      ...layout,
      "apps/a/mix.exs": "",
      "lib/deps/x.ex": "",
      "priv/cover/x": "",
      ".git/HEAD": "",
      "sub/.git": "",
    });
    const { sources, others } = list(root);
    expect([paths(sources), others]).toEqual([
      ["lib/deps/x.ex"],
      ["apps/a/mix.exs", "mix.exs", "priv/cover/x"],
    ]);
  });

  test("the out folder, wherever it is, and other trees", () => {
    const root = newProject({ "lib/a.ex": "a", "tmp/tree/x": "x", "tmp/y": "y" });
    write(root);
    expect(list(root, ["lib"], join(root, "tmp/tree")).others).toEqual(["mix.exs", "tmp/y"]);
    expect(list(root, ["lib"]).others).toEqual(["mix.exs", "tmp/tree/x", "tmp/y"]);
  });

  test("empty folders are listed", () => {
    const root = newProject({ "priv/uploads/": "", "priv/x": "" });
    expect(list(root).folders).toEqual(["priv/uploads"]);
  });
});

describe("what cannot be read", () => {
  test("fifos and sockets are reported and never opened", async () => {
    const root = newProject({ "lib/a.ex": "a" });
    execFileSync("mkfifo", [join(root, "lib/pipe.ex"), join(root, "pipe")]);
    const server = createServer();
    await new Promise<void>((ready) => server.listen(join(root, "sock"), ready));
    const { unreadable, others, sources } = list(root);
    server.close();
    expect(unreadable).toEqual([
      { path: "lib/pipe.ex", reason: "it is a fifo" },
      { path: "pipe", reason: "it is a fifo" },
      { path: "sock", reason: "it is a socket" },
    ]);
    expect([others, paths(sources)]).toEqual([["mix.exs"], ["lib/a.ex"]]);
  });

  test.skipIf(process.getuid?.() !== 0)(
    "files and folders without permission are reported, the rest is listed",
    () => {
      const root = newProject({ "lib/a.ex": "a", "lib/b.ex": "b", "priv/secret": "s", "priv/closed/x": "x" });
      fs.chmodSync(join(root, "lib/b.ex"), 0);
      fs.chmodSync(join(root, "priv/secret"), 0);
      fs.chmodSync(join(root, "priv/closed"), 0);
      fs.chmodSync(join(root, ".."), 0o755);
      const isRoot = process.getuid?.() === 0;
      if (isRoot) process.seteuid?.(65_534);
      try {
        const files = list(root);
        const reason = "it cannot be read (permission denied)";
        expect(files.unreadable).toEqual(
          ["lib/b.ex", "priv/closed", "priv/secret"].map((path) => ({ path, reason })),
        );
        expect([paths(files.sources), files.others]).toEqual([["lib/a.ex"], ["mix.exs"]]);
      } finally {
        if (isRoot) process.seteuid?.(0);
      }
    },
  );

  test.skipIf(process.platform !== "linux")("a name that is no UTF-8", () => {
    const root = newProject();
    fs.writeFileSync(Buffer.concat([Buffer.from(`${root}/caf`), Buffer.from([0xe9])]), "x");
    const { unreadable, others } = list(root);
    expect([unreadable.length, others]).toEqual([1, ["mix.exs"]]);
    write(root);
  });
});

describe("dependencies", () => {
  const layout = {
    "deps/jason/mix.exs": "j",
    "deps/stray.txt": "",
    "_build/dev/lib/jason/ebin/jason.app": "",
    "_build/test/lib/jason/ebin/jason.app": "",
    "_build/dev/lib/a/ebin/a.app": "",
    "_build/dev/lib/escope/ebin/escope.app": "",
    "_build/dev/lib/broken/x": "",
    "_build/esbuild-linux-x64": "program",
  };

  test("are copied; their builds are told from the project's own", () => {
    const { links, builds, others } = list(newProject(layout));
    expect(links).toEqual([]);
    expect(paths(builds)).toEqual(["_build/dev/lib/jason", "_build/test/lib/jason", "deps/jason"]);
    expect(others).toEqual(["_build/esbuild-linux-x64", "mix.exs"]);
  });

  test("are copied without what they make in their own folder, until the original changes", () => {
    const inner = {
      "deps/t/rebar.config": "r",
      "deps/t/src/in/t.erl": "e",
      "deps/t/_build/x": "x",
      "deps/t/l": "-> ../jason/mix.exs",
    };
    const root = newProject({ ...layout, ...inner });
    write(root);
    const copy = join(root, "_escope/deps/t");
    expect([fs.lstatSync(copy).isDirectory(), fs.readdirSync(copy)]).toEqual([
      true,
      ["l", "rebar.config", "src"],
    ]);
    expect(fs.readFileSync(join(copy, "l"), "utf8")).toBe("j");
    const before = snapshot(join(root, "deps"), { times: true });
    lay(copy, { "_build/made": "in the tree", "priv/made": "here", "src/in/t.erl": "changed here" });
    expect(write(root).written).toBe(0);
    expect(snapshot(join(root, "deps"), { times: true })).toEqual(before);
    fs.writeFileSync(join(root, "deps/t/src/in/t.erl"), "e2");
    expect(write(root).written).toBe(1);
    expect(snapshot(copy)).toEqual({
      l: "-> ../jason/mix.exs",
      "rebar.config": "644 r",
      "src/in/t.erl": "644 e2",
    });
  });

  test("that Mix fetched in the tree give way to those of the original; a link of an earlier escope does", () => {
    const root = newProject({ "lib/a.ex": "a" });
    write(root);
    lay(root, { "_escope/deps/d/mix.exs": "theirs", "_escope/deps/d/x": "x" });
    lay(root, { "deps/d/mix.exs": "ours" });
    write(root);
    expect(snapshot(join(root, "_escope/deps/d"))).toEqual({ "mix.exs": "644 ours" });
    lay(root, { "_escope/deps/d": null });
    lay(root, { "_escope/deps/d": "-> ../../deps/d" });
    const marker = join(root, "_escope/.escope/tree.json");
    const entry = /"deps\/d": "[^"]*"/;
    fs.writeFileSync(marker, fs.readFileSync(marker, "utf8").replace(entry, '"deps/d": "link ../../deps/d"'));
    write(root);
    expect(fs.lstatSync(join(root, "_escope/deps/d")).isDirectory()).toBe(true);
    expect(fs.readFileSync(join(root, "deps/d/mix.exs"), "utf8")).toBe("ours");
  });

  test("that are compiled do not take along what binds them to their place", () => {
    const name = "_build/dev/lib/jason/.mix/compile";
    const root = newProject({ ...layout, [`${name}.erlang`]: "/places", [`${name}.elixir`]: "e" });
    write(root);
    expect(fs.readdirSync(join(root, "_escope", name, ".."))).toEqual(["compile.elixir"]);
  });

  test("that are links of the user's are linked, whatever they hold", () => {
    const root = newProject({ "deps/mine": "-> ../../mine" });
    lay(join(root, ".."), { "mine/rebar.config": "r" });
    expect(list(root).links).toEqual([{ path: "deps/mine", target: "../../deps/mine" }]);
  });

  test("a build's stamp changes with what its compiler writes", () => {
    const root = newProject({ ...layout, "_build/dev/lib/jason/.mix/compile.elixir": "1" });
    const stamp = (): string | undefined => list(root).builds[0]?.stamp;
    const before = stamp();
    expect(stamp()).toBe(before);
    lay(root, { "_build/dev/lib/jason/.mix/compile.elixir": "2" });
    expect(stamp()).not.toBe(before);
  });
});

test("each node_modules is one link, and a node_modules that is a link is mirrored as one", () => {
  const root = newProject({
    "assets/node_modules/x/i.js": "1",
    "node_modules/y/i.js": "2",
    "other/node_modules": "-> ../node_modules",
  });
  expect(list(root).links).toEqual([
    { path: "assets/node_modules", target: "../../assets/node_modules" },
    { path: "node_modules", target: "../node_modules" },
    { path: "other/node_modules", target: "../node_modules" },
  ]);
  write(root);
  for (const path of ["assets/node_modules/x/i.js", "node_modules/y/i.js", "other/node_modules/y/i.js"]) {
    expect(fs.existsSync(join(root, "_escope", path)), path).toBe(true);
  }
});

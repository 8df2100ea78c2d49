// Makes an Erlang that was unpacked from Debian's packages run on a system whose C library is another one.
import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";

/** Every program of Erlang's becomes a script that starts it through its own loader; found from the script, so the folder can move. */
export function wrapPrograms(folder) {
  const lib = join(folder, "root/usr/lib");
  const loader = findLoader(lib);
  const erts = readdirSync(join(lib, "erlang")).find((name) => name.startsWith("erts-"));
  const programs = join(lib, "erlang", erts, "bin");
  const compiled = readdirSync(programs).filter((name) => isElf(join(programs, name)));
  mkdirSync(join(programs, "elf"));
  for (const name of compiled) {
    renameSync(join(programs, name), join(programs, "elf", name));
    script(join(programs, name), wrapper(name, loader));
  }
  script(join(programs, "erl"), START_ERL);
  mkdirSync(join(folder, "bin"));
  for (const name of ["elixir", "elixirc", "iex", "mix"])
    symlinkSync(`../root/usr/lib/elixir/bin/${name}`, join(folder, "bin", name));
  for (const name of ["erl", "erlc", "escript", "epmd"])
    script(
      join(folder, "bin", name),
      `#!/bin/sh\nexec "\${0%/*}/../root/usr/lib/erlang/${erts}/bin/${name}" "$@"\n`,
    );
}

/** The loader lies among the C library's files, in the folder of the architecture. */
function findLoader(lib) {
  const found = readdirSync(lib)
    .filter((name) => name.includes("-linux-"))
    .flatMap((triple) => readdirSync(join(lib, triple)).map((name) => `${triple}/${name}`))
    .find((path) => /\/ld(64|-linux.*)\.so\.\d$/.test(path));
  if (found === undefined) throw new Error("Debian 13's C library has no loader that this script knows.");
  return found;
}

function isElf(path) {
  const file = openSync(path, "r");
  const start = Buffer.alloc(4);
  readSync(file, start, 0, 4, 0);
  closeSync(file);
  return start.toString("latin1") === "\x7fELF";
}

function wrapper(name, loader) {
  const lib = "$here/../../..";
  return `#!/bin/sh
here=\${0%/*}
exec "${lib}/${loader}" --library-path "${lib}/${dirname(loader)}" --argv0 "$0" "$here/elf/${name}" "$@"
`;
}

const START_ERL = `#!/bin/sh
BINDIR=$(cd "\${0%/*}" && pwd -P)
ROOTDIR=\${BINDIR%/erts-*}
EMU=beam
PROGNAME=erl
export BINDIR ROOTDIR EMU PROGNAME
exec "$BINDIR/erlexec" "$@"
`;

function script(path, text) {
  rmSync(path, { force: true });
  writeFileSync(path, text, { mode: 0o755 });
}

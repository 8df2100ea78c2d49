/** Random Elixir modules that compile: many shapes of heads, guards, bodies and layouts, mixed without regard to taste. */

export interface Random {
  readonly below: (bound: number) => number;
  readonly chance: (share: number) => boolean;
  readonly pick: <T>(items: readonly T[]) => T;
}

/** The generator "mulberry32": small, and good enough to mix shapes. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d_2b_79_f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (bound: number): number => Math.floor(next() * bound);
  return {
    below,
    chance: (share) => next() < share,
    pick: (items) => {
      const item = items[below(items.length)];
      if (item === undefined) throw new RangeError("nothing to pick from");
      return item;
    },
  };
}

interface Pattern {
  readonly text: string;
  readonly variables: readonly string[];
}

const LITERALS = [
  "1",
  "-1",
  "1.5",
  ":a",
  ':"a b"',
  "nil",
  "true",
  '"s"',
  "'c'",
  "?d",
  "[]",
  "{}",
  "%{}",
  "~w(a b)a",
];
const WORDS = ["info", "order", "android", "whenever", "note", "end_of", "do_it", "fn_", "été", "x?", "y!"];

function variable(random: Random, at: number): string {
  return `${random.pick(["v", "_v", "été", "info", "order", "do_"])}${at}`;
}

function pattern(random: Random, at: number, depth: number): Pattern {
  const name = variable(random, at);
  const inner = (offset: number): Pattern => pattern(random, at * 10 + offset, depth - 1);
  const both = (make: (a: string, b: string) => string): Pattern => {
    const [a, b] = [inner(1), inner(2)];
    return { text: make(a.text, b.text), variables: [...a.variables, ...b.variables] };
  };
  const one = (make: (a: string) => string): Pattern => {
    const a = inner(1);
    return { text: make(a.text), variables: a.variables };
  };
  const plain = (): Pattern => ({ text: name, variables: [name] });
  const simple = [
    plain,
    plain,
    () => ({ text: "_", variables: [] }),
    () => ({ text: random.pick(LITERALS), variables: [] }),
  ];
  if (depth === 0) return random.pick(simple)();
  return random.pick([
    ...simple,
    () => both((a, b) => `{${a}, ${b}}`),
    () => both((a, b) => `[${a} | ${b}]`),
    () => both((a, b) => `[${a},\n ${b}]`),
    () => both((a, b) => `%{"k" => ${a}, other: ${b}}`),
    () => one((a) => `%{__struct__: _, k: ${a}}`),
    () => ({ text: `<<${name}::8, _::binary>>`, variables: [name] }),
    () => ({ text: `"pre" <> ${name}`, variables: [name] }),
    () => one((a) => `${a} = {_, _}`),
  ])();
}

function comment(random: Random): string {
  return random.chance(0.1) ? ` # def ${random.pick(WORDS)}(x), do: end )` : "";
}

function expression(random: Random, variables: readonly string[], depth: number): string {
  const leaf = (): string => random.pick([...LITERALS, ...variables, ...variables]);
  const inner = (): string => expression(random, variables, depth - 1);
  if (depth === 0) return leaf();
  return random.pick([
    leaf,
    () => `{${inner()}, ${inner()}}`,
    () => `inspect(${inner()})`,
    () => `${inner()} |> List.wrap()`,
    () => `if(${leaf()}, do: ${inner()}, else: ${inner()})`,
    () => `case ${leaf()} do\n  ${random.pick(["_", "info", "order"])} -> ${inner()}\nend`,
    () => `(fn x -> {x, ${inner()}} end).(${leaf()})`,
    () => `(_ = ${inner()}; ${inner()})`,
    () => `"a #{inspect(${leaf()})} def f(x), do: x"`,
    () => `"""\n def g(x), do: x\n #{inspect(${leaf()})}\n """`,
    () => `~s|end ) ${random.pick(WORDS)}|`,
    () => `with(x <- ${inner()}, do: x)`,
    () => `for(x <- [${leaf()}], do: x)`,
  ])();
}

interface Head {
  readonly text: string;
  readonly variables: readonly string[];
  readonly parentheses: boolean;
}

function head(random: Random, name: string): Head {
  const count = random.below(4);
  const parameters = Array.from({ length: count }, (_, at) => pattern(random, at + 1, random.below(3)));
  const variables = parameters.flatMap((parameter) => parameter.variables);
  const texts = parameters.map(({ text }) => text);
  const separator = random.pick([", ", ",\n  ", `,${comment(random)}\n `]);
  const parentheses = count === 0 ? random.chance(0.5) : random.chance(0.85);
  const list = texts.join(separator);
  const called = parentheses ? `${name}(${list})` : `${name} ${list}`.trimEnd();
  const guarded = parentheses && variables.length > 0 && random.chance(0.3);
  const guard = guarded ? `${random.pick([" ", "\n  "])}when not is_pid(${random.pick(variables)})` : "";
  return { text: `${called}${guard}`, variables, parentheses };
}

function definition(random: Random, at: number): string {
  const name = `${random.pick(["f", "info", "order_", "été"])}${at}`;
  const { text, variables, parentheses } = head(random, name);
  const readable = variables.filter((used) => !used.startsWith("_"));
  const body = expression(random, readable, random.below(4));
  const block = `${comment(random)}\n${comment(random)}\n${body}${comment(random)}\n`;
  const sections = random.pick([
    "",
    "",
    "",
    "rescue\n_ -> :rescued\n",
    "after\n:ok\n",
    "catch\n_, _ -> :caught\n",
  ]);
  const shapes = [
    `def ${text} do${block}${sections}end`,
    `def ${text} do ${body} end`,
    `def ${text} do\nend`,
    ...(parentheses || variables.length === 0
      ? [
          // Without parentheses of its own, a block in the body would go to `def`.
          `def ${text}, do: ${/\bdo\b/.test(body) ? `(${body})` : body}`,
          `def ${text},${comment(random)}\n  do:${comment(random)}\n    (${body})`,
          `def ${text}, [do: (${body})]`,
          `def(${text}, do: ${body})`,
          `if true, do: (def ${text}, do: (${body}))`,
        ]
      : []),
  ];
  const attribute = random.pick(["", "", "@doc false\n", '@doc "def x, do: y"\n', '@doc since: "1"\n']);
  return attribute + random.pick(shapes);
}

/** The source of one module named `name`. */
export function generateModule(random: Random, name: string): string {
  const definitions = Array.from({ length: 1 + random.below(6) }, (_, at) => definition(random, at));
  const nested = random.chance(0.2) ? [`defmodule In do\n${definition(random, 90)}\nend`] : [];
  const lines = [`defmodule ${name} do${comment(random)}`, ...definitions, ...nested, "end"];
  const text = lines.join(random.pick(["\n", "\n\n", "\n  # note\n"]));
  const ended = random.chance(0.9) ? `${text}\n` : text;
  return random.chance(0.1) ? ended.replaceAll("\n", "\r\n") : ended;
}

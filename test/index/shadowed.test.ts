import { describe, expect, test } from "vitest";
import { pageOf } from "../support/knowledge.ts";

const STORE = `defmodule Store do
  use GenServer
  def init(x), do: {:ok, x}
  def handle_cast(:put, s), do: {:noreply, s}
  def get(x), do: x
end
`;

/** What the calls of `get/1` are said to mean: the function, or what it may be, or nothing. */
function meant(definitions: string): (string | null)[] {
  return pageOf(`${STORE}defmodule M do\n  ${definitions}\nend\n`, "M")
    .calls.filter(({ text }) => /^\w+\.get\(/.test(text))
    .map(({ function: own, maybe }) => own ?? (maybe.length > 0 ? `maybe ${maybe.join()}` : null));
}

describe("a name that a pattern gives another value is no longer what it was", () => {
  test.each([
    ["Enum.each(x, fn mod -> mod.get(2) end)"],
    ["Enum.reduce(x, 1, fn _, mod -> mod.get(2) end)"],
    ["Enum.each(x, fn %{mod: mod} when is_atom(mod) -> mod.get(2) end)"],
    ["for mod <- x, do: mod.get(1)"],
    ["for {mod, _} <- x do\n mod.get(1)\n end"],
    ["case x do\n {:ok, mod} -> mod.get(1)\n _ -> 1\n end"],
    ["with {:ok, mod} <- x, do: mod.get(1)"],
    ["receive do\n {:go, mod} -> mod.get(1)\n end"],
    ["try do\n x\n rescue\n mod -> mod.get(1)\n end"],
    ['~H"<.list :let={mod}>{mod.get(1)}</.list>"'],
    ['~H"<p :for={{mod, _} <- @all} title={mod.get(1)} />"'],
    ["name = case x do\n {:ok, mod} -> mod\n end\n name.get(1)"],
  ])("%s", (body) => {
    expect(meant(`def f(x) do\n mod = Store\n ${body}\n end`)).toEqual([null]);
    expect(meant(`def go(x), do: f(Store, x)\n defp f(mod, x) do\n ${body}\n end`)).toEqual([null]);
  });

  test.each([
    [
      "behind it, and where it is pinned",
      "Enum.each(x, fn mod -> mod end)\n fn ^mod -> mod.get(4) end",
      "Store.get/1",
    ],
    ["in a statement", "%{mod: mod} = x\n mod.get(3)", "maybe Store.get/1"],
    ["in destructure", "destructure([mod, _], x)\n mod.get(3)", "maybe Store.get/1"],
  ])("%s", (_name, body, expected) => {
    expect(meant(`def f(x) do\n mod = Store\n ${body}\n end`)).toEqual([expected]);
  });

  test("a parameter that a statement gives another value", () => {
    expect(
      meant("def go(x), do: f(Store, x)\n defp f(mod, x) do\n {:ok, mod} = x\n mod.get(1)\n end"),
    ).toEqual([null]);
  });

  test("receivers of messages, messages and topics", () => {
    const { messages: sent } = pageOf(
      `${STORE}defmodule M do
  def f(t) do
    name = Store
    Enum.each(t, fn name -> GenServer.cast(name, :put) end)
    topic = "cart"
    Enum.each(t, fn topic -> Phoenix.PubSub.broadcast(P, topic, :put) end)
    msg = :put
    Enum.each(t, fn msg -> GenServer.cast(Store, msg) end)
    {name, topic, msg}
  end
end
`,
      "M",
    );
    expect(
      sent.map(({ message, to, taken_by: taken }) => [message, to.topic, taken.map(({ maybe }) => maybe)]),
    ).toEqual([
      [":put", null, [true]],
      [":put", null, []],
      ["_", null, [true]],
    ]);
  });
});

test("who captures a function gives it what nobody knows", () => {
  expect(meant("def f(x), do: {Enum.map(x, &l/1), l(Store)}\n defp l(mod), do: mod.get(1)")).toEqual([
    "maybe Store.get/1",
  ]);
  expect(meant("def f, do: l(Store)\n defp l(mod), do: mod.get(1)")).toEqual(["Store.get/1"]);
});

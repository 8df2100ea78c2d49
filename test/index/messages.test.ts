import { describe, expect, test } from "vitest";
import { messagesOf } from "../support/knowledge.ts";

const server = (body: string): string =>
  `defmodule S do\n  use GenServer\n  def init(_), do: {:ok, 1}\n${body}\nend`;

describe("whose process self() is", () => {
  const taker = "def handle_info(:x, s), do: {:noreply, s}";

  test.each([
    ["the callback's", "send(self(), :x)", ["send :x → S.handle_info/2#1"]],
    [
      "a task's",
      "Task.async(fn -> send(self(), :x) end)",
      ["Task.async _", "send :x → S.handle_info/2#1 maybe"],
    ],
    ["of what is spawned", "spawn(fn -> send(self(), :x) end)", ["send :x → S.handle_info/2#1 maybe"]],
    [
      "the callback's, kept in a name",
      "me = self()\n spawn_link(fn -> send(me, :x) end)",
      ["send :x → S.handle_info/2#1"],
    ],
    [
      "a task's, kept in a name",
      "spawn_link(fn -> me = self()\n send(me, :x) end)",
      ["send :x → S.handle_info/2#1 maybe"],
    ],
    [
      "in a function that is passed on",
      "Enum.each(1..2, fn _ -> send(self(), :x) end)",
      ["send :x → S.handle_info/2#1"],
    ],
    [
      "of a function that a task calls",
      "Task.start(fn -> tell() end)",
      ["Task.start _", "send :x → S.handle_info/2#1 maybe"],
    ],
    ["of a function that the callback calls", "tell()", ["send :x → S.handle_info/2#1"]],
  ])("%s", (_, body, expected) => {
    const tell = body.includes("tell()") ? "defp tell, do: send(self(), :x)" : "";
    const text = server(`${taker}\ndef handle_cast(:go, s) do\n${body}\n{:noreply, s}\nend\n${tell}`);
    expect(messagesOf(text).toSorted()).toEqual(expected.toSorted());
  });
});

const cast = (message: string, ...clauses: readonly string[]): string[] => {
  const handlers = clauses.map((head) => `def handle_cast(${head}, do: {:noreply, s}`).join("\n");
  return messagesOf(server(`def go(x, y), do: GenServer.cast(S, ${message})\n${handlers}`)).map((line) =>
    line.replace(/^.* → S.handle_cast\/2/, ""),
  );
};

describe("which clause takes a message", () => {
  test.each([
    [["the only one"], ":a", [":a, s)"], ["#1"]],
    [["by its text"], ":b", [":a, s)", ":b, s)"], ["#2"]],
    [["the first that fits"], "{:a, 1}", ["{:a, n}, s)", "{:a, 1}, s)"], ["#1"]],
    [["a guard that holds"], "{:a, :x}", ["{:a, n}, s) when is_atom(n)", "{:a, n}, s)"], ["#1"]],
    [["a guard that does not"], "{:a, 1}", ["{:a, n}, s) when is_atom(n)", "{:a, n}, s)"], ["#2"]],
    [
      ["a guard that only run time knows"],
      "{:a, x}",
      ["{:a, n}, s) when n > 1", "{:a, n}, s)"],
      ["#1 maybe", "#2 maybe"],
    ],
    [
      ["a part that only run time knows"],
      "{:a, x}",
      ["{:a, 1}, s)", "{:a, n}, s)"],
      ["#1 maybe", "#2 maybe"],
    ],
    [["a state that it wants"], ":a", [":a, %{on: true} = s)", ":a, s)"], ["#1 maybe", "#2 maybe"]],
    [["a state that it only takes apart"], ":a", [":a, %{on: on} = s)", ":a, s)"], ["#1"]],
    [
      ["a name that stands twice"],
      "{:a, x}",
      ["{:a, k}, %{key: k} = s)", "{:a, _}, s)"],
      ["#1 maybe", "#2 maybe"],
    ],
    [["a list in a guard"], ":b", ["m, s) when m in [:a, :b]", "_, s)"], ["#1"]],
    [["one for anything"], ":c", ["m, s) when m in [:a, :b]", "_, s)"], ["#2"]],
    [["a message that is not known"], "x", [":a, s)", ":b, s)"], ["#1 maybe", "#2 maybe"]],
  ])("%s", (_, message, clauses, expected) => {
    expect(cast(message, ...clauses)).toEqual(expected);
  });
});

const broadcast = (topic: string, subscribed: string): string[] =>
  messagesOf(
    `defmodule S do\n  use GenServer\n  def init(id) do\n Phoenix.PubSub.subscribe(P, ${subscribed})\n {:ok, id}\n end
     def handle_info(:x, s), do: {:noreply, s}\nend
     defmodule T do\n def go(id), do: Phoenix.PubSub.broadcast(P, ${topic}, :x)\nend`,
  );

describe("topics", () => {
  test.each([
    ['"cart"', '"cart"', ["Phoenix.PubSub.broadcast :x → S.handle_info/2#1"]],
    ['"cart:#{id}"', '"cart:#{id}"', ["Phoenix.PubSub.broadcast :x → S.handle_info/2#1 maybe"]],
    ['"cart:1"', '"cart:#{id}"', ["Phoenix.PubSub.broadcast :x → S.handle_info/2#1 maybe"]],
    ['"cart"', '"order"', ["Phoenix.PubSub.broadcast :x"]],
  ])("%s, subscribed %s", (topic, subscribed, expected) => {
    expect(broadcast(topic, subscribed)).toEqual(expected);
  });
});

const update = (given: string): string[] =>
  messagesOf(
    `defmodule C do\n  use Phoenix.LiveComponent\n  def update(%{action: :open}, s), do: {:ok, s}\n  def update(assigns, s), do: {:ok, s}\nend
     defmodule L do\n  use Phoenix.LiveView\n  def handle_info(:x, s) do\n Phoenix.LiveView.send_update(${given})\n {:noreply, s}\n end\nend`,
  );

describe("send_update", () => {
  test.each([
    ["C, id: 1, action: :open", ["#1"]],
    ["C, %{id: 1, action: :open}", ["#1"]],
    ["C, id: 1, action: :close", ["#2"]],
    ["C, id: 1", ["#2"]],
    ["C, id: 1, action: x", ["#1 maybe", "#2 maybe"]],
    ["C, assigns", ["#1 maybe", "#2 maybe"]],
  ])("%s", (given, expected) => {
    expect(update(given).map((line) => line.replace(/^.* → C.update\/2/, ""))).toEqual(expected);
  });
});

describe("a module that takes nothing lends its name to another's process", () => {
  const runner =
    "defmodule Runner do\n  use GenServer\n  def init(x), do: {:ok, x}\n  def handle_info({:buffer, _}, s), do: {:noreply, s}\nend\n";
  const fetcher = (body: string): string =>
    `${runner}defmodule Fetcher do\n  def go(x), do: send(Fetcher, {:buffer, x})\n${body}\nend`;

  test("it may be taken there", () => {
    expect(messagesOf(fetcher(""))).toEqual(["send {:buffer, _} → Runner.handle_info/2#1 maybe"]);
  });

  test("but not where it takes messages itself", () => {
    const own = "  use GenServer\n  def init(x), do: {:ok, x}\n  def handle_info(:a, s), do: {:noreply, s}";
    expect(messagesOf(fetcher(own))).toEqual(["send {:buffer, _}"]);
  });
});

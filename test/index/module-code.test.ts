import { expect, test } from "vitest";
import { pageOf } from "../support/knowledge.ts";

const STORE =
  "defmodule Store do\n  use GenServer\n  def init(x), do: {:ok, x}\n  def get(x), do: x\n  def handle_info(:hit, s), do: {:noreply, s}\nend\n";

const callsOf = (body: string): string[] =>
  pageOf(`${STORE}defmodule Api do\n${body}\nend`, "Api").calls.map(
    ({ from, target, function: own, line }) => `${line} ${from} ${own ?? target}`,
  );

test.each([
  [
    "routes",
    'use Plug.Router\nget "/" do\n  v = Store.get(1)\n  render(v)\nend\ndefp render(v), do: v',
    ["10 Api.(module) Store.get/1", "11 Api.(module) Api.render/1"],
  ],
  ["a block as a keyword", 'post "/x", do: Store.get(2)', ["8 Api.(module) Store.get/1"]],
  [
    "functions and captures",
    "field :a, resolve: &Store.get/1\nresolve fn x, _ -> Store.get(x) end",
    ["8 Api.(module) Store.get/1", "9 Api.(module) Store.get/1"],
  ],
  [
    "statements and values of attributes",
    "@x Store.get(9)\nStore.get(1) |> IO.puts()",
    ["8 Api.(module) Store.get/1", "9 Api.(module) Store.get/1", "9 Api.(module) IO.puts/1"],
  ],
  [
    "under conditions",
    'if Mix.env() == :dev do\n  @spec get(Store.get()) :: 1\n  get "/" do\n    Store.get(1)\n  end\nend',
    ["8 Api.(module) Kernel.if/2", "8 Api.(module) Mix.env/0", "11 Api.(module) Store.get/1"],
  ],
])("code in a module's body is told: %s", (_, body, calls) => {
  expect(callsOf(body)).toEqual(calls);
});

test.each([
  ["words of macros", 'field :name, :string\nplug :match\nschema "users" do\n  field :x, :y\nend'],
  ["types", "@spec get(Store.get()) :: 1\n@type t :: Store.t()"],
  ["quoted code", "quote do\n  Store.get(1)\nend"],
])("but of these nothing is: %s", (_, body) => {
  expect(callsOf(body)).toEqual([]);
});

test("a function in a block has its own calls", () => {
  expect(callsOf("wrap do\n  def f(x), do: Store.get(x)\nend")).toEqual(["9 Api.f/1 Store.get/1"]);
});

test("messages that are sent there, in modules of their own", () => {
  const { messages } = pageOf(`${STORE}defmodule Api do\nget "/" do\n  send(Store, :hit)\nend\nend`, "Api");
  expect(messages.map(({ from, taken_by: takers }) => [from, takers.map((taker) => taker.function)])).toEqual(
    [["Api.(module)", ["Store.handle_info/2"]]],
  );
});

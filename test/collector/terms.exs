# Prints terms for inspect.test.ts, one a line: the external format, `inspect`, and `inspect` with charlists as lists,
# each in base 64. Run by the test on the Elixir that is installed.

defmodule Plain do
  defstruct [:a, :b, c: %{}]
end

defmodule Nested.Deep do
  defstruct [:items]
end

defmodule Random do
  @texts ["", "plain", "quo\"te", "back\\slash", "new\nline", "\#{x}", "héllo", "日本", "🎉", "\a\b\d\e\f\r\t\v", "a\0b"]
  @atoms [
    :ok,
    nil,
    true,
    false,
    Elixir,
    Foo.Bar,
    :"with space",
    :+,
    :..,
    :foo@bar,
    :a?,
    :b!,
    :Upper,
    :"",
    :é,
    :{},
    :"1a"
  ]

  def term(0), do: leaf()

  def term(depth) do
    case :rand.uniform(12) do
      1 -> for _ <- few(), do: term(depth - 1)
      2 -> List.to_tuple(for _ <- few(), do: term(depth - 1))
      3 -> Map.new(for _ <- few(), do: {term(depth - 1), term(depth - 1)})
      4 -> for _ <- few(), do: {Enum.random(@atoms), term(depth - 1)}
      5 -> Map.new(for _ <- few(), do: {Enum.random(@atoms), term(depth - 1)})
      6 -> %Plain{a: term(depth - 1), b: term(depth - 1)}
      7 -> %Nested.Deep{items: for(_ <- few(), do: term(depth - 1))}
      8 -> [term(depth - 1) | leaf()]
      9 -> MapSet.new(for _ <- few(), do: leaf())
      10 -> Map.new(1..Enum.random(30..80), &{{&1, leaf()}, leaf()})
      _ -> leaf()
    end
  end

  def leaf do
    case :rand.uniform(13) do
      1 -> Enum.random(@texts)
      2 -> Enum.random(@atoms)
      3 -> :rand.uniform(300) - 20
      4 -> (:rand.uniform() - 0.5) * :math.pow(10, :rand.uniform(60) - 30)
      5 -> Enum.random([1, -1]) * Integer.pow(2, :rand.uniform(200)) + :rand.uniform(1000)
      6 -> <<0, :rand.bytes(:rand.uniform(12))::binary>>
      7 -> <<:rand.uniform(1000)::size(11)>>
      8 -> for _ <- few(), do: Enum.random(0..130)
      9 -> Enum.random([self(), make_ref(), hd(Port.list())])
      10 -> :rand.uniform(2_000_000) / Enum.random([1, 2, 3, 1000])
      11 -> Enum.random([0, 255, 256, -1, 2_147_483_647, -2_147_483_648, 2_147_483_648, 9_007_199_254_740_993])
      12 -> Enum.random([&String.length/1, &Kernel.+/2, &:lists.map/2, 1..3, 5..1//-2, 3..1, 1..10//3])
      13 -> Enum.random([~D[2024-02-29], ~T[01:02:03.456], ~N[2024-01-01 00:00:00], ~U[2024-01-01 00:00:00.000001Z]])
    end
  end

  defp few, do: Enum.take(1..3, :rand.uniform(4) - 1)
end

bytes = for byte <- 0..255, do: <<byte>>

chars =
  for code <- [0x80, 0xAD, 0x300, 0x3B1, 0xD7FF, 0xE000, 0xFFFD, 0xFFFE, 0xFFFF, 0x10000, 0x10FFFF], do: <<code::utf8>>

confusing =
  if Version.match?(System.version(), ">= 1.18.0"),
    do: [<<0xA0::utf8>>, <<0x200B::utf8>>, <<0x202E::utf8>>, <<0xFEFF::utf8>>, <<0x2028::utf8>>],
    else: []

operators =
  ~w"& ! ^ not + - @ <- \\\\ when | = || ||| or && &&& and == != =~ === !== < <= >= > |> <<< >>> <~ ~> <<~ ~>> <~> in ++ -- <> +++ ---
     * / ** :: ^^^ ~~~ <|> % %{} {} <<>> ... .. . ..// -> => // [] () end do fn a-b a.b A.B Elixir.foo Elixir. Elixir.Elixir Elixir.Elixir.A
     Elixir.Foo.bar Elixir.Foo.Bar_1 a@b @a a?b ?a _ _a 1 $escope é É 日本 a\u0301 ⅷ A_b"

atoms = Enum.map(operators, &String.to_atom/1)

powers = for n <- -307..307, digits <- [1, 1.5, 1.23456789, 9.999999999999999], do: digits * :math.pow(10, n)

floats = [
  0.0,
  -0.0,
  5.0e-324,
  1.7976931348623157e308,
  9_007_199_254_740_991.0,
  9_007_199_254_740_993.0,
  0.1,
  1 / 3,
  123_456.789,
  1.0e15,
  1.0e16,
  123_456_789_012_345_680.0
]

integers = for bits <- 0..130, delta <- [-1, 0, 1], sign <- [1, -1], do: sign * (Integer.pow(2, bits) + delta)

structs = [
  URI.parse("https://user@example.org:8080/a?b=c#d"),
  Version.parse!("1.2.3-rc.1+build"),
  Version.parse_requirement!("~> 1.0"),
  Date.range(~D[2020-01-01], ~D[2020-02-01]),
  Date.range(~D[2020-01-01], ~D[2020-02-01], 2),
  ~D[-0044-03-15],
  %DateTime{
    ~U[2024-06-01 12:00:00Z]
    | time_zone: "Europe/Warsaw",
      zone_abbr: "CEST",
      utc_offset: 3600,
      std_offset: 3600
  },
  %DateTime{
    ~U[2024-06-01 12:00:00Z]
    | time_zone: "America/St_Johns",
      zone_abbr: "NST",
      utc_offset: -12600,
      std_offset: 0
  },
  ~r/a\/b"\n\t[\d]+ #{1}/iu,
  ~r{/path/\\x}sm,
  ~r"x"xUf,
  %RuntimeError{message: "boom"},
  %ArgumentError{},
  %KeyError{key: :a, term: %{b: 1}},
  %UndefinedFunctionError{module: Foo, function: :bar, arity: 1},
  %FunctionClauseError{module: Foo, function: :bar, arity: 1},
  MapSet.new([1, :a, "x", 'abc']),
  MapSet.new(1..100)
]

lists = [
  'abc',
  'quote" \#{x} \\ \n\e',
  [1 | 2],
  [{:a, 1} | :b],
  [a: 1, b: [c: 2]],
  [{:a, 1}, {:b, 2, 3}],
  [{Foo, 1}],
  [nil: 1, "a b": 2, ok?: 3],
  'a' ++ :b,
  Enum.to_list(1..300),
  Enum.to_list(1..70_000)
]

funs = [&String.length/1, &Kernel."a b"/1, &Foo.<>/2, &:erlang.::/2, &Foo."Upper"/0, &Foo.a?/1, &Foo."foo@bar"/1]
tuples = [{}, {1}, {:a, "b", 'c'}, List.to_tuple(Enum.to_list(1..300))]

:rand.seed(:exsss, {1, 2, 3})
random = for _ <- 1..1500, do: Random.term(4)

all =
  bytes ++ chars ++ confusing ++ atoms ++ powers ++ floats ++ integers ++ structs ++ lists ++ funs ++ tuples ++ random

keyed = for atom <- atoms, do: [{atom, 1}]
opts = [width: :infinity, limit: :infinity, printable_limit: :infinity]

for term <- all ++ keyed ++ Enum.map(keyed, &Map.new/1) do
  [:erlang.term_to_binary(term), inspect(term, opts), inspect(term, [charlists: :as_lists] ++ opts)]
  |> Enum.map_join(" ", &Base.encode64/1)
  |> IO.puts()
end

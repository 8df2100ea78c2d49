defmodule Escope.PolicyTest do
  # What rules ask of single probes.
  use ExUnit.Case, async: false

  import ExUnit.CaptureLog

  alias Escope.{Counts, Limits, Policies, Probe, Recorded, Redact}

  @mfa {M, {:f, 2}}
  @left_out {:"$escope", :left_out}
  @redacted {:"$escope", :redacted}

  setup do
    path = Path.join(System.tmp_dir!(), "escope-policies-#{System.unique_integer([:positive])}")
    on_exit(fn -> File.rm(path) end)
    %{path: path}
  end

  defp events(path, policies, work) do
    File.write!(path, policies)
    for e <- Recorded.events([policies: path], work), e.kind != :spawn, do: e
  end

  defp call(id, args, result \\ :done), do: Probe.run(id, @mfa, args, fn -> result end)

  defp failing(id, args) do
    Probe.run(id, @mfa, args, fn -> raise ArgumentError, "no" end)
  rescue
    ArgumentError -> :ok
  end

  test "a probe that no policy names is as always", %{path: path} do
    found = events(path, "{[1], \#{args => false}}.", fn -> call(2, [1, 2]) end)
    assert [%{kind: :enter, payload: {_, [1, 2]}}, %{kind: :leave, payload: :done}] = found
  end

  test "arguments by place, no result, limits", %{path: path} do
    policies = "{[1], \#{args => [1], result => false}}. {[2], \#{limits => \#{items => 2}}}."

    found =
      events(path, policies, fn ->
        call(1, [1, 2])
        call(2, [[1, 2, 3], 4], [5, 6, 7])
      end)

    assert [{_, [@left_out, 2]}, @left_out, {_, [[1, 2, more], 4]}, [5, 6, more]] =
             Enum.map(found, & &1.payload)

    assert more == {:"$escope", :more, 1}
  end

  test "arguments that are called as what is hidden, everywhere and where a rule says so", %{
    path: path
  } do
    policies = """
    {[2], \#{redact => [<<"card">>]}}.
    {[3], \#{paths => [<<"user.email">>, <<"*.pin">>]}}.
    {argument, <<"password">>, [{1, 1}, {2, 0}]}.
    {argument, <<"card_no">>, [{1, 0}, {2, 1}]}.
    {argument, <<"user">>, [{1, 0}, {3, 0}]}.
    {argument, <<"other">>, [{3, 1}]}.
    """

    user = %{email: "a@b", pin: 1, friend: %{email: "c"}}

    found =
      events(path, policies, fn ->
        call(1, ["4711", "hunter2"], {:ok, "4711"})
        call(2, ["hunter2", "4711"])
        call(3, [user, user])
        call(4, ["hunter2", 1])
      end)

    assert [
             ["4711", @redacted],
             [@redacted, @redacted],
             [
               %{email: @redacted, pin: @redacted, friend: %{email: "c"}},
               %{email: "a@b", pin: @redacted, friend: %{email: "c"}}
             ],
             ["hunter2", 1]
           ] = for(%{kind: :enter, payload: {_, args}} <- found, do: args)
  end

  test "a state that is an argument stays where it is", %{path: path} do
    policies = "{argument, <<\"token_store\">>, [{1, 0}]}."
    state = {:"$escope", :state, 3}
    assert [%{payload: {_, [^state]}}, _] = events(path, policies, fn -> call(1, [state]) end)
  end

  test "which events: no end, no beginning, failures alone", %{path: path} do
    policies = """
    {[1], \#{leave => false}}.
    {[2], \#{raise => false}}.
    {[3], \#{enter => false, leave => false}}.
    {[4], \#{enter => false}}.
    """

    found =
      events(path, policies, fn ->
        for id <- 1..4 do
          call(id, [id, :fine])
          failing(id, [id, :fails])
        end
      end)

    assert Enum.map(found, &{&1.probe, &1.kind}) == [
             {1, :enter},
             {1, :enter},
             {1, :raise},
             {2, :enter},
             {2, :leave},
             {2, :enter},
             {3, :enter},
             {3, :raise},
             {4, :enter},
             {4, :leave},
             {4, :enter},
             {4, :raise}
           ]

    [enter, failure] = Enum.filter(found, &(&1.probe == 3))
    assert {enter.span, elem(enter.payload, 1)} == {failure.span, [3, :fails]}
    assert enter.time <= failure.time
    assert Enum.map(found, & &1.seq) |> Enum.uniq() |> length() == length(found)
  end

  test "an entry that was put off: what failed within lies within", %{path: path} do
    found =
      events(path, "{[1, 2], \#{enter => false, leave => false}}.", fn ->
        try do
          Probe.run(1, @mfa, [:outer], fn ->
            {Probe.run(2, @mfa, [:inner], fn -> throw(:t) end)}
          end)
        catch
          :t -> call(3, [:after])
        end
      end)

    outer = Enum.find(found, &(&1.probe == 1 and &1.kind == :enter))
    assert Enum.find(found, &(&1.probe == 2 and &1.kind == :enter)).parent == outer.span
    assert [nil, nil] = for(e <- found, e.probe == 3, do: e.parent)
  end

  test "so many a second, and a share of calls", %{path: path} do
    policies = "{[1], \#{per_second => 5}}. {[2], \#{sample => 0.25}}. {[3], \#{sample => 0.0}}."

    found =
      events(path, policies, fn ->
        for id <- 1..3, n <- 1..100, do: call(id, [n])
        send(self(), {:drops, Escope.status().drops})
      end)

    count = fn id -> Enum.count(found, &(&1.probe == id and &1.kind == :enter)) end
    # The second may have turned once.
    assert count.(1) in [5, 10]
    assert {count.(2), count.(3)} == {25, 0}
    limited = 100 - count.(1)
    assert_received {:drops, %{limited: ^limited}}
  end

  test "a condition over the arguments", %{path: path} do
    policies = """
    {[1], \#{'when' => <<"hd(args) == :yes">>}}.
    {[2], \#{'when' => <<"amount > 10">>, names => [{<<"amount">>, 1}]}}.
    """

    found =
      events(path, policies, fn ->
        for args <- [[:yes], [:no], []], do: call(1, args)
        for amount <- [5, 11, :none], do: call(2, [:a, amount])
      end)

    assert for(%{kind: :enter} = e <- found, do: elem(e.payload, 1)) == [
             [:yes],
             [:a, 11],
             [:a, :none]
           ]
  end

  test "conditions of several rules: each by itself, and the event says which held", %{path: path} do
    policies = """
    {[1], \#{any => [{<<"a">>, <<"hd(opts) == 1">>, [{<<"opts">>, 1}]}, {<<"b">>, <<"amount > 5">>, [{<<"amount">>, 0}]}]}}.
    {[2], \#{any => [{<<"c">>, <<"amount > 5">>, [{<<"amount">>, 0}]}, {<<"d">>, nil, []}], enter => false}}.
    {[3], \#{any => [{<<"e">>, <<"value == 3">>, [{<<"value">>, -1}]}, {<<"f">>, <<"value > 1">>, [{<<"value">>, -1}]}],
             redact => [<<"pin">>]}}.
    """

    found =
      events(path, policies, fn ->
        for amount <- [5, 6], opts <- [[], [1]], do: call(1, [amount, opts])
        for amount <- [5, 6], do: call(2, [amount])
        for value <- [1, 2, 3, %{pin: 1}], do: Probe.value(3, value)
        send(self(), {:drops, Escope.status().drops})
      end)

    entered = for %{kind: :enter, payload: {_, [amount | _], held}} <- found, do: {amount, held}
    assert entered == [{5, 1}, {6, 2}, {6, 3}, {5, 2}, {6, 3}]
    marks = for %{kind: :mark, payload: payload} <- found, do: payload

    assert marks == [
             {:"$escope", :held, 2, 2},
             {:"$escope", :held, 3, 3},
             {:"$escope", :held, 2, %{pin: @redacted}}
           ]

    assert_received {:drops, %{failed: 2}}
  end

  test "a condition on the value of a call: told at its end, with its beginning", %{path: path} do
    policies = """
    {[1], \#{'when' => <<"value > 3 and hd(args) != 60">>, names => [{<<"value">>, -1}], rule => <<"a">>, args => [1]}}.
    {[2], \#{'when' => <<"value > 3">>, names => [{<<"value">>, -1}], result => false}}.
    """

    found =
      events(path, policies, fn ->
        for n <- [10, 30, 40, 50, 60], do: call(1, [n, 10], div(n, 10))
        failing(1, [40])
        call(2, [:x], 4)
        Probe.enter(2, @mfa, [:y])
      end)

    assert [
             {:enter, {_, [@left_out, 10]}},
             {:leave, 4},
             {:enter, {_, [@left_out, 10]}},
             {:leave, 5},
             {:enter, {_, [:x]}},
             {:leave, @left_out}
           ] = Enum.map(found, &{&1.kind, &1.payload})

    assert [enter, leave | _] = found
    assert enter.span == leave.span and enter.time < leave.time
  end

  test "what is hidden: keys, paths, patterns in texts", %{path: path} do
    policies = """
    {[1], \#{redact => [<<"iban">>]}}.
    {[2], \#{paths => [<<"user.email">>, <<"a.*.c">>]}}.
    {[3], \#{patterns => [<<"[0-9]{4}-[0-9]{4}">>]}}.
    """

    args = [
      %{iban: 1, password: 2},
      %{user: %{email: 3, name: 4}, email: 5},
      [a: %{b: %{c: 6, d: 7}}],
      "no 1234-5678"
    ]

    found = events(path, policies, fn -> for id <- 1..4, do: call(id, args) end)
    [one, two, three, four] = for %{kind: :enter, payload: {_, args}} <- found, do: args

    assert one == [%{iban: @redacted, password: @redacted} | tl(args)]

    assert two == [
             %{iban: 1, password: @redacted},
             %{user: %{email: @redacted, name: 4}, email: 5},
             [a: %{b: %{c: @redacted, d: 7}}],
             "no 1234-5678"
           ]

    assert List.last(three) == "no [REDACTED]"
    assert four == [%{iban: 1, password: @redacted} | tl(args)]
  end

  test "a pattern that is none hides every text", %{path: path} do
    log =
      capture_log(fn ->
        found =
          events(path, "{[1], \#{patterns => [<<\"(a\">>]}}.", fn -> call(1, ["secret", :b]) end)

        assert [%{payload: {_, ["[REDACTED]", @redacted]}}, _] = found
      end)

    assert log =~ "`(a` is no pattern"
  end

  test "patterns find texts whatever they are made of", %{path: path} do
    hidden = fn arg ->
      policies = "{[1], \#{patterns => [<<\"hunter[0-9]?\">>]}}."
      found = events(path, policies, fn -> call(1, [arg]) end)
      [{_, [shown]}] = for %{kind: :enter, payload: payload} <- found, do: payload
      shown
    end

    assert hidden.(<<255>> <> "a hunter1") == <<255>> <> "a [REDACTED]"
    assert hidden.(~c"my hunter") == ~c"my [REDACTED]"
    assert hidden.([1, 2, ["hunter" | ~c"hunter2"]]) == [1, 2, ["[REDACTED]" | ~c"[REDACTED]"]]
    assert hidden.(:a_hunter) == @redacted
    assert hidden.([{:hunter, :b}, nil, -1]) == [{:hunter, :b}, nil, -1]
    assert hidden.(%{"hunter" => 1, b: :hunter}) == %{"[REDACTED]" => 1, b: @redacted}

    assert hidden.(%{{:a, "hunter"} => {"hunter", 1.5}}) == %{
             {:a, "[REDACTED]"} => {"[REDACTED]", 1.5}
           }

    assert hidden.(<<"hunter", 1::3>>) == @redacted
    assert hidden.(<<5::3>>) == <<5::3>>
    assert hidden.(URI.parse("http://hunter")).host == "[REDACTED]"
    assert hidden.(URI.parse("http://hunter")).__struct__ == URI
  end

  @tag timeout: 20_000
  test "a pattern that comes to no end hides the whole text, and the recording is not lost", %{
    path: path
  } do
    text = String.duplicate("x", 3000) <> " secret"
    policies = "{[1], \#{patterns => [<<\"(x+x+)+y|secret\">>]}}."

    log =
      capture_log(fn ->
        found = events(path, policies, fn -> for _ <- 1..200, do: call(1, [text, "a secret"]) end)

        assert for(%{kind: :enter, payload: {_, args}} <- found, uniq: true, do: args) == [
                 ["[REDACTED]", "a [REDACTED]"]
               ]

        assert length(found) == 400
      end)

    assert [_, _] = String.split(log, "comes to no end")
  end

  test "arguments that are left out or hidden stand in no stack trace", %{path: path} do
    policies = """
    {[1], \#{args => [0]}}.
    {[2], \#{redact => [<<"pin">>]}}.
    {argument, <<"pin">>, [{2, 1}]}.
    """

    raising = fn id ->
      try do
        Probe.run(id, @mfa, [7, 0], fn -> :erlang.div(7, String.to_integer("0")) end)
      rescue
        ArithmeticError -> :ok
      end
    end

    found = events(path, policies, fn -> for id <- 1..3, do: raising.(id) end)
    raised = for %{kind: :raise, payload: {_, _, [frame | _]}} <- found, do: elem(frame, 2)
    assert raised == [2, 2, [7, 0]]
  end

  test "what cannot be understood is reported, and recording goes on", %{path: path} do
    for {policies, word} <- [
          {"{[1], \#{args => ", "what the rules ask"},
          {"{not_a_policy}.", "what the rules ask"},
          {"{[1], \#{'when' => <<\"1 +\">>}}.", "condition"},
          {"{[1], \#{'when' => <<\"unknown(args)\">>}}.", "condition"}
        ] do
      log =
        capture_log(fn ->
          ExUnit.CaptureIO.capture_io(:stderr, fn ->
            found = events(path, policies, fn -> call(1, [1]) end)
            # What a condition does not let through may be what nobody wants to see.
            assert length(found) == if(word == "condition", do: 0, else: 2)
          end)
        end)

      assert log =~ word, inspect({policies, log})
    end
  end

  test "the default costs no counting" do
    policies = Policies.new(%Limits{})
    assert Escope.Policy.admits(Policies.of(policies, 1), nil, Counts.new())
    assert Redact.and_also(Redact.new([]), %{}) == nil
  end
end

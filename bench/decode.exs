# Writes one frame's body, in base 64, for decode.ts: 500 events of a GenServer with a state of some 500 bytes.
state = %{items: Map.new(1..20, &{"item-#{&1}", &1}), user: %{id: 7, email: "a@example.org", roles: [:admin, :user]}}
mono = -576_460_751_234_567_890
encode = &:erlang.term_to_binary/1

events =
  for call <- 1..250, {kind, at} <- [enter: 0, leave: 5000] do
    payload =
      if kind == :enter,
        do: {{Shop.Stock, :handle_call, 3}, [{:take, "tea"}, {self(), make_ref()}, state]},
        else: {:reply, :ok, state}

    {kind, call, mono + call * 10_000 + at, self(), 50_000_000 + rem(call, 10), call * 16, nil, nil, encode.(payload)}
  end

IO.write(Base.encode64(encode.(events)))

# Writes the recording that the tests read, as docs/recording.md describes it, into the folder given: processes that
# nest, raise, are killed, loop, and go on; lost events; events of one process spread over frames and segments.

defmodule Write do
  @mono -576_460_751_234_567_890
  def mono, do: @mono

  def segment(dir, name, frames) do
    File.write!(Path.join(dir, name), ["ESCOPE", 0, 1 | Enum.map(frames, &frame/1)])
  end

  def frame(events) do
    body = :erlang.term_to_binary(events)
    [<<byte_size(body)::32, :erlang.crc32(body)::32>>, body]
  end

  def event(kind, {seq, us}, pid, probe, span, parent, payload) do
    {kind, seq, @mono + us * 1000, pid, probe, span, parent, nil, :erlang.term_to_binary(payload)}
  end

  def probe(id, fun, arity, clause, line, more \\ []) do
    fields = [id: id, kind: "clause", mode: "full", module: "Shop.Stock", function: fun, arity: arity, clause: clause]
    fields ++ [file: "lib/shop/stock.ex", line: line, rules: ["all"]] ++ more
  end

  def json(list) when is_list(list) do
    if Keyword.keyword?(list) and list != [],
      do: ["{", list |> Enum.map(fn {k, v} -> [inspect(to_string(k)), ":", json(v)] end) |> Enum.intersperse(","), "}"],
      else: ["[", list |> Enum.map(&json/1) |> Enum.intersperse(","), "]"]
  end

  def json(nil), do: "null"
  def json(other), do: inspect(other)
end

defmodule Sample do
  import Write

  def write(dir) do
    File.mkdir_p!(dir)

    pid = fn id -> :c.pid(0, id, 0) end
    {server, killed, loop, going} = {pid.(150), pid.(151), pid.(152), pid.(153)}

    stack = [
      {Shop.Stock, :check, 1, [file: 'lib/shop/stock.ex', line: 42]},
      {Shop.Stock, :"-handle_call/3-fun-0-", 1, []}
    ]

    boom = %RuntimeError{message: "boom"}
    state = %{items: %{"tea" => 3, "jam" => 0}, name: "stock"}
    from = {going, [:alias | :erlang.list_to_ref('#Ref<0.1.2.3>')]}
    mfa = fn fun, arity -> {Shop.Stock, fun, arity} end

    origin = %{
      registered_name: Shop.Stock,
      initial_call: {Shop.Stock, :init, 1},
      ancestors: [Shop.Supervisor, pid.(140)],
      callers: [],
      label: nil
    }

    nobody = %{registered_name: nil, initial_call: {:proc_lib, :init_p, 5}, ancestors: [], callers: [], label: nil}

    first = [
      [
        event(:spawn, {1, 100}, server, nil, nil, nil, origin),
        event(:enter, {2, 100}, server, 1, 1001, nil, {mfa.(:init, 1), [[name: "stock"]]}),
        event(:leave, {3, 350}, server, 1, 1001, nil, {:ok, state}),
        # The inner span's end comes in an earlier frame than its beginning.
        event(:leave, {6, 1300}, server, 3, 1003, 1002, true)
      ],
      [
        event(:enter, {4, 1000}, server, 2, 1002, nil, {mfa.(:handle_call, 3), [{:take, "tea"}, from, state]}),
        event(:enter, {5, 1200}, server, 3, 1003, 1002, {mfa.(:check, 1), [{:"$escope", :binary, "tea é", 2_500_000}]}),
        event(:leave, {7, 2200}, server, 2, 1002, nil, {:reply, :ok, %{state | name: {:"$escope", :redacted}}}),
        {:weather, 1, 2, 3}
      ]
    ]

    second = [
      [
        event(
          :enter,
          {8, 3000},
          server,
          2,
          1004,
          nil,
          {mfa.(:handle_call, 3), [{:take, "jam"}, from, [1, {:"$escope", :more, 7}]]}
        ),
        event(:enter, {9, 3100}, server, 3, 1005, 1004, {mfa.(:check, 1), nil}),
        event(:raise, {10, 3400}, server, 3, 1005, 1004, {:error, boom, stack}),
        event(:raise, {11, 3500}, server, 2, 1004, nil, {:error, boom, stack}),
        event(:spawn, {1, 500}, killed, nil, nil, nil, nobody),
        :enter
        |> event({2, 600}, killed, 2, 2001, nil, {mfa.(:handle_call, 3), [:hang, from, %{}]})
        |> put_elem(7, 1003),
        # Its end was dropped: what came after it in the same caller proves that it ended.
        event(:enter, {3, 700}, killed, 3, 2002, 2001, {mfa.(:check, 1), ["a"]}),
        event(:enter, {5, 800}, killed, 3, 2003, 2001, {mfa.(:check, 1), ["b"]}),
        event(:exit, {0, 9000}, killed, nil, nil, nil, :killed)
      ],
      [
        event(:enter, {1, 5000}, loop, 4, 3001, nil, {mfa.(:drain, 1), [[1, 2, 3]]}),
        event(:enter, {2, 5001}, loop, 4, 3002, nil, {mfa.(:drain, 1), [[2, 3]]}),
        event(:enter, {1, 6000}, going, 5, 2 ** 60, nil, {{Shop.Made, :a, 0}, []}),
        event(:leave, {2, 6400}, going, 5, 2 ** 60, nil, :a),
        # Its beginning was dropped.
        event(:leave, {4, 7000}, going, 3, 4002, nil, false),
        event(:enter, {5, 8000}, going, 3, 4003, nil, {mfa.(:check, 1), ["still"]})
      ]
    ]

    segment(dir, "77-0a1b2c3d-000001.events", first)
    segment(dir, "77-0a1b2c3d-000002.events", second)

    probes = [
      probe(1, "init", 1, 1, 10, callback: "GenServer"),
      probe(2, "handle_call", 3, 2, 20, callback: "GenServer"),
      probe(3, "check", 1, 1, 40),
      probe(4, "drain", 1, 1, 50) |> Keyword.put(:mode, "enter"),
      probe(5, "unquote(name)", 0, 1, 60, template: true)
    ]

    info = [
      format: 1,
      vm: "77-0a1b2c3d",
      node: "nonode@nohost",
      probes: "probes.json",
      started: [wall_ns: 1_795_350_000_000_000_123, monotonic_ns: mono()],
      ended: [wall_ns: 1_795_350_000_010_000_123, monotonic_ns: mono() + 10_000_000],
      versions: [escope: "0.1.0", elixir: System.version(), otp: System.otp_release()],
      events: 24,
      drops: [overwritten: 3]
    ]

    File.write!(Path.join(dir, "probes.json"), json(format: 1, project: "shop", probes: probes))
    File.write!(Path.join(dir, "recording.json"), json(info))
  end
end

[dir] = System.argv()
Sample.write(dir)

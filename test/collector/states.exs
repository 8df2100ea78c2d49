# Random histories of states on the real runtime, for states.test.ts: states.exs SEED POLICIES. Prints, for each span, its
# process's number, its own, and what its state is before and after, each as Elixir prints it.

defmodule Shop.Item do
  # One field: in which order Elixir prints several, a recording does not say.
  defstruct [:of]
end

defmodule States do
  alias Escope.Probe

  def run(seed) do
    :rand.seed(:exsss, {seed, seed, seed})

    for n <- 1..8 do
      seed = :rand.uniform(1_000_000)
      # Each in a process of its own, as states are.
      fn -> history(n, seed) end |> Task.async() |> Task.await(:infinity)
    end
  end

  defp history(n, seed) do
    :rand.seed(:exsss, {seed, n, 1})
    shape = Enum.random([:server, :view, :views])
    Enum.reduce(1..120, {%{}, 0}, fn step, {states, _} ->
      id = if shape == :views, do: Enum.random(1..3), else: 1
      old = Map.get_lazy(states, id, fn -> first(shape, id) end)
      new = turn(shape, old)
      call(n, step, shape, old, new)
      {Map.put(states, id, after_turn(shape, new)), 0}
    end)
  end

  defp first(:server, _id), do: map(3)
  defp first(_view, id), do: socket(id, Map.put(map(3), :__changed__, %{}))

  defp call(n, step, :server, old, new) do
    {:noreply, ^new} = Probe.run(1, {M, {:handle_cast, 2}}, [step, old], fn -> {:noreply, new} end)
    say(n, step, old, new)
  end

  defp call(n, step, _view, old, new) do
    {:noreply, ^new} =
      Probe.run(2, {L, {:handle_event, 3}}, [step, %{}, old], fn -> {:noreply, new} end)

    say(n, step, shown(old), shown(new))
  end

  defp say(n, step, old, new), do: IO.puts(Enum.join([n, step, text(old), text(new)], "\t"))

  defp text(term) do
    term |> inspect(limit: :infinity, width: :infinity, printable_limit: :infinity) |> Base.encode64()
  end

  defp shown(socket), do: Map.delete(socket.assigns, :__changed__)

  defp turn(:server, state), do: mutate(state)

  defp turn(_view, socket) do
    assigns = mutate(Map.delete(socket.assigns, :__changed__))
    %{socket | assigns: Map.put(assigns, :__changed__, %{a: true})}
  end

  # LiveView has rendered meanwhile: other maps with the same values.
  defp after_turn(:server, state), do: state
  defp after_turn(_, socket), do: %{socket | assigns: %{socket.assigns | __changed__: %{}}}

  defp socket(id, assigns) do
    %{
      __struct__: Phoenix.LiveView.Socket,
      id: "phx-#{id}",
      view: L,
      assigns: assigns,
      private: %{live_temp: %{}},
      parent_pid: nil,
      root_pid: self(),
      transport_pid: nil,
      redirected: nil
    }
  end

  # One to three changes, or none; sometimes an equal copy, a crowd of keys, or something else altogether.
  defp mutate(state) do
    case :rand.uniform(20) do
      1 -> state
      2 -> :erlang.binary_to_term(:erlang.term_to_binary(state))
      3 -> Enum.reduce(1..40, state, &Map.put(&2, {:k, &1}, value(1)))
      4 -> state |> Enum.take(3) |> Map.new()
      5 -> map(3)
      _ -> Enum.reduce(1..:rand.uniform(3), state, fn _, state -> change(state, 4) end)
    end
  end

  defp change(map, depth) when map_size(map) > 0 do
    {key, value} = Enum.random(map)

    case :rand.uniform(5) do
      1 -> Map.put(map, key(), value(3))
      2 -> Map.delete(map, key)
      3 -> Map.put(map, key, value(3))
      _ when is_map(value) and depth > 0 -> %{map | key => inside(value, depth - 1)}
      _ -> Map.put(map, key, [:new, value(1) | List.wrap(if(is_list(value), do: value))] |> Enum.take(9))
    end
  end

  defp change(_empty, _depth), do: map(2)

  defp inside(%MapSet{} = set, _depth), do: MapSet.put(set, :rand.uniform(20))
  defp inside(%{__struct__: _} = item, depth), do: %{item | of: value(depth)}
  defp inside(map, depth), do: change(map, depth)

  defp map(depth), do: Map.new(1..:rand.uniform(6), fn _ -> {key(), value(depth)} end)

  defp key do
    case :rand.uniform(5) do
      1 -> :rand.uniform(50)
      2 -> "key #{:rand.uniform(20)}"
      3 -> {:pair, :rand.uniform(9)}
      _ -> :"k#{:rand.uniform(30)}"
    end
  end

  defp value(depth) do
    case if(depth == 0, do: 1, else: :rand.uniform(9)) do
      1 -> Enum.random([nil, true, 1, -70_000, 2.5, "text", :a, Integer.pow(2, 70), {}, %{}, "a\n\"b"])
      2 -> map(depth - 1)
      3 -> {value(depth - 1), :x}
      4 -> [:first | List.duplicate(value(depth - 1), :rand.uniform(4))]
      5 -> %{__struct__: Shop.Item, of: value(depth - 1)}
      6 -> MapSet.new([value(0), :rand.uniform(9)])
      7 -> String.duplicate("ä", :rand.uniform(90))
      _ -> :rand.uniform(1000)
    end
  end
end

[seed, policies, folder] = System.argv()
{:ok, _} = Application.ensure_all_started(:escope)
limits = [depth: 30, items: 1000, bytes: 100_000, total: 1_000_000]
:ok = Escope.start(record: folder, policies: policies, limits: limits, redact: false)
States.run(String.to_integer(seed))
%{drops: drops} = Escope.status()
:ok = Escope.stop()
if drops != %{}, do: raise(inspect(drops))

defmodule Escope.SwitchTest do
  # Probes that are turned on and off while a recording is on.
  use ExUnit.Case, async: false

  alias Escope.{Probe, Recorded}

  @mfa {M, {:f, 1}}

  setup do
    path = Path.join(System.tmp_dir!(), "escope-switch-#{System.unique_integer([:positive])}")
    File.write!(path, ~s({rule, <<"carts">>, [1, 2]}. {[2], \#{result => false}}.))
    on_exit(fn -> File.rm(path) end)
    %{path: path}
  end

  defp call(id, n), do: Probe.run(id, @mfa, [n], fn -> n end)

  defp entered(path, work) do
    events = Recorded.events([policies: path], work)
    for %{kind: :enter, probe: id, payload: {_, [n]}} <- events, do: {id, n}
  end

  test "all, by rule, by probe", %{path: path} do
    found =
      entered(path, fn ->
        for id <- 1..3, do: call(id, 1)
        :ok = Escope.disable({:rule, "carts"})
        for id <- 1..3, do: call(id, 2)
        :ok = Escope.enable({:probe, 2})
        for id <- 1..3, do: call(id, 3)
        :ok = Escope.disable(:all)
        for id <- 1..3, do: call(id, 4)
        :ok = Escope.enable({:probe, 3})
        for id <- 1..3, do: call(id, 5)
        :ok = Escope.enable(:all)
        for id <- 1..3, do: call(id, 6)
        assert {:error, {:unknown_rule, "cart", ["carts"]}} = Escope.disable({:rule, "cart"})
        assert {:error, {:not_a_switch, "carts"}} = Escope.enable("carts")
      end)

    expected = [{1, 1}, {2, 1}, {3, 1}, {3, 2}, {2, 3}, {3, 3}, {3, 5}, {1, 6}, {2, 6}, {3, 6}]
    assert Enum.sort(found) == Enum.sort(expected)
  end

  test "by process: all but one, and one alone", %{path: path} do
    other = fn n -> fn -> call(1, n) end |> Task.async() |> Task.await() end

    found =
      entered(path, fn ->
        :ok = Escope.disable({:process, self()})
        call(1, :mine)
        other.(:other)
        :ok = Escope.enable(:all)
        :ok = Escope.enable({:process, self()})
        call(1, :mine_alone)
        other.(:left_out)
      end)

    assert found == [{1, :other}, {1, :mine_alone}]
  end

  test "what was begun is closed", %{path: path} do
    events =
      Recorded.events([policies: path], fn ->
        Probe.run(1, @mfa, [1], fn -> Escope.disable(:all) end)
      end)

    assert [:enter, :leave] = for(e <- events, e.kind != :spawn, do: e.kind)
  end

  test "without a recording there is nothing to switch" do
    Recorded.none()
    assert {:error, :not_recording} = Escope.disable(:all)
  end
end

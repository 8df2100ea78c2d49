defmodule Escope.ReloadTest do
  use ExUnit.Case, async: true

  alias Escope.{Limits, Policies, Redact, Reload}

  defp policies(text) do
    path = Path.join(System.tmp_dir!(), "escope-#{System.unique_integer([:positive])}.terms")
    File.write!(path, text)
    on_exit(fn -> File.rm!(path) end)
    Policies.read(path, Limits.new([]), Redact.new([]))
  end

  test "what rules ask holds anew, but for probes whose code may still run" do
    old = policies("{[1, 2, 3], \#{args => false}}.\n")
    fresh = policies("{[4], \#{args => [0]}}.\n{rule, <<\"r\">>, [4]}.\n")
    renewed = Policies.renew(old, fresh, MapSet.new([1]))

    assert Map.new([1, 2, 4], &{&1, Policies.of(renewed, &1).args}) == %{
             1 => false,
             2 => true,
             4 => [0]
           }

    assert renewed.rules == %{"r" => [4]}
  end

  test "what was switched stays so" do
    old = policies("{[1], \#{args => false}}.\n")
    {:ok, one} = Policies.switch(old, {:probe, 1}, false)
    {:ok, one} = Policies.switch(one, {:process, self()}, true)
    renewed = Policies.renew(one, policies("{[1, 2], \#{result => false}}.\n"), MapSet.new())
    assert {Policies.of(renewed, 1).on, Policies.of(renewed, 2).on} == {false, true}
    assert Policies.of(renewed, 1).result == false
    assert renewed.processes == %{self() => true}
    refute renewed.on

    {:ok, all} = Policies.switch(old, :all, false)
    {:ok, all} = Policies.switch(all, {:probe, 1}, true)
    renewed = Policies.renew(all, policies("{[2], \#{args => false}}.\n"), MapSet.new())
    assert for(id <- [1, 2, 3], do: Policies.of(renewed, id).on) == [true, false, false]
  end

  test "a condition that is in use is the same one after a new reading" do
    text = fn place ->
      "{[1], \#{'when' => <<\"n > 1\">>, names => [{<<\"n\">>, #{place}}]}}.\n"
    end

    condition = fn place ->
      [{condition, false, _tally}] = Policies.of(policies(text.(place)), 1).condition.list
      condition
    end

    {first, second} = {condition.(0), condition.(1)}
    assert {first.([2, 0], nil), second.([2, 0], nil)} == {true, false}
    assert condition.(0) == first
  end

  test "without a tree nobody knows a version" do
    assert Reload.version() == nil
  end
end

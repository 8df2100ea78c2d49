defmodule Escope.RedactTest do
  use ExUnit.Case, async: false

  alias Escope.{Recorded, Redact}

  @hidden {:"$escope", :redacted}

  # Both ways must come to the same.
  defp hide(term, names \\ []) do
    hidden = Redact.hide(term, Redact.new(names))
    assert :erlang.binary_to_term(Redact.encode(term, Redact.new(names))) == hidden
    hidden
  end

  test "keys of maps, structs and keyword lists, at any depth, by part of the name and blind to case" do
    assert hide(%{password: 1, name: 2}) == %{password: @hidden, name: 2}

    assert hide(%{"user" => [%{"Password_confirmation" => 1}]}) == %{
             "user" => [%{"Password_confirmation" => @hidden}]
           }

    assert hide({:ok, [api_key: 1, a: {1, [csrf_token: 2]}]}) ==
             {:ok, [api_key: @hidden, a: {1, [csrf_token: @hidden]}]}

    assert hide([{"authorization", "Bearer"}, {"accept", "*"}]) == [
             {"authorization", @hidden},
             {"accept", "*"}
           ]

    assert hide(%{__struct__: U, hashed_password: 1}) == %{
             __struct__: U,
             hashed_password: @hidden
           }

    assert hide([{:a, 1} | :secret]) == [{:a, 1} | :secret]
    assert hide(%{iban: 1, token: 2}, [:iban]) == %{iban: @hidden, token: @hidden}
    assert hide(%{"sePaSsWoRdx" => 1, TOKEN: 2}) == %{"sePaSsWoRdx" => @hidden, TOKEN: @hidden}
    assert hide(%{"päßpin" => 1}, ["pin"]) == %{"päßpin" => @hidden}
    assert hide(%{token: 1}, false) == %{token: 1}
  end

  test "Phoenix's filter_parameters, of both kinds" do
    on_exit(fn -> Application.delete_env(:phoenix, :filter_parameters) end)
    Application.put_env(:phoenix, :filter_parameters, ["pin"])
    assert hide(%{"pin" => 1, "x" => 2}) == %{"pin" => @hidden, "x" => 2}

    Application.put_env(:phoenix, :filter_parameters, {:keep, ["id"]})

    assert hide(%{"id" => 1, "x" => 2, "y" => %{"id" => 3}}) == %{
             "id" => 1,
             "x" => @hidden,
             "y" => %{"id" => 3}
           }

    assert hide(%{count: 1}) == %{count: 1}
  end

  test "no secret reaches a recording's files: arguments, results, reasons, traces, ends" do
    folder = Recorded.folder()
    :ok = Escope.start(record: folder)

    {pid, ref} =
      spawn_monitor(fn ->
        mfa = {M, {:f, 1}}
        Escope.Probe.run(1, mfa, [%{password: "hunter2"}], fn -> [token: "hunter2"] end)
        Process.sleep(50)
        Escope.Probe.run(2, mfa, [], fn -> exit({:shutdown, %{secret: "hunter2"}}) end)
      end)

    assert_receive {:DOWN, ^ref, :process, ^pid, _}
    Escope.stop()

    assert Enum.map(Recorded.read(folder), & &1.kind) == [
             :spawn,
             :enter,
             :leave,
             :enter,
             :raise,
             :exit
           ]

    for file <- Path.wildcard(folder <> "/*"), do: refute(File.read!(file) =~ "hunter2")
  end
end

defmodule Escope.SecretTest do
  # Secrets are hidden without being asked for: no byte of one reaches disk or wire.
  use ExUnit.Case, async: false

  alias Escope.{Probe, Recorded, Redact}

  @hidden {:"$escope", :redacted}
  @secret "hunter2-XyZ"
  @mfa {M, {:f, 1}}

  defp hide(term) do
    redact = Redact.new([])
    hidden = Redact.hide(term, redact)
    assert :erlang.binary_to_term(Redact.encode(term, redact)) == hidden
    hidden
  end

  test "names that are hidden without being asked for" do
    for name <- ~w(password user_password passwd passphrase client_secret secret_key_base token
                   _csrf_token authorization Authorization cookies set-cookie api_key x-api-key
                   credit_card session_key session_id private_key access_key encryption_key
                   signing_salt credentials jwt card_number cvv) do
      assert hide(%{name => 1}) == %{name => @hidden}
      assert hide(%{String.to_atom(name) => 1}) == %{String.to_atom(name) => @hidden}
      assert hide([{name, 1}]) == [{name, @hidden}]
      assert hide([{String.to_charlist(name), 1}]) == [{String.to_charlist(name), @hidden}]
    end
  end

  test "names that say nothing of a secret, and those of modules, are left" do
    for term <- [
          %{private: 1, session: 2, foreign_key: 3, accepts: 4, signed_in: 5, passage: 6},
          {MyApp.TokenServer, :start_link, [1]},
          [{MyApp.PasswordReset, []}],
          {:error, :invalid_token},
          [1, 2 | :secret],
          [[112, 97 | 1]],
          :password,
          {:token}
        ],
        do: assert(hide(term) == term)
  end

  test "what is tagged with such a name" do
    assert hide({:password, @secret}) == {:password, @hidden}
    assert hide({"authorization", "x"}) == {"authorization", @hidden}

    assert hide({:call, {:verify_token, 7, @secret}}) ==
             {:call, {:verify_token, @hidden, @hidden}}
  end

  test "within texts: behind a name, or by their looks" do
    for {text, shown} <- [
          {"user[password]=#{@secret}&x=1", "user[password]=[REDACTED]&x=1"},
          {"user%5Bpassword%5D=#{@secret}&x=1", "user%5Bpassword%5D=[REDACTED]&x=1"},
          {~s(no: %{password: "#{@secret}", id: 1}), ~s(no: %{password: [REDACTED], id: 1})},
          {~s(%{"api_key" => "a \\"b\\" c"}), ~s(%{"api_key" => [REDACTED]})},
          {~s({"token":"#{@secret}","a":1}), ~s({"token":[REDACTED],"a":1})},
          {~S({\"token\":\"x-y-z\"}), ~S({\"token\":[REDACTED]})},
          {"authorization: Basic dXNlcjpwYXNz\r\n", "authorization: [REDACTED]\r\n"},
          {"Cookie: _a=1; _b=2\r\nHost: x", "Cookie: [REDACTED]\r\nHost: x"},
          {"it is Bearer abcdefgh.ijk", "it is Bearer [REDACTED]"},
          {"SFMyNTY.g2gDdAAA.abc-def x", "[REDACTED] x"},
          {"ecto://shop:#{@secret}@db/shop", "ecto://shop:[REDACTED]@db/shop"}
        ] do
      assert hide(text) == shown
      assert hide(%{a: [text]}) == %{a: [shown]}
    end

    for text <- ["the password is wrong", "https://example.org/token", "tokens: none of", "eyJ"],
        do: refute(hide(text) =~ "REDACTED" and text != "tokens: none of")
  end

  test "a struct of Elixir's or Phoenix's that holds some" do
    conn = %{
      __struct__: Plug.Conn,
      req_headers: [{"cookie", "_k=#{@secret}"}, {"accept", "*/*"}],
      req_cookies: %{"_k" => @secret},
      secret_key_base: @secret,
      params: %{"user" => %{"password" => @secret}}
    }

    assert %{req_headers: [{"cookie", @hidden}, {"accept", "*/*"}], req_cookies: @hidden} =
             hide(conn)
  end

  # Every kind of event, with the secret wherever a term of the application stands in it.
  defp everything do
    secret = %{password: @secret}
    put = fn -> Process.put(:"$process_label", {:user, secret}) end

    call = fn ->
      put.()
      Process.put(:"$callers", [[token: @secret]])
      Process.put(:"$ancestors", [secret])
      Probe.run(1, @mfa, [secret, "password=#{@secret}"], fn -> {:ok, [token: @secret]} end)
      Probe.local(1, :password, @secret, 1)
      Probe.local(1, :other, secret, nil)
      Probe.value(1, {:password, @secret})
      Escope.mark("login with password=#{@secret}", secret)

      socket = socket(%{user: secret, __changed__: %{}})
      Probe.run(2, @mfa, ["e", %{"token" => @secret}, socket], fn -> {:noreply, socket} end)

      next = %{socket | assigns: %{user: %{password: @secret <> "2"}, __changed__: %{}}}
      Probe.run(2, @mfa, ["e", %{}, socket], fn -> {:noreply, next} end)

      for fail <- [
            fn -> raise "cannot log in: #{inspect(secret)}" end,
            fn -> throw(secret) end,
            fn -> :erlang.error(:badarg, [secret]) end,
            fn -> apply(String, :upcase, [secret, 1, 2]) end,
            fn -> :erlang.raise(:error, :x, [{M, :f, [secret], []}]) end,
            fn -> exit({:shutdown, secret}) end
          ],
          do: catch_any(fn -> Probe.run(3, @mfa, [], fail) end)

      Process.sleep(50)
      exit({:shutdown, secret})
    end

    {pid, ref} = spawn_monitor(call)
    assert_receive {:DOWN, ^ref, :process, ^pid, _}, 5_000
  end

  defp socket(assigns) do
    %{
      __struct__: Phoenix.LiveView.Socket,
      id: "a",
      view: V,
      assigns: assigns,
      parent_pid: nil,
      root_pid: nil,
      transport_pid: nil,
      host_uri: :not_mounted_at_router,
      router: nil
    }
  end

  defp catch_any(work) do
    work.()
  catch
    _, _ -> :ok
  end

  test "no byte of one is in a recording's files, whatever the kind of event" do
    folder = Recorded.folder()
    :ok = Escope.start(record: folder)
    everything()
    Escope.stop()
    kinds = folder |> Recorded.read() |> Enum.map(& &1.kind) |> Enum.uniq() |> Enum.sort()

    assert kinds == [:context, :enter, :exit, :leave, :mark, :raise, :spawn, :state, :tree]
    for file <- Path.wildcard(folder <> "/*"), do: refute(File.read!(file) =~ "hunter2")
  end

  test "nor in what subscribers and snapshots are given" do
    :ok = Escope.start(record: Recorded.folder())
    on_exit(fn -> Escope.stop() end)
    :ok = Escope.subscribe()
    everything()
    Escope.flush()
    assert_receive {:escope, [_ | _] = events, 0}
    refute inspect(events, limit: :infinity) =~ "hunter2"

    {:ok, agent} = Agent.start_link(fn -> %{token: @secret, name: "x"} end)
    assert {:ok, %{state: {:ok, %{token: @hidden, name: "x"}}} = taken} = Escope.snapshot(agent)
    refute inspect(taken, limit: :infinity) =~ "hunter2"
  end

  test "a recorder that fails shows nothing of what it had in its hands" do
    folder = Recorded.folder()
    :ok = Escope.start(record: folder)

    log =
      ExUnit.CaptureLog.capture_log(fn ->
        :sys.replace_state(Escope.Recorder, fn state ->
          put_in(state.writer.sink, {String, %{password: @secret}})
        end)

        for _ <- 1..40 do
          Probe.run(1, @mfa, [1], fn -> 1 end)
          Escope.flush()
        end
      end)

    assert log =~ "recording stopped"
    refute log =~ "hunter2"
  end
end

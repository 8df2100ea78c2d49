# Prints what was raised for failure.test.ts, one a line: the external format of {class, reason, stacktrace}, and what
# Elixir says of it: the banner, and the lines of the stack without the applications' names. Each in base 64.

defmodule Raise do
  def only(1), do: :ok

  def all do
    map = %{a: 1}
    keys = [a: 1]
    fun = fn x -> x end
    zero = String.to_integer("0")

    [
      fn -> raise "boom" end,
      fn -> raise ArgumentError, "wrong \"thing\"" end,
      fn -> raise KeyError, key: :b, term: keys end,
      fn -> only(zero) end,
      fn -> 1 / zero end,
      fn -> 1 = zero end,
      fn -> case zero, do: (1 -> :ok) end,
      fn -> cond do: (zero == 1 -> :ok) end,
      fn -> with(1 <- zero, do: :ok, else: (2 -> :ok)) end,
      fn -> try(do: zero, else: (1 -> :ok)) end,
      fn -> if(zero == 0 and zero, do: 1) end,
      fn -> zero.() end,
      fn -> Map.put(zero, :a, 1) end,
      fn -> %{zero | a: 1} end,
      fn -> Map.fetch!(keys |> Map.new(), :missing) end,
      fn -> :erlang.error(:something_else) end,
      fn -> :erlang.error({:badarg, 5}) end,
      fn -> Enum.count(zero) end,
      fn -> %URI{} = zero end,
      fn -> throw({:away, map}) end,
      fn -> exit(:normal) end,
      fn -> exit(:shutdown) end,
      fn -> exit({:shutdown, :closed}) end,
      fn -> exit(:killed) end,
      fn -> exit({:bad_return_value, 5}) end,
      fn -> exit({:nodedown, :a@b}) end,
      fn -> exit({:timeout, {GenServer, :call, [Shop, :get, 5000]}}) end,
      fn -> exit({{%RuntimeError{message: "inner"}, [{Raise, :all, 0, [file: 'a.ex', line: 3]}]}, {GenServer, :call, [Shop, :get, 5000]}}) end,
      fn -> exit({%RuntimeError{message: "x"}, [{Raise, :"-all/0-fun-1-", 2, []}]}) end,
      fn -> exit(%{odd: "reason"}) end,
      fn -> GenServer.call(:nobody_here, :hello) end,
      fn -> Raise.fun_of(fun) end
    ]
  end

  def fun_of(fun), do: Enum.map([1], fn _ -> fun.(raise "deep") end)
end

for fun <- Raise.all() do
  {kind, reason, stack} =
    try do
      fun.()
      raise "nothing was raised"
    catch
      kind, reason -> {kind, reason, __STACKTRACE__}
    end

  lines = Enum.map(stack, &Regex.replace(~r/^\([^)]*\) /, Exception.format_stacktrace_entry(&1), ""))
  banner = Exception.format_banner(kind, reason, stack)

  [:erlang.term_to_binary({kind, reason, stack}), banner, Enum.join(lines, "\n")]
  |> Enum.map_join(" ", &Base.encode64/1)
  |> IO.puts()
end

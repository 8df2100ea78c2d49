defmodule Escope.CoverTest do
  # `:cover` counts the lines that it counts without probes, and each as often.
  use ExUnit.Case, async: false

  alias Escope.Pair

  @source ~S'''
  defmodule Cov do
    @at {:a, 1}
    def q(x), do: quote(do: unquote(x) + 1)
    def q2(x) do
      quote do
        unquote(x) + 1
      end
    end
    def a do
      @at
    end
    def neg do
      -1
    end
    def c do
      :ok
    end
    def d, do: :ok
    def l do
      [1,
       2]
    end
    def two(x) do
      @at
      y = x
      {y,
       2}
    end
    def str(x) do
      "a#{x}"
    end
    def r(x) do
      x
    rescue
      _ -> 1
    end
    def if_(x) do
      if x do
        1
      end
    end
    def n do
    end
    def e(x) do
      # c
      {x, 1}
    end
    def v(x) do
      x
    end
    def pair do
      {:a,
       :b}
    end
    def m do
      %{a: 1}
    end
    def s do
      ~s(a)
    end
    def doc do
      """
      a
      """
    end
    defmacro mac(x) do
      quote do: {unquote(x), 1}
    end
  end
  '''

  setup_all do
    # Of OTP's applications a Mix project sees only those that it names.
    [tools | _] = Path.wildcard(Path.join(:code.lib_dir(), "tools-*/ebin"))
    Code.append_path(tools)
    debug_info = Code.get_compiler_option(:debug_info)
    Code.put_compiler_option(:debug_info, true)
    folder = Path.join(System.tmp_dir!(), "escope-cover-#{System.unique_integer([:positive])}")
    File.mkdir_p!(folder)

    on_exit(fn ->
      cover(:stop, [])
      Code.put_compiler_option(:debug_info, debug_info)
      File.rm_rf!(folder)
    end)

    %{beam: Path.join(folder, "Elixir.Cov.beam")}
  end

  defp cover(function, args), do: apply(List.first([:cover]), function, args)

  # Line by line: how often it was run, after one call of everything. Line 0 is none.
  defp counts(tree, beam) do
    %{value: {:module, module, binary, _}} = Pair.observe(tree)
    File.write!(beam, binary)
    cover(:start, [])
    {:ok, ^module} = cover(:compile_beam, [String.to_charlist(beam)])

    for {name, arity} <- module.__info__(:functions),
        do: apply(module, name, List.duplicate(1, arity))

    {:ok, lines} = cover(:analyse, [module, :calls, :line])
    cover(:stop, [])
    for({{_, line}, n} <- lines, line != 0, do: {line, n}) |> Enum.sort()
  end

  test "the same lines, each as often", %{beam: beam} do
    plain = Code.string_to_quoted!(@source, file: "pair.ex", columns: true)
    expected = counts(plain, beam)
    assert length(expected) > 15
    {:__block__, _, [_require, probed]} = Pair.probed(plain)
    {:defmodule, meta, [name, [do: {:__block__, at, body}]]} = probed
    body = [quote(do: require(Escope)) | body]
    assert counts({:defmodule, meta, [name, [do: {:__block__, at, body}]]}, beam) == expected
  end
end

defmodule Escope.Closure do
  @moduledoc """
  Names the closures that stand for the bodies of probed clauses, so that `Escope.Stack` can tell whose
  they are. Used by `Escope.Transform` in the compiler's process, and where a stack trace is read.
  """

  # Atoms have no more characters; what is added to a name must fit too.
  @longest 255
  @room 60

  @doc ~S|The name of the `n`th closure of `owner` ("name/arity").|
  @spec of(String.t(), non_neg_integer) :: atom
  def of(owner, n), do: :"-#{short(owner)}-escope-#{n}-"

  # The arity and a hash tell it from others.
  defp short(owner) do
    if String.length(owner) + @room > @longest do
      [arity | _] = owner |> String.split("/") |> Enum.reverse()
      "#{String.slice(owner, 0, @longest - 2 * @room)}~#{hash(owner)}/#{arity}"
    else
      owner
    end
  end

  @doc "The function whose body the closure `name` of `module` is; nil where it is something else."
  @spec owner(module, atom) :: {atom, arity} | nil
  def owner(module, name) do
    with "-" <> _ = text <- Atom.to_string(name),
         [_, function, arity] <- Regex.run(~r/\A-(.+)\/(\d+)-escope-\d+-\z/s, text) do
      arity = String.to_integer(arity)
      {full(Regex.run(~r/~([0-9a-f]{32})\z/, function), module, function, arity), arity}
    else
      _ -> nil
    end
  end

  defp full(nil, _module, function, _arity), do: String.to_atom(function)

  # A name that was too long: the module knows it.
  defp full([_, hash], module, function, arity) do
    functions = module.module_info(:functions)

    Enum.find_value(functions, String.to_atom(function), fn {name, n} ->
      n == arity and hash == hash("#{name}/#{n}") and name
    end)
  end

  defp hash(owner), do: Base.encode16(:erlang.md5(owner), case: :lower)
end

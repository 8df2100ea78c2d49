defmodule Escope.Redact do
  @moduledoc """
  Hides values by their key: in maps, structs and keyword lists. Runs in the recorder's process,
  on terms that are bounded already.

  Phoenix's `:filter_parameters` are respected, both `["password"]` and `{:keep, ["id"]}`; the
  latter speaks of parameters, which are maps with strings as keys.
  """

  @default ~w(password secret token authorization api_key credit_card)
  @redacted {:"$escope", :redacted}

  @enforce_keys [:hidden, :kept]
  defstruct @enforce_keys

  @type t :: %__MODULE__{hidden: [String.t()], kept: [String.t()] | nil}

  @doc "Hides keys that contain one of `names` or of the defaults; `false` hides nothing."
  @spec new([String.t() | atom] | false) :: t
  def new(false), do: %__MODULE__{hidden: [], kept: nil}

  def new(names) do
    {hidden, kept} = of_phoenix(Application.get_env(:phoenix, :filter_parameters, []))
    names = for name <- List.wrap(names) ++ hidden, do: String.downcase(to_string(name))
    %__MODULE__{hidden: Enum.uniq(@default ++ names), kept: kept}
  end

  defp of_phoenix({:keep, names}) when is_list(names), do: {[], Enum.map(names, &to_string/1)}
  defp of_phoenix({:discard, names}) when is_list(names), do: {names, nil}
  defp of_phoenix(names) when is_list(names), do: {names, nil}
  defp of_phoenix(_), do: {[], nil}

  @doc "The term without what is to be hidden."
  @spec hide(term, t) :: term
  def hide(term, %__MODULE__{hidden: [], kept: nil}), do: term
  def hide(%{} = map, redact), do: :maps.map(&value(&1, &2, redact), map)
  def hide([item | rest], redact), do: [item(item, redact) | hide(rest, redact)]

  def hide(tuple, redact) when is_tuple(tuple) and tuple_size(tuple) > 0,
    do: tuple |> Tuple.to_list() |> hide(redact) |> List.to_tuple()

  def hide(other, _redact), do: other

  # An entry of a keyword list, or of a list of headers.
  defp item({key, value}, redact) when is_atom(key) or is_binary(key) do
    if hidden?(key, redact), do: {key, @redacted}, else: {key, hide(value, redact)}
  end

  defp item(other, redact), do: hide(other, redact)

  defp value(key, value, redact) when is_atom(key) or is_binary(key) do
    cond do
      hidden?(key, redact) -> @redacted
      is_binary(key) and redact.kept != nil -> parameter(key, value, redact)
      true -> hide(value, redact)
    end
  end

  defp value(_key, value, redact), do: hide(value, redact)

  defp parameter(key, value, redact) do
    cond do
      key in redact.kept -> hide(value, %{redact | kept: nil})
      is_map(value) -> hide(value, redact)
      is_list(value) -> Enum.map(value, &if(is_map(&1), do: hide(&1, redact), else: @redacted))
      true -> @redacted
    end
  end

  # An atom's answer is remembered: there are few atoms, and many events.
  defp hidden?(key, redact) when is_atom(key) do
    case Process.get({__MODULE__, key}) do
      {^redact, answer} ->
        answer

      _ ->
        answer = hidden?(Atom.to_string(key), redact)
        Process.put({__MODULE__, key}, {redact, answer})
        answer
    end
  end

  defp hidden?(key, redact), do: String.contains?(String.downcase(key), redact.hidden)
end

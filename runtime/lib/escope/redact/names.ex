defmodule Escope.Redact.Names do
  @moduledoc """
  Hides what stands under the names of secrets, and secrets within texts. Called by `Escope.Redact`
  in the recorder's process.
  """

  alias Escope.Redact
  alias Escope.Redact.Text

  @redacted {:"$escope", :redacted}
  # A shorter text holds no name and its value.
  @least 8
  # A longer list of characters is no key.
  @longest 64

  @doc "The term without what is to be hidden."
  @spec hide(term, Redact.t()) :: term
  def hide(term, redact), do: if(clean?(term, redact), do: term, else: rebuild(term, redact))

  defguardp name?(key)
            when is_atom(key) or is_binary(key) or
                   (is_list(key) and key != [] and is_integer(hd(key)))

  # Most terms have nothing to hide: looking is much cheaper than rebuilding.
  defp clean?([item | rest], redact), do: clean?(item, redact) and clean?(rest, redact)

  defp clean?(tuple, redact) when is_tuple(tuple) and tuple_size(tuple) > 0,
    do: not tagged?(tuple, redact) and clean_elements?(tuple, tuple_size(tuple), redact)

  defp clean?(map, redact) when is_map(map),
    do: clean_entries?(:maps.next(:maps.iterator(map)), redact)

  defp clean?(text, redact) when is_binary(text),
    do: byte_size(text) < @least or :binary.match(text, redact.traces) == :nomatch

  defp clean?(_other, _redact), do: true

  defp clean_elements?(_tuple, 0, _redact), do: true

  defp clean_elements?(tuple, n, redact),
    do: clean?(:erlang.element(n, tuple), redact) and clean_elements?(tuple, n - 1, redact)

  defp clean_entries?(:none, _redact), do: true

  defp clean_entries?({key, value, next}, redact),
    do: clean_entry?(key, value, redact) and clean_entries?(:maps.next(next), redact)

  defp clean_entry?(key, value, redact) when is_binary(key),
    do: redact.kept == nil and not hidden?(key, redact) and clean?(value, redact)

  defp clean_entry?(key, value, redact) when name?(key),
    do: not hidden?(key, redact) and clean?(value, redact)

  defp clean_entry?(key, value, redact), do: clean?(key, redact) and clean?(value, redact)

  # `{:password, value}`, `{"authorization", value}`, `{:verify_token, user, value}`.
  defp tagged?({key, _value}, redact) when name?(key), do: hidden?(key, redact)

  defp tagged?(tuple, redact) when is_atom(elem(tuple, 0)) and tuple_size(tuple) > 1,
    do: hidden?(elem(tuple, 0), redact)

  defp tagged?(_tuple, _redact), do: false

  defp rebuild(%{} = map, redact), do: :maps.map(&value(&1, &2, redact), map)
  defp rebuild([item | rest], redact), do: [rebuild(item, redact) | rebuild(rest, redact)]

  defp rebuild({:"$escope", :patch, changed, removed, added}, redact),
    do: {:"$escope", :patch, rebuild(changed, redact), removed, added}

  defp rebuild(tuple, redact) when is_tuple(tuple) and tuple_size(tuple) > 0 do
    [first | rest] = Tuple.to_list(tuple)

    rest =
      if tagged?(tuple, redact),
        do: Enum.map(rest, fn _ -> @redacted end),
        else: Enum.map(rest, &rebuild(&1, redact))

    List.to_tuple([rebuild(first, redact) | rest])
  end

  defp rebuild(text, redact) when is_binary(text),
    do: if(clean?(text, redact), do: text, else: Text.hide(text, redact.shapes))

  defp rebuild(other, _redact), do: other

  defp value(key, value, redact) when name?(key) do
    cond do
      hidden?(key, redact) -> @redacted
      is_binary(key) and redact.kept != nil -> parameter(key, value, redact)
      true -> rebuild(value, redact)
    end
  end

  defp value(_key, value, redact), do: rebuild(value, redact)

  defp parameter(key, value, redact) do
    cond do
      key in redact.kept -> rebuild(value, %{redact | kept: nil})
      is_map(value) -> rebuild(value, redact)
      is_list(value) -> Enum.map(value, &if(is_map(&1), do: rebuild(&1, redact), else: @redacted))
      true -> @redacted
    end
  end

  @doc """
  Whether a value under this key is hidden. An atom's answer is remembered: there are few atoms, and
  many events. The names of modules are no secret's.
  """
  @spec hidden?(term, Redact.t()) :: boolean
  def hidden?(key, redact) when is_atom(key) do
    memory = {__MODULE__, redact.id, key}

    case Process.get(memory) do
      nil ->
        answer = not module?(key) and hidden?(Atom.to_string(key), redact)
        Process.put(memory, answer)
        answer

      answer ->
        answer
    end
  end

  def hidden?(key, redact) when is_binary(key),
    do: :binary.match(String.downcase(key, :ascii), redact.pattern) != :nomatch

  # `'authorization'`, as Erlang's clients name their headers.
  def hidden?([char | _] = key, redact) when char in ?A..?z and length(key) < @longest do
    List.ascii_printable?(key) and hidden?(List.to_string(key), redact)
  end

  def hidden?(_key, _redact), do: false

  defp module?(key), do: match?("Elixir." <> _, Atom.to_string(key))
end

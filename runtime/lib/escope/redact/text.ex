defmodule Escope.Redact.Text do
  @moduledoc """
  Hides what patterns match inside of texts, whatever these are made of. Called by `Escope.Redact`
  in the recorder's process.

  A text that a pattern does not come to an end with is hidden whole, for nobody knows what is in
  it. Each pattern is there twice: as it reads UTF-8, and as it reads bytes.
  """

  require Logger

  @hidden "[REDACTED]"
  @marker :"$escope"
  @redacted {@marker, :redacted}

  # Steps of the search: about a millisecond. What can be matched at all needs far fewer.
  @limit 100_000

  @options [
    :global,
    :report_errors,
    capture: :first,
    match_limit: @limit,
    match_limit_recursion: @limit
  ]

  @enforce_keys [:source, :text, :bytes]
  defstruct @enforce_keys

  @type pattern :: %__MODULE__{source: String.t(), text: Regex.t(), bytes: Regex.t()}

  @doc "What should have been hidden must not show because of a mistake: then every text is hidden."
  @spec pattern(String.t()) :: pattern
  def pattern(source) do
    with {:ok, text} <- Regex.compile(source, "u"), {:ok, bytes} <- Regex.compile(source) do
      %__MODULE__{source: source, text: text, bytes: bytes}
    else
      {:error, reason} ->
        warn("`#{source}` is no pattern, all texts are hidden: #{inspect(reason)}")
        %__MODULE__{source: source, text: ~r/\A.+\z/us, bytes: ~r/\A.+\z/s}
    end
  end

  defguardp char?(char)
            when is_integer(char) and (char in 0..0xD7FF or char in 0xE000..0x10FFFF)

  @doc "The term, without what one of the patterns matches."
  @spec hide(term, [pattern]) :: term
  def hide(text, patterns) when is_binary(text), do: text(text, patterns)

  def hide(bits, patterns) when is_bitstring(bits) do
    size = bit_size(bits) - rem(bit_size(bits), 8)
    <<bytes::bitstring-size(size), _::bitstring>> = bits
    if text(bytes, patterns) == bytes, do: bits, else: @redacted
  end

  def hide(word, _patterns) when word in [nil, true, false], do: word

  def hide(atom, patterns) when is_atom(atom) do
    name = Atom.to_string(atom)
    if text(name, patterns) == name, do: atom, else: @redacted
  end

  # Of a stack trace: what it names stands in the source; arguments do not.
  def hide({module, name, args, place}, patterns)
      when is_atom(module) and is_atom(name) and is_list(place) and
             (is_list(args) or is_integer(args)),
      do: {module, name, hide(args, patterns), place}

  # What a limit has cut.
  def hide({@marker, :binary, start, size}, patterns),
    do: {@marker, :binary, hide(start, patterns), size}

  def hide({@marker, :patch, changed, removed, added}, patterns) do
    [removed, added] = for keys <- [removed, added], do: keys(keys, patterns)
    {@marker, :patch, hide(changed, patterns), removed, added}
  end

  def hide(marker, _patterns) when is_tuple(marker) and elem(marker, 0) == @marker, do: marker

  def hide(tuple, patterns) when is_tuple(tuple),
    do: tuple |> Tuple.to_list() |> items(patterns) |> List.to_tuple()

  def hide(%{} = map, patterns),
    do: :maps.from_list(for {key, value} <- :maps.to_list(map), do: entry(key, value, patterns))

  def hide([_ | _] = list, patterns), do: items(list, patterns)
  def hide(other, _patterns), do: other

  defp items([{name, value} | rest], patterns) when is_atom(name),
    do: [{name, hide(value, patterns)} | items(rest, patterns)]

  defp items([char | _] = list, patterns) when char?(char) do
    {chars, rest} = leading(list, [])
    text = List.to_string(chars)

    case text(text, patterns) do
      ^text -> chars ++ items(rest, patterns)
      shown -> String.to_charlist(shown) ++ items(rest, patterns)
    end
  end

  defp items([item | rest], patterns), do: [hide(item, patterns) | items(rest, patterns)]
  defp items(tail, patterns), do: hide(tail, patterns)

  # A struct's name, and names of fields, stand in the source.
  defp entry(:__struct__, name, _patterns), do: {:__struct__, name}
  defp entry(key, value, patterns), do: {key(key, patterns), hide(value, patterns)}

  defp key(key, _patterns) when is_atom(key), do: key
  defp key(key, patterns), do: hide(key, patterns)

  defp keys(keys, patterns) when is_list(keys), do: for(key <- keys, do: key(key, patterns))
  defp keys(other, _patterns), do: other

  defp leading([char | rest], found) when char?(char), do: leading(rest, [char | found])

  defp leading(rest, found), do: {Enum.reverse(found), rest}

  defp text(text, patterns) do
    Enum.reduce(patterns, text, fn pattern, text ->
      regex = if String.valid?(text), do: pattern.text, else: pattern.bytes

      case :re.run(text, regex.re_pattern, @options) do
        :nomatch -> text
        {:match, found} -> replaced(text, List.flatten(found), 0)
        {:error, reason} -> given_up(pattern, reason)
      end
    end)
  end

  defp replaced(text, [], at), do: binary_part(text, at, byte_size(text) - at)

  # Nothing stands where nothing was matched.
  defp replaced(text, [{_start, 0} | rest], at), do: replaced(text, rest, at)

  defp replaced(text, [{start, length} | rest], at),
    do: binary_part(text, at, start - at) <> @hidden <> replaced(text, rest, start + length)

  defp given_up(pattern, reason) do
    told = {__MODULE__, pattern.source}

    unless Process.put(told, true),
      do:
        warn(
          "`#{pattern.source}` comes to no end (#{reason}): texts that it cannot be searched for are hidden whole"
        )

    @hidden
  end

  defp warn(message), do: Logger.warning("escope: " <> message)
end

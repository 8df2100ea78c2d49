defmodule Escope.Redact do
  @moduledoc """
  Hides values by their key: in maps, structs and keyword lists. Runs in the recorder's process,
  on terms that are bounded already.

  Phoenix's `:filter_parameters` are respected, both `["password"]` and `{:keep, ["id"]}`; the
  latter speaks of parameters, which are maps with strings as keys.
  """

  alias Escope.Redact.Text

  @default ~w(password secret token authorization api_key credit_card)
  @redacted {:"$escope", :redacted}

  # `pattern` finds one of the hidden names; `traces` finds, in encoded terms, what one begins
  # with, in any case; `id` names the memory of answers about atoms.
  @enforce_keys [:names, :pattern, :traces, :id, :kept]
  defstruct @enforce_keys ++ [paths: [], patterns: []]

  @typedoc """
  `paths` are names of keys that stand directly within each other (`*` is any); `patterns` hide
  what they match inside of texts (`Escope.Redact.Text`).
  """
  @type t :: %__MODULE__{
          names: [String.t()] | false,
          pattern: :binary.cp() | nil,
          traces: :binary.cp() | nil,
          id: integer,
          kept: [String.t()] | nil,
          paths: [[String.t()]],
          patterns: [Text.pattern()]
        }

  @doc "Hides keys that contain one of `names` or of the defaults; `false` hides nothing."
  @spec new([String.t() | atom] | false) :: t
  def new(false), do: %__MODULE__{names: false, pattern: nil, traces: nil, id: 0, kept: nil}

  def new(names) do
    {hidden, kept} = of_phoenix(Application.get_env(:phoenix, :filter_parameters, []))
    names = for name <- List.wrap(names) ++ hidden, do: String.downcase(to_string(name), :ascii)
    names = Enum.uniq(@default ++ Enum.reject(names, &(&1 == "")))

    %__MODULE__{
      names: names,
      pattern: :binary.compile_pattern(names),
      traces:
        names
        |> Enum.flat_map(&spellings(binary_part(&1, 0, min(byte_size(&1), 4))))
        |> :binary.compile_pattern(),
      id: :erlang.phash2(names),
      kept: kept
    }
  end

  @doc "What `redact` hides and `asked` (of `Escope.Policies`) too; nil where that asks for nothing."
  @spec and_also(t, map) :: t | nil
  def and_also(redact, asked) do
    names = Map.get(asked, :redact, [])
    paths = for path <- Map.get(asked, :paths, []), do: String.split(path, ".")
    patterns = for source <- Map.get(asked, :patterns, []), do: Text.pattern(source)

    if names != [] or paths != [] or patterns != [],
      do: %{with_names(redact, names) | paths: paths, patterns: patterns}
  end

  defp with_names(redact, []), do: redact
  defp with_names(redact, names), do: new((redact.names || []) ++ names)

  defp spellings(""), do: [""]

  defp spellings(<<char, rest::binary>>) do
    upper = if char in ?a..?z, do: char - 32, else: char

    for first <- Enum.uniq([char, upper]),
        others <- spellings(rest),
        do: <<first, others::binary>>
  end

  @doc "The encoded term without what is to be hidden."
  @spec encode(term, t) :: binary
  def encode(term, redact) do
    encoded = :erlang.term_to_binary(term)
    if suspect?(encoded, redact), do: :erlang.term_to_binary(hide(term, redact)), else: encoded
  end

  @doc "The same for what an event of this kind holds: the names of what is called stand in the source."
  @spec encode(atom, term, t) :: binary
  def encode(kind, content, redact) do
    encoded = :erlang.term_to_binary(content)

    if suspect?(encoded, redact),
      do: :erlang.term_to_binary(hide_in(kind, content, redact)),
      else: encoded
  end

  defp hide_in(:enter, {function, args}, redact), do: {function, hide(args, redact)}

  defp hide_in(:raise, {class, reason, stack}, redact),
    do: {class, hide(reason, redact), hide(stack, redact)}

  defp hide_in(_kind, content, redact), do: hide(content, redact)

  # Names of atoms and binaries stand in an encoded term as they are, and searching it is much
  # cheaper than walking the term.
  defp suspect?(encoded, %{kept: nil, paths: [], patterns: []} = redact),
    do: redact.pattern != nil and :binary.match(encoded, redact.traces) != :nomatch

  defp suspect?(_encoded, _redact), do: true

  defp of_phoenix({:keep, names}) when is_list(names), do: {[], Enum.map(names, &to_string/1)}
  defp of_phoenix({:discard, names}) when is_list(names), do: {names, nil}
  defp of_phoenix(names) when is_list(names), do: {names, nil}
  defp of_phoenix(_), do: {[], nil}

  @doc "The term without what is to be hidden."
  @spec hide(term, t) :: term
  # A variable is hidden by its name.
  def hide({:"$escope", :local, name, value}, redact) do
    [{^name, hidden}] = hide([{name, value}], redact)
    {:"$escope", :local, name, hidden}
  end

  def hide(term, redact) do
    term = Enum.reduce(redact.paths, term, &hide_path(&2, &1, &1))
    term = if redact.patterns == [], do: term, else: Text.hide(term, redact.patterns)
    if redact.pattern == nil or clean?(term, redact), do: term, else: rebuild(term, redact)
  end

  # `path` is what is left of `whole`, which may begin anywhere.
  defp hide_path(%{} = map, path, whole),
    do: :maps.map(fn key, value -> hide_entry(key, value, path, whole) end, map)

  defp hide_path([{key, value} | rest], path, whole) when is_atom(key) or is_binary(key),
    do: [{key, hide_entry(key, value, path, whole)} | hide_path(rest, path, whole)]

  defp hide_path([item | rest], path, whole),
    do: [hide_path(item, path, whole) | hide_path(rest, path, whole)]

  # Names hide values, not keys: those of a change stay what they are in the map.
  defp hide_path({:"$escope", :patch, changed, removed, added}, path, whole),
    do: {:"$escope", :patch, hide_path(changed, path, whole), removed, added}

  defp hide_path(tuple, path, whole) when is_tuple(tuple),
    do: tuple |> Tuple.to_list() |> Enum.map(&hide_path(&1, path, whole)) |> List.to_tuple()

  defp hide_path(other, _path, _whole), do: other

  defp hide_entry(key, value, [name | rest], whole) do
    cond do
      not named?(key, name) -> hide_path(value, whole, whole)
      rest == [] -> @redacted
      true -> value |> hide_path(rest, whole) |> hide_path(whole, whole)
    end
  end

  defp named?(key, "*"), do: is_atom(key) or is_binary(key)
  defp named?(key, name) when is_atom(key), do: Atom.to_string(key) == name
  defp named?(key, name), do: key == name

  # Most terms have nothing to hide: looking is much cheaper than rebuilding.
  defp clean?([{key, value} | rest], redact) when is_atom(key) or is_binary(key),
    do: not hidden?(key, redact) and clean?(value, redact) and clean?(rest, redact)

  defp clean?([item | rest], redact), do: clean?(item, redact) and clean?(rest, redact)

  defp clean?(tuple, redact) when is_tuple(tuple),
    do: clean_elements?(tuple, tuple_size(tuple), redact)

  defp clean?(map, redact) when is_map(map),
    do: clean_entries?(:maps.next(:maps.iterator(map)), redact)

  defp clean?(_other, _redact), do: true

  defp clean_elements?(_tuple, 0, _redact), do: true

  defp clean_elements?(tuple, n, redact),
    do: clean?(:erlang.element(n, tuple), redact) and clean_elements?(tuple, n - 1, redact)

  defp clean_entries?(:none, _redact), do: true

  defp clean_entries?({key, value, next}, redact),
    do: clean_entry?(key, value, redact) and clean_entries?(:maps.next(next), redact)

  defp clean_entry?(key, value, redact) when is_atom(key),
    do: not hidden?(key, redact) and clean?(value, redact)

  defp clean_entry?(key, value, redact) when is_binary(key),
    do: redact.kept == nil and not hidden?(key, redact) and clean?(value, redact)

  defp clean_entry?(key, value, redact), do: clean?(key, redact) and clean?(value, redact)

  defp rebuild(%{} = map, redact), do: :maps.map(&value(&1, &2, redact), map)
  defp rebuild([item | rest], redact), do: [item(item, redact) | rebuild(rest, redact)]

  defp rebuild({:"$escope", :patch, changed, removed, added}, redact),
    do: {:"$escope", :patch, rebuild(changed, redact), removed, added}

  defp rebuild(tuple, redact) when is_tuple(tuple) and tuple_size(tuple) > 0,
    do: tuple |> Tuple.to_list() |> Enum.map(&rebuild(&1, redact)) |> List.to_tuple()

  defp rebuild(other, _redact), do: other

  # An entry of a keyword list, or of a list of headers.
  defp item({key, value}, redact) when is_atom(key) or is_binary(key) do
    if hidden?(key, redact), do: {key, @redacted}, else: {key, rebuild(value, redact)}
  end

  defp item(other, redact), do: rebuild(other, redact)

  defp value(key, value, redact) when is_atom(key) or is_binary(key) do
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

  # An atom's answer is remembered: there are few atoms, and many events.
  defp hidden?(key, redact) when is_atom(key) do
    memory = {__MODULE__, redact.id, key}

    case Process.get(memory) do
      nil ->
        answer = hidden?(Atom.to_string(key), redact)
        Process.put(memory, answer)
        answer

      answer ->
        answer
    end
  end

  defp hidden?(key, redact),
    do: :binary.match(String.downcase(key, :ascii), redact.pattern) != :nomatch
end

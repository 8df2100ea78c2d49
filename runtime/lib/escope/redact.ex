defmodule Escope.Redact do
  @moduledoc """
  Hides secrets, by the names that they stand under: in maps, structs, keyword lists, headers,
  tagged tuples, and within texts (`Escope.Redact.Shape`); and arguments by what they are called.
  Runs in the recorder's process, on terms that are bounded already.

  Phoenix's `:filter_parameters` are respected, both `["password"]` and `{:keep, ["id"]}`; the
  latter speaks of parameters, which are maps with strings as keys.
  """

  alias Escope.Redact.{Names, Shape, Text}

  @default ~w(password passwd passphrase secret token authorization cookie csrf jwt credential
              api_key apikey api-key private_key access_key session_key encryption_key session_id
              signing_salt credit_card card_number cvv)
  @redacted {:"$escope", :redacted}

  # What is found of a name in an encoded term, where its beginning is that of many words.
  @traces %{
    "private_key" => "_key",
    "access_key" => "_key",
    "session_key" => "_key",
    "encryption_key" => "_key",
    "session_id" => "n_id",
    "signing_salt" => "salt"
  }

  # `pattern` finds one of the hidden names; `traces` finds, in encoded terms and in texts, a part of
  # one, in any case, or what a secret in a text begins with; `id` names the memory of answers about
  # atoms.
  @enforce_keys [:names, :pattern, :traces, :id, :kept]
  defstruct @enforce_keys ++ [paths: [], patterns: [], shapes: [], places: [], beginnings: []]

  @typedoc """
  `paths` are names of keys that stand directly within each other (`*` is any); `patterns` hide
  what they match inside of texts (`Escope.Redact.Text`), and so do `shapes`, where a text has a
  trace of a secret. Of one probe: `places` are those of arguments that are hidden whole, `beginnings`
  those whose name a path begins with.
  """
  @type t :: %__MODULE__{
          names: [String.t()] | false,
          pattern: :binary.cp() | nil,
          traces: :binary.cp() | nil,
          id: integer,
          kept: [String.t()] | nil,
          paths: [[String.t()]],
          patterns: [Text.pattern()],
          shapes: [Text.pattern()],
          places: [non_neg_integer],
          beginnings: [{non_neg_integer, [String.t()]}]
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
        |> Enum.flat_map(&spellings(trace(&1)))
        |> Enum.concat(Shape.marks())
        |> Enum.uniq()
        |> :binary.compile_pattern(),
      shapes: Shape.patterns(names),
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

  @doc "What is hidden of a probe whose argument at `place` is called `name`."
  @spec with_argument(t, String.t(), non_neg_integer) :: t
  def with_argument(redact, name, place) do
    paths = for [first | _] = path <- redact.paths, named?(name, first), do: path

    if names?(redact, name) or Enum.any?(paths, &match?([_], &1)),
      do: %{redact | places: [place | redact.places]},
      else: %{redact | beginnings: Enum.map(paths, &{place, &1}) ++ redact.beginnings}
  end

  @doc "Whether values under this name are hidden."
  @spec names?(t, String.t()) :: boolean
  def names?(%{pattern: nil}, _name), do: false
  def names?(redact, name), do: Names.hidden?(name, redact)

  defp trace(name),
    do: Map.get_lazy(@traces, name, fn -> binary_part(name, 0, min(byte_size(name), 4)) end)

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

  defp hide_in(:enter, {function, args}, redact),
    do: {function, args |> hide_places(redact) |> hide(redact)}

  defp hide_in(:enter, {function, args, held}, redact) do
    {function, args} = hide_in(:enter, {function, args}, redact)
    {function, args, held}
  end

  defp hide_in(:raise, {class, reason, stack}, redact),
    do: {class, hide(reason, redact), stack |> bare(redact) |> hide(redact)}

  defp hide_in(_kind, content, redact), do: hide(content, redact)

  # What raised may have been called with the argument that is hidden.
  defp bare(stack, %{places: [], beginnings: []}), do: stack

  defp bare(stack, _redact) do
    for frame <- stack do
      with {module, function, args, location} when is_list(args) <- frame,
           do: {module, function, length(args), location}
    end
  end

  defp hide_places(args, %{places: [], beginnings: []}), do: args
  defp hide_places(nil, _redact), do: nil

  defp hide_places(args, redact) do
    for {arg, place} <- Enum.with_index(args) do
      paths = for {^place, path} <- redact.beginnings, do: path

      cond do
        marker?(arg) -> arg
        place in redact.places -> @redacted
        true -> Enum.reduce(paths, arg, &hide_path(&2, tl(&1), &1))
      end
    end
  end

  # A state stands in its own event, where its keys are looked at.
  defp marker?(arg), do: is_tuple(arg) and tuple_size(arg) > 1 and elem(arg, 0) == :"$escope"

  # Names of atoms and binaries stand in an encoded term as they are, and searching it is much
  # cheaper than walking the term.
  defp suspect?(encoded, %{kept: nil, paths: [], patterns: [], places: []} = redact),
    do: redact.pattern != nil and :binary.match(encoded, redact.traces) != :nomatch

  defp suspect?(_encoded, _redact), do: true

  defp of_phoenix({:keep, names}) when is_list(names), do: {[], Enum.map(names, &to_string/1)}
  defp of_phoenix({:discard, names}) when is_list(names), do: {names, nil}
  defp of_phoenix(names) when is_list(names), do: {names, nil}
  defp of_phoenix(_), do: {[], nil}

  @doc "The term without what is to be hidden."
  @spec hide(term, t) :: term
  # A variable is hidden by its name.
  def hide({:"$escope", :local, name, value, line}, redact) do
    [{^name, hidden}] = hide([{name, value}], redact)
    {:"$escope", :local, name, hidden, line}
  end

  def hide({:"$escope", :held, held, content}, redact),
    do: {:"$escope", :held, held, hide(content, redact)}

  def hide(term, redact) do
    term = Enum.reduce(redact.paths, term, &hide_path(&2, &1, &1))
    term = if redact.patterns == [], do: term, else: Text.hide(term, redact.patterns)
    if redact.pattern == nil, do: term, else: Names.hide(term, redact)
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
end

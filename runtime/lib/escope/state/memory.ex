defmodule Escope.State.Memory do
  @moduledoc """
  What a process remembers of its own states: the last recorded one of each stream, so that the next
  can be told from it. Used by `Escope.State` in the application's processes, in their dictionary.

  Held are references into the live state, and so at most the garbage of one change. Of many streams
  (the components of a LiveView) the ones used last are remembered; the very last stands by itself, for
  most processes have one.
  """

  alias Escope.Render.Tally
  alias Escope.Live.Known

  # Streams in one generation; two are kept.
  @most 256

  defstruct made: nil, version: 0, context: nil, stream: nil, last: nil, recent: %{}, older: %{}

  @typedoc "`spent` is what the changes since the last whole state have cost, `whole` what that cost; `cut` the places where it is not complete."
  @type last :: %{
          version: pos_integer,
          value: term,
          spent: non_neg_integer,
          whole: non_neg_integer,
          since: pos_integer,
          cut: %{[term] => true}
        }
  @type t :: %__MODULE__{
          made: Escope.Ring.made() | nil,
          version: non_neg_integer,
          context: term,
          stream: term,
          last: last | nil,
          recent: map,
          older: map
        }

  @key :"$escope_state"

  @doc "The process's memory. What was written into other rings may be lost: it is not built upon."
  @spec get(Escope.Ring.made()) :: t
  def get(made) do
    case Process.get(@key) do
      %{made: ^made} = memory -> memory
      %{version: version} -> %__MODULE__{made: made, version: version}
      nil -> %__MODULE__{made: made}
    end
  end

  @spec put(t) :: term
  def put(memory), do: Process.put(@key, memory)

  @doc "Whether the process holds something."
  @spec any?() :: boolean
  def any? do
    case Process.get(@key) do
      nil -> false
      %{made: made} -> made != nil
    end
  end

  @doc "Lets go of what the process holds; its versions count on."
  @spec forget() :: :ok
  def forget do
    case Process.get(@key) do
      %{made: made, version: version} when made != nil ->
        Known.forget()
        Tally.forget()
        Process.put(@key, %__MODULE__{version: version})

      _ ->
        nil
    end

    :ok
  end

  @spec last(t, stream :: term) :: last | nil
  def last(%{stream: stream, last: last}, stream), do: last

  def last(%{recent: recent, older: older}, stream) do
    case recent do
      %{^stream => last} -> last
      _ -> Map.get(older, stream)
    end
  end

  @doc "Keeps a new version."
  @spec add(t, stream :: term, last) :: t
  def add(%{stream: stream} = memory, stream, %{version: version} = last),
    do: %{memory | version: version, last: last}

  def add(memory, stream, %{version: version} = last),
    do: keep(%{memory | version: version}, stream, last)

  @doc "Keeps what a version is told from."
  @spec keep(t, stream :: term, last) :: t
  def keep(%{stream: stream} = memory, stream, last), do: %{memory | last: last}

  def keep(memory, stream, last), do: %{aside(memory) | stream: stream, last: last}

  defp aside(%{last: nil} = memory), do: memory

  defp aside(%{recent: recent, stream: stream, last: last} = memory)
       when map_size(recent) < @most or is_map_key(recent, stream),
       do: %{memory | recent: Map.put(recent, stream, last)}

  defp aside(%{recent: recent, stream: stream, last: last} = memory),
    do: %{memory | older: recent, recent: %{stream => last}}
end

# Crash reports print a process's dictionary, and a state may hide parts of itself there.
defimpl Inspect, for: Escope.State.Memory do
  def inspect(_memory, _options), do: "#Escope.State.Memory<...>"
end

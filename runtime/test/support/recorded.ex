defmodule Escope.Recorded do
  @moduledoc """
  Reads recordings as docs/recording.md describes them, independently of the code that writes them.
  """

  @doc "A folder for one test, removed at its end."
  def folder do
    folder =
      Path.join(System.tmp_dir!(), "escope-#{System.unique_integer([:positive])}-#{System.pid()}")

    # A test that fails in the middle leaves no recording behind for the next one.
    ExUnit.Callbacks.on_exit(fn ->
      Escope.stop()
      File.rm_rf!(folder)
    end)

    folder
  end

  @doc "Why the last recording failed is told until the next one: a test before this one may have had such."
  def none do
    :ok = Escope.start(record: folder())
    Escope.stop()
  end

  @doc "Runs `work` with probes on; its events in order, each `%{kind: …, payload: …}`."
  def events(options \\ [], work) do
    folder = folder()
    :ok = Escope.start([record: folder] ++ options)

    try do
      work.()
    after
      Escope.stop()
    end

    read(folder)
  end

  @doc "All events of a folder, by time."
  def read(folder) do
    folder
    |> Path.join("*.events")
    |> Path.wildcard()
    |> Enum.sort()
    |> Enum.flat_map(&segment(File.read!(&1)))
    |> Enum.sort_by(&{&1.time, &1.seq})
  end

  def info(folder), do: File.read!(Path.join(folder, "recording.json"))

  def count(folder) do
    [_, count] = Regex.run(~r/"events":(\d+)/, info(folder))
    String.to_integer(count)
  end

  defp segment(<<"ESCOPE", 0, 1, frames::binary>>), do: frames(frames)

  defp frames(<<length::32, crc::32, body::binary-size(length), rest::binary>>) do
    if :erlang.crc32(body) != crc, do: raise("checksum differs")
    Enum.map(:erlang.binary_to_term(body), &event/1) ++ frames(rest)
  end

  # A torn last frame is what a killed VM leaves behind.
  defp frames(_torn), do: []

  defp event({kind, seq, time, pid, probe, span, parent, cause, payload}) do
    %{
      kind: kind,
      seq: seq,
      time: time,
      pid: pid,
      probe: probe,
      span: span,
      parent: parent,
      cause: cause,
      payload: :erlang.binary_to_term(payload)
    }
  end
end

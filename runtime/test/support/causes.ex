defmodule Escope.Causes do
  @moduledoc """
  Finds out the causes of a recording's outermost spans, as docs/recording.md says, from the events of
  `Escope.Recorded`: independently of the code that writes them and of the one that people use.
  """

  @doc "The cause of each outermost span that has one: `%{span => span}`."
  def of(events) do
    book = book(events)

    for %{parent: nil} = enter <- Map.values(book.enters),
        cause = cause(book, enter, 0),
        into: %{},
        do: {enter.span, cause}
  end

  defp book(events) do
    by = fn kind, key -> for %{kind: ^kind} = e <- events, into: %{}, do: {Map.get(e, key), e} end

    %{
      enters: by.(:enter, :span),
      leaves: Map.merge(by.(:leave, :span), by.(:raise, :span)),
      receives: by.(:receive, :span),
      spawns: by.(:spawn, :pid)
    }
  end

  defp cause(_book, nil, _depth), do: nil
  defp cause(_book, _enter, 50), do: nil
  defp cause(_book, %{cause: cause}, _depth) when cause != nil, do: cause

  defp cause(book, enter, depth) do
    case book.receives[outermost(book, enter).span] do
      %{payload: {{nil, span, state}, via, nil}} -> by(book, enter, span, state, via, depth)
      _ -> nil
    end
  end

  defp outermost(_book, %{parent: nil} = enter), do: enter
  defp outermost(book, %{parent: parent}), do: outermost(book, book.enters[parent])

  defp by(_book, _enter, span, :open, nil, _depth), do: span

  defp by(book, _enter, span, :over, via, depth),
    do: up(book, book.enters[span], via, times(book, span), depth)

  defp by(book, enter, span, :open, via, _depth),
    do: if(not recorded?(book, via, enter) and trusted?(book, via, enter), do: span)

  # What a call has led to lies within the span that has made it.
  defp up(_book, nil, _via, _times, _depth), do: nil

  defp up(book, %{pid: via, span: span}, via, {first, last}, _depth) do
    {start, stop} = times(book, span)
    if start <= first and (stop == nil or (last != nil and stop >= last)), do: span
  end

  defp up(book, enter, via, times, depth) do
    enter = outermost(book, enter)
    up(book, book.enters[cause(book, enter, depth + 1)], via, times, depth + 1)
  end

  defp times(book, span),
    do: {book.enters[span] && book.enters[span].time, book.leaves[span] && book.leaves[span].time}

  defp recorded?(book, pid, enter),
    do: Enum.any?(book.enters, fn {_, e} -> e.pid == pid and e.time < enter.time end)

  defp trusted?(book, via, enter) do
    case book.spawns[via] do
      nil ->
        true

      %{payload: %{initial_call: {:supervisor, _, _}}} ->
        book.spawns[enter.pid].payload.ancestors != []

      %{payload: %{initial_call: {Task.Supervised, _, _}}} ->
        true

      %{payload: %{initial_call: {_, name, _}}} ->
        String.starts_with?(Atom.to_string(name), "-")

      _ ->
        false
    end
  end
end

defmodule Escope.Live.Changes do
  @moduledoc """
  The tree of LiveViews and LiveComponents, told as it changes. Called in the application's processes,
  by `Escope.Render` (what a template gives assigns to), `Escope.Context` (which LiveView it is) and
  at the end of a turn, where a LiveView's own state says which components there are. By shape: needs no LiveView.

  A template knows a component's parent, and not its number; the LiveView's state knows the number,
  and only what was rendered last of the parent.
  """

  alias Escope.{Counts, Emit, Label, Render, Ring, Term}
  alias Escope.Live.Known

  @typedoc "The LiveView, the component in it, and of that, where it is known, the module and the id."
  @type place :: {term, integer | nil} | {term, integer, module, term}

  @typedoc "As docs/recording.md has it."
  @type change :: tuple

  # About how many bytes one change holds.
  @cost 100

  @doc "Whose template a function makes, by its assigns."
  @spec place(Escope.Probe.fun_name(), map) :: place | nil
  def place(
        {module, {:render, 1}},
        %{socket: %{__struct__: Phoenix.LiveView.Socket, id: view}, myself: %{cid: cid}, id: id}
      ),
      do: {view, cid, module, id}

  def place(_fun_name, %{
        socket: %{__struct__: Phoenix.LiveView.Socket, id: view},
        myself: %{cid: cid}
      }),
      do: {view, cid}

  def place(_fun_name, %{socket: %{__struct__: Phoenix.LiveView.Socket, id: view}}),
    do: {view, nil}

  def place(_fun_name, _assigns), do: nil

  @doc "What a LiveView's first event says of it; nil where it is known."
  @spec told(Ring.made(), map) :: {:tree, {term, [change]}} | nil
  def told(made, %{__struct__: Phoenix.LiveView.Socket, id: id} = socket) do
    known = Known.get(made)

    unless Known.view?(known, id) do
      known |> Known.begin(id, root?(socket)) |> Known.put()
      {:tree, {id, [live_view(began(socket), socket)]}}
    end
  end

  defp live_view(began, socket),
    do: {:live_view, began, Map.take(socket, [:view, :parent_pid, :root_pid, :transport_pid])}

  # One that is rendered for an HTTP request, whose process may have rendered others before.
  defp root?(socket), do: match?(%{parent_pid: nil, transport_pid: nil}, socket)

  # What is for mounting only goes when that is done.
  defp began(%{transport_pid: nil}), do: :mounted
  defp began(%{private: %{connect_params: _}}), do: :mounted
  defp began(_socket), do: :found

  @doc "A component has rendered."
  @spec met(Ring.state(), place, Escope.Probe.id(), integer) :: term
  def met(on, {view, cid, module, id}, probe, span) do
    known = Known.get(Ring.made(on))

    unless Known.cid?(known, view, cid) do
      {parent, known} = Known.add(known, view, cid, module, id, :unknown)
      Known.put(known)
      tell(on, probe, span, view, [mounted(:mounted, cid, module, id, parent)])
    end
  end

  @doc "A template has given assigns to these components, each a module and an id."
  @spec given(Ring.state(), place | nil, [{module, term}], Escope.Probe.id(), integer) :: term
  def given(_on, nil, _components, _probe, _span), do: nil

  def given(on, place, components, probe, span) do
    {view, parent} = {elem(place, 0), elem(place, 1)}

    {changes, known} =
      Enum.flat_map_reduce(components, Known.get(Ring.made(on)), &given(&1, &2, view, parent))

    Known.put(known)
    tell(on, probe, span, view, changes)
  end

  defp given({module, id}, known, view, parent) do
    case Known.given(known, view, module, id, parent) do
      {:new, known} -> {[], known}
      {:same, cid, known} -> {[{:updated, cid}], known}
      {:moved, cid, known} -> {[{:moved, cid, parent}, {:updated, cid}], known}
    end
  end

  @doc """
  Has a LiveView look at its own state once it waits again: its first turn is told nowhere. Called at a
  process's first event. Nobody waits for the answer, which goes nowhere.
  """
  @spec watch() :: term
  def watch do
    with {_view, :mount, 3} <- Process.get(:"$initial_call") do
      nobody = {self(), [:alias | make_ref()]}
      look = {:system, nobody, {:replace_state, &__MODULE__.look/1}}
      Label.without(fn -> send(self(), look) end)
    end
  end

  @doc "Looks at the process's state, and leaves it as it is."
  @spec look(state) :: state when state: term
  def look(state) do
    if on = Ring.state(), do: heard(on, {:noreply, state})
    state
  end

  @doc "Hears what a `gen_server` tells of its turns."
  @spec heard(Ring.state(), term) :: term
  def heard(on, {:noreply, state}), do: guarded(on, state)
  def heard(on, {:out, _reply, _to, state}), do: guarded(on, state)
  def heard(_on, _event), do: nil

  defp guarded(on, state) do
    turn(on, state)
  catch
    _, _ -> Counts.add(elem(on, 4), :failed)
  end

  @doc "A turn is over, and this is the state of its process."
  @spec turn(Ring.state(), term) :: term
  def turn(
        on,
        %{
          socket: %{__struct__: Phoenix.LiveView.Socket, id: view} = socket,
          components: {%{} = cids, %{} = ids, _}
        }
      ) do
    Render.rest(on)
    known = Known.get(Ring.made(on))

    unless Known.view?(known, view),
      do: tell(on, nil, nil, view, [live_view(:found, socket)])

    unless Known.ids?(known, view, ids), do: compared(on, known, view, cids, ids)
  end

  def turn(_on, _state), do: nil

  # Of a LiveView that was there already, so were its components.
  defp compared(on, known, view, cids, ids) do
    began = if Known.view?(known, view), do: :mounted, else: :found
    gone = Known.gone(known, view, cids)
    parents = parents(cids)

    {added, known} =
      for({module, inner} <- ids, {id, cid} <- inner, do: {cid, module, id})
      |> Enum.reject(fn {cid, _, _} -> Known.cid?(known, view, cid) end)
      |> Enum.sort()
      |> Enum.map_reduce(known, fn {cid, module, id}, known ->
        {parent, known} = Known.add(known, view, cid, module, id, Map.get(parents, cid))
        {mounted(began, cid, module, id, parent), known}
      end)

    known |> Known.without(view, gone) |> Known.ids(view, ids) |> Known.put()
    tell(on, nil, nil, view, added ++ for(cid <- gone, do: {:removed, cid}))
  end

  defp parents(cids) do
    for {cid, component} <- cids,
        %{children_cids: [_ | _] = children} <- [elem(component, 3)],
        child <- children,
        into: %{},
        do: {child, cid}
  end

  defp mounted(began, cid, module, id, parent), do: {began, cid, module, short(id), parent}

  # Mostly a short text; what it is called matters, not all of it.
  defp short(id) when is_binary(id) and byte_size(id) <= 64, do: :binary.copy(id)
  defp short(id), do: Term.bound(id, %Escope.Limits{total: 400, bytes: 200, depth: 3})

  defp tell(_on, _probe, _span, _view, []), do: nil

  defp tell(on, probe, span, view, changes),
    do: Emit.tell(on, :tree, probe, span, {view, changes}, @cost * length(changes))
end

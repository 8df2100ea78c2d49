defmodule Escope.Reload do
  @moduledoc """
  Follows code that is instrumented anew while a recording runs, as under `--watch` with Phoenix's
  code reloader. Called by `Escope.Recorder`; a process of its own.

  A probe's id stays when its clause moves to other lines, and another clause may take its place. So
  a recording keeps every manifest, and notes in `VM.loads` when a module was loaded that was
  compiled with another one. `priv/modules.terms` says which manifest the tree has now and which
  modules it changes; each compiled module carries the version it was compiled with.
  """

  use GenServer

  alias Escope.{Clock, JSON, Policies, Recorder, Session, Sink}

  # Code is loaded soon after the tree was written; later only now and then.
  @quick 10
  @slow 100
  @soon 60_000

  defstruct [:session, :stamp, :looked, versions: %{}, loaded: %{}, pending: %{}, changed: nil]

  @type modules :: %{module => {hash :: binary, ids :: [integer]}}

  @spec start_link(term) :: GenServer.on_start()
  def start_link(_), do: GenServer.start_link(__MODULE__, nil, name: __MODULE__)

  @doc "A recording began, or goes on after a crash. Told again of the same one, nothing changes."
  @spec follow(Session.t()) :: :ok
  def follow(session), do: GenServer.cast(__MODULE__, {:follow, session})

  @doc "The recording is over."
  @spec leave() :: :ok
  def leave, do: GenServer.cast(__MODULE__, :leave)

  @doc "Looks at once, before the VM halts."
  @spec look() :: :ok
  def look do
    GenServer.call(__MODULE__, :look)
  catch
    :exit, _ -> :ok
  end

  @doc "Which manifest code that is compiled now belongs to; nil where nobody knows."
  @spec version() :: binary | nil
  def version do
    with folder when is_list(folder) <- :code.priv_dir(:escope),
         {:ok, file} <- :file.open(Path.join(folder, "modules.terms"), [:read]) do
      first = :io.read(file, ~c"")
      :file.close(file)
      with {:ok, {:version, version}} <- first, do: version, else: (_ -> nil)
    else
      _ -> nil
    end
  end

  @impl true
  def init(_), do: {:ok, nil, {:continue, :resume}}

  # Killed in the middle of a recording: what is loaded is asked of every module.
  @impl true
  def handle_continue(:resume, nil) do
    case :persistent_term.get(:"$escope_session", nil) do
      nil -> {:noreply, nil}
      session -> {:noreply, ticking(renewed(%__MODULE__{session: session, looked: now()}))}
    end
  end

  @impl true
  def handle_cast({:follow, %{vm: vm}}, %{session: %{vm: vm}} = state), do: {:noreply, state}

  def handle_cast({:follow, session}, _state) do
    {:noreply, ticking(begun(%__MODULE__{session: session, looked: now()}))}
  end

  def handle_cast(:leave, state), do: {:noreply, state && nil}

  @impl true
  def handle_call(:look, _from, nil), do: {:reply, :ok, nil}
  def handle_call(:look, _from, state), do: {:reply, :ok, looked(state)}

  @impl true
  def handle_info({:tick, vm}, %{session: %{vm: vm}} = state) do
    state = looked(state)
    Process.send_after(self(), {:tick, vm}, pause(state))
    {:noreply, state}
  end

  def handle_info(_other, state), do: {:noreply, state}

  defp ticking(state) do
    send(self(), {:tick, state.session.vm})
    state
  end

  defp pause(%{pending: pending, changed: changed}) when map_size(pending) > 0 do
    if now() - changed < System.convert_time_unit(@soon, :millisecond, :nanosecond),
      do: @quick,
      else: @slow
  end

  defp pause(_state), do: @slow

  # What the recording's own manifest says is what is loaded at its beginning.
  defp begun(state) do
    case read() do
      {:ok, version, modules} ->
        file = state.session.probes
        %{state | stamp: stamp(), loaded: modules, versions: %{version => {file, modules}}}

      :none ->
        %{state | stamp: stamp()}
    end
  end

  # A tree that is taken away or half written must not end this process: it looks again later.
  defp looked(state) do
    now = now()
    state = if stamp() == state.stamp, do: state, else: renewed(state)
    %{Enum.reduce(state.pending, state, &noted/2) | looked: now}
  catch
    _, _ -> state
  end

  # Half of a tree may be written: then the manifest is not yet that of this version.
  defp renewed(state) do
    stamp = stamp()

    with {:ok, version, modules} <- read(),
         {:ok, file} <- kept(state, version) do
      policies(state, modules)
      versions = Map.put(state.versions, version, {file, modules})

      pending =
        for {module, known} <- modules,
            state.loaded[module] != known,
            into: %{},
            do: {module, true}

      %{state | stamp: stamp, versions: versions, pending: pending, changed: now()}
    else
      _ -> state
    end
  end

  defp kept(%{versions: versions}, version) when is_map_key(versions, version),
    do: {:ok, elem(versions[version], 0)}

  defp kept(%{session: session}, version) do
    file = "probes-#{session.vm}-#{version}.json"

    with {:ok, manifest} <- File.read(priv("probes.json")),
         ^version <- Base.encode16(:erlang.md5(manifest), case: :lower),
         :ok <- Sink.replace(session, file, manifest),
         do: {:ok, file}
  end

  # What the rules ask of probes that are new or changed holds from now on.
  defp policies(%{session: session, loaded: loaded}, modules) do
    %{settings: settings} = session
    fresh = Policies.read(settings.policies, settings.limits, settings.redact)
    [old, new] = for known <- [loaded, modules], do: ids(known)
    gone = MapSet.difference(old, new)
    Recorder.call({:renew, fresh, gone})
  end

  defp ids(modules), do: for({_, {_, ids}} <- modules, id <- ids, into: MapSet.new(), do: id)

  # The time of the look before is that of the load: what comes after the load is then named rightly.
  defp noted({module, _}, state) do
    with version when is_binary(version) <- compiled_with(module),
         {:ok, {file, modules}} <- Map.fetch(state.versions, version),
         {:ok, known} <- Map.fetch(modules, module),
         false <- state.loaded[module] == known,
         :ok <- note(state, module, file) do
      loaded = Map.put(state.loaded, module, known)
      latest = wanted(state, module)
      pending = if known == latest, do: Map.delete(state.pending, module), else: state.pending
      %{state | loaded: loaded, pending: pending}
    else
      _ -> state
    end
  end

  defp wanted(%{versions: versions}, module) do
    with {_, modules} <- versions[version()], do: modules[module]
  end

  defp note(%{session: session, looked: looked}, module, file) do
    line = JSON.encode(at_ns: looked, module: name(module), probes: file)
    Sink.extend(session, "#{session.vm}.loads", [line, ?\n])
  end

  defp name(module) do
    case Atom.to_string(module) do
      "Elixir." <> name -> name
      name -> name
    end
  end

  # Never loads the module.
  defp compiled_with(module) do
    if :erlang.module_loaded(module) do
      options = List.wrap(:erlang.get_module_info(module, :compile)[:options])
      with {:escope, version} <- List.keyfind(options, :escope, 0), do: version
    end
  end

  defp read do
    case :file.consult(priv("modules.terms")) do
      {:ok, [{:version, version} | entries]} ->
        {:ok, version, for({module, hash, ids} <- entries, into: %{}, do: {module, {hash, ids}})}

      _ ->
        :none
    end
  end

  defp stamp do
    with {:ok, stat} <- File.stat(priv("modules.terms")), do: {stat.mtime, stat.size, stat.inode}
  end

  defp priv(name), do: Application.app_dir(:escope, "priv/" <> name)
  defp now, do: Clock.nanoseconds(Clock.now())
end

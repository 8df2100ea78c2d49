defmodule Escope.Session do
  @moduledoc """
  One VM's part of a recording: which files are its own, and `recording.json`. Used by
  the recorder's process; kept outside of it, so that a restarted recorder goes on.
  """

  alias Escope.{Clock, Counts, JSON, Policies, Settings, Sink}

  @enforce_keys [:settings, :folder, :vm, :epoch, :info, :probes, :policies, :started, :counts]
  defstruct @enforce_keys

  @type clock :: {wall_ns :: integer, monotonic_ns :: integer}
  @type t :: %__MODULE__{
          settings: Settings.t(),
          folder: Path.t() | nil,
          vm: String.t(),
          epoch: pos_integer,
          info: String.t(),
          probes: String.t(),
          policies: Policies.t(),
          started: clock,
          counts: Counts.t()
        }

  @no_manifest ~s({"format":1,"project":null,"probes":[]}\n)

  @doc "Enters the folder, which is made where it does not exist. Over a socket all files are the VM's own."
  @spec open(Settings.t()) :: {:ok, t} | {:error, term}
  def open(%{to: {:folder, folder, _space}} = settings) do
    with :ok <- make_folder(folder), do: claim(%{new(settings) | folder: folder})
  end

  def open(%{to: {:socket, _address}} = settings) do
    session = new(settings)
    vm = session.vm
    {:ok, %{session | info: "recording-#{vm}.json", probes: "probes-#{vm}.json"}}
  end

  defp new(settings) do
    %__MODULE__{
      settings: settings,
      folder: nil,
      vm: vm_name(),
      epoch: epoch(),
      info: "recording.json",
      probes: "probes.json",
      policies: Policies.read(settings.policies, settings.limits, settings.redact),
      started: clock(),
      counts: Counts.new()
    }
  end

  # A recording holds the application's data: a folder that is made for it is its owner's alone.
  defp make_folder(folder) do
    if File.dir?(folder) do
      :ok
    else
      with :ok <- File.mkdir_p(folder), do: File.chmod(folder, 0o700)
    end
  end

  # Whoever creates `recording.json` came first.
  defp claim(session) do
    case File.open(path(session, session.info), [:write, :exclusive]) do
      {:ok, file} ->
        File.close(file)
        with :ok <- Sink.replace(session, session.probes, manifest()), do: written(session)

      {:error, :eexist} ->
        join(%{session | info: "recording-#{session.vm}.json"})

      {:error, reason} ->
        {:error, reason}
    end
  end

  defp join(session) do
    if File.read(path(session, session.probes)) == {:ok, manifest()} do
      written(session)
    else
      session = %{session | probes: "probes-#{session.vm}.json"}
      with :ok <- Sink.replace(session, session.probes, manifest()), do: written(session)
    end
  end

  defp written(session) do
    with :ok <- write_info(session, nil), do: {:ok, session}
  end

  @doc "Writes `recording.json` (or this VM's own) with the present counts."
  @spec write_info(t, clock | nil, stopped :: String.t() | nil) :: :ok | {:error, term}
  def write_info(session, ended, stopped \\ nil),
    do: Sink.replace(session, session.info, info(session, ended, stopped))

  @doc "What `recording.json` says; `stopped` is why a recording ended that nobody ended."
  @spec info(t, clock | nil, String.t() | nil) :: iodata
  def info(session, ended, stopped \\ nil) do
    fields = [
      format: 1,
      vm: session.vm,
      epoch: session.epoch,
      node: Atom.to_string(node()),
      probes: session.probes,
      started: clock_json(session.started),
      ended: ended && clock_json(ended),
      versions: versions(),
      events: Counts.get(session.counts, :written),
      drops: Map.to_list(Counts.drops(session.counts))
    ]

    [
      JSON.encode(fields ++ conditions(session) ++ first_segment(session) ++ stopped(stopped)),
      ?\n
    ]
  end

  defp conditions(%{policies: policies}) do
    case Policies.counted(policies) do
      [] -> []
      counted -> [conditions: counted]
    end
  end

  defp first_segment(%{counts: counts}) do
    case Counts.get(counts, :first_segment) do
      0 -> []
      number -> [first_segment: number]
    end
  end

  defp stopped(nil), do: []
  defp stopped(why), do: [stopped: why]

  @doc "Both clocks, now."
  @spec clock() :: clock
  def clock, do: {System.os_time(:nanosecond), Clock.nanoseconds(Clock.now())}

  @spec path(t, String.t()) :: Path.t()
  def path(session, name), do: Path.join(session.folder, name)

  @doc "The manifest of the code that runs."
  @spec manifest() :: binary
  def manifest do
    case File.read(Application.app_dir(:escope, "priv/probes.json")) do
      {:ok, manifest} -> manifest
      {:error, _} -> @no_manifest
    end
  end

  defp vm_name do
    random = Base.encode16(<<:rand.uniform(0x100000000) - 1::32>>, case: :lower)
    "#{System.pid()}-#{random}"
  end

  # The labels of messages hold it, those from other nodes theirs.
  defp epoch, do: :erlang.phash2({node(), make_ref(), System.os_time()}, 0x100000000)

  defp clock_json({wall, monotonic}), do: [wall_ns: wall, monotonic_ns: monotonic]

  defp versions do
    [
      escope: to_string(Application.spec(:escope, :vsn) || "unknown"),
      elixir: System.version(),
      otp: System.otp_release()
    ]
  end
end

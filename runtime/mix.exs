defmodule Escope.MixProject do
  use Mix.Project

  def project do
    [
      app: :escope,
      version: "0.1.0",
      elixir: "~> 1.14",
      description: "Runtime of escope: records what instrumented code did",
      elixirc_paths: elixirc_paths(Mix.env()),
      start_permanent: false,
      deps: []
    ]
  end

  def application do
    [extra_applications: [:logger], mod: {Escope.Application, []}]
  end

  defp elixirc_paths(:test), do: ["lib", "test/support"]
  defp elixirc_paths(_env), do: ["lib"]
end

defmodule Escope.Redact.Shape do
  @moduledoc ~S"""
  Secrets inside of texts: `password=…` in a form, `"token" => "…"` in a message that was inspected,
  cookies, what a `Bearer` shows, JSON web tokens and Phoenix's own. Called by `Escope.Redact` in
  the recorder's process.

  A text is only searched where it holds what such a thing begins with.
  """

  alias Escope.Redact.Text

  # What a value looks like behind its name: in quotes, in quotes that are escaped, or bare.
  @value String.trim(~S'''
         (?:\\+"(?:(?!\\+").)*(?:\\+")?|~?c?"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|(?!\[REDACTED)(?:(?:Bearer|Basic|Digest|Token)\s+)?[^\s,&;}\])>"']+)
         ''')
  # Between the two: the end of a name, perhaps quoted or within brackets.
  @between String.trim(~S'''
           [\w-]*(?:%5D|\])*\\*["']?\s*(?:=>|[:=])\s*
           ''')

  @marks ["SFMyNTY.", "eyJ", "earer ", "://", "ookie"]

  @doc "Patterns for the values behind these names, and for what is a secret by its looks."
  @spec patterns([String.t()]) :: [Text.pattern()]
  def patterns(names) do
    names = Enum.map_join(names, "|", &Regex.escape/1)

    Enum.map(
      [
        ~S"(?i)cookie\\*[\x22']?\s*(?:=>|[:=])\s*\K[^\r\n\x22]+",
        "(?i)(?:#{names})#{@between}\\K#{@value}",
        ~S"(?i)\bbearer\s+\K[\w.~+/=-]{8,}",
        ~S"SFMyNTY\.[\w-]+\.[\w-]+",
        ~S"eyJ[\w-]{8,}\.[\w-]+\.[\w-]*",
        ~S"://[^/\s:@\x22]+:\K[^@/\s\x22]+(?=@)"
      ],
      &Text.pattern/1
    )
  end

  @doc "What one of these begins with, besides names."
  @spec marks() :: [String.t()]
  def marks, do: @marks
end

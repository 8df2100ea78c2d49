import { escapeText } from "./escape.ts";

const words = (text: string): ReadonlySet<string> => new Set(text.split(" "));

/** Atoms that are written without quotes but cannot be called without them. */
const SPECIAL_FORMS = words("% %{} {} <<>> ... .. . ..// ->");
const OPERATORS = words(
  "& ! ^ not + - @ <- \\\\ when | = || ||| or && &&& and == != =~ === !== < <= >= > " +
    "|> <<< >>> <~ ~> <<~ ~>> <~> in ++ -- <> +++ --- * / **",
);
const ALIAS = /^Elixir(\.[A-Z][A-Za-z0-9_]*)*$/;
const ASCII_IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*[?!]?$/;
const IDENTIFIER = /^[\p{ID_Start}_][\p{ID_Continue}@]*[?!]?$/u;
const CALLABLE = /^[\p{Ll}\p{Lo}_][\p{ID_Continue}]*[?!]?$/u;

/** As `inspect/1` prints the atom: `:ok`, `nil`, `Foo.Bar`, `:"with spaces"`. */
export function inspectAtom(name: string): string {
  if (name === "nil" || name === "true" || name === "false") return name;
  if (isAlias(name)) return aliasName(name);
  return isUnquoted(name) ? `:${name}` : `:"${escapeText(name)}"`;
}

/** As the atom stands in a keyword list or map: `ok:`, `"with spaces":`. */
export function inspectKey(name: string): string {
  return !isAlias(name) && isUnquoted(name) ? `${name}:` : `"${escapeText(name)}":`;
}

/** As the atom stands after a module and a dot. */
export function inspectCall(name: string): string {
  const plain =
    OPERATORS.has(name) || QUOTED_OPERATORS.has(name) || (isIdentifier(name) && CALLABLE.test(name));
  return plain ? name : `"${escapeText(name)}"`;
}

const QUOTED_OPERATORS = words(":: ^^^ ~~~ <|>");

export function isAlias(name: string): boolean {
  return ALIAS.test(name);
}

function aliasName(name: string): string {
  return name === "Elixir" || name.startsWith("Elixir.Elixir") ? name : name.slice("Elixir.".length);
}

function isUnquoted(name: string): boolean {
  return SPECIAL_FORMS.has(name) || OPERATORS.has(name) || isIdentifier(name);
}

/** Elixir quotes what changes under normalisation. Most names are ASCII, and need no look into Unicode's tables. */
function isIdentifier(name: string): boolean {
  return ASCII_IDENTIFIER.test(name) || isUnicodeIdentifier(name);
}

function isUnicodeIdentifier(name: string): boolean {
  return IDENTIFIER.test(name) && name.normalize("NFKC") === name;
}

/** What stands in place of a secret. */
export const HIDDEN = "[secret]";

/** What the names of secrets have in them. */
const NAME =
  /secret|passwd|password|passphrase|pwd|token|api[_-]?key|(?:access|private|signing|encryption)[_-]?key|credential|salt|authorization|bearer|dsn|cookie/i;

// Repetitions are bounded wherever a search could begin again at each character of what they took.

/** Whole texts that are secrets whatever they hold. */
const FORMS: readonly RegExp[] = [
  /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----|$)/g,
  /\beyJ[\w-]{8,4000}(?:\.[\w-]+){1,2}/g,
  /\b(?:sk|pk|rk)[-_](?=[\w-]{0,60}[0-9A-Z])[\w-]{16,}/g,
  /\b(?:gh[opusr]_|github_pat_|glpat-|gl(?:dt|rt|ft)-|npm_|pypi-|hf_|dop_v1_|shp(?:at|ca|pa|ss)_|xox[abeoprs]-|xapp-|whsec_|sq0[a-z]{3}-|lin_api_|rubygems_|nfp_|hvs\.|SG\.|ya29\.|AIza|AGE-SECRET-KEY-1)(?=[\w.-]{0,60}\d)[\w.-]{14,}/g,
  /\b(?:AKIA|ASIA|AROA|AIDA|ABIA|ACCA)[A-Z0-9]{12,}\b/g,
  /\bhttps:\/\/(?:hooks\.slack\.com|discord(?:app)?\.com\/api\/webhooks)\/[^\s"']+/g,
];

/** The user and password of a URL. */
const IN_URL = /\b([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/"'@:]{0,200}:[^\s"'@]{1,300}@/gi;

/** A value as it is written: a heredoc, a string, a charlist or a sigil of these. */
const VALUE = [
  String.raw`"""[\s\S]*?(?:"""|$)`,
  String.raw`'''[\s\S]*?(?:'''|$)`,
  String.raw`"(?:\\[\s\S]|[^"\\])*"?`,
  String.raw`'(?:\\[\s\S]|[^'\\])*'?`,
  String.raw`~[a-zA-Z]+(?:\([^)]*\)?|\[[^\]]*\]?|\{[^}]*\}?|\|[^|]*\|?|\/[^/]*\/?|<[^>]*>?|"[^"]*"?|'[^']*'?)`,
].join("|");

/** What follows a name: `: "…"`, ` "…"`, `" => "…"`, `, "…"`, ` = "…"`, ` \\ "…"`. */
const GIVEN = new RegExp(String.raw`(["']?\s{0,20}(?:=>|\\\\|==|<>|[:=,(]|[ \t])\s{0,20})(${VALUE})`, "y");

const WORD = /[\w-]+/g;

const RUN = /[A-Za-z0-9+/_=-]{20,}/g;

/** `text` with nothing left in it that looks like a secret. */
export function withoutSecrets(text: string): string {
  let clean = text;
  for (const form of FORMS) clean = clean.replaceAll(form, HIDDEN);
  return withoutNamed(clean.replaceAll(IN_URL, (_, scheme: string) => `${scheme}${HIDDEN}@`)).replaceAll(
    RUN,
    (run) => (isRandom(run) ? HIDDEN : run),
  );
}

/** Without the values that stand beside the names of secrets. */
function withoutNamed(text: string): string {
  const parts: string[] = [];
  let from = 0;
  for (const word of text.matchAll(WORD)) {
    const end = word.index + word[0].length;
    if (word.index < from || !NAME.test(word[0])) continue;
    GIVEN.lastIndex = end;
    const [whole = "", before = "", value = ""] = GIVEN.exec(text) ?? [];
    if (whole === "" || !isTelling(value)) continue;
    parts.push(text.slice(from, end), before, `"${HIDDEN}"`);
    from = end + whole.length;
  }
  return parts.join("") + text.slice(from);
}

/** Nothing, and what is put in at run time, is no secret. */
function isTelling(value: string): boolean {
  return !/^(?:""|''|"#\{[^}]*\}"|"\[secret\]")$/.test(value);
}

/** Whether letters and digits follow each other as they do in keys, and in no name. */
function isRandom(run: string): boolean {
  return (
    run.split(/[/=]+/).some((part) => isRandomPart(part)) || isRandomPart(run.replaceAll(/[/=+_-]/g, ""), run)
  );
}

/** `written`: with its separators: words that people join are long, those of a key short. */
function isRandomPart(part: string, written = part): boolean {
  if (part.length < 20) return false;
  const words = written.match(/[A-Z]*[a-z]+|[A-Z]+|\d+/g) ?? [];
  const length = words.reduce((sum, word) => sum + word.length, 0) / Math.max(1, words.length);
  const digits = (part.match(/\d/g) ?? []).length;
  if (digits === part.length) return false;
  if (/^[A-Z0-9]+$/.test(part) && part === written && digits >= 2) return true;
  if (/^[0-9a-f]+$/i.test(part) && part.length >= 32 && digits >= 4) return true;
  if (digits === 0) return part.length >= 24 && length < 2.6 && entropyOf(part) >= 3.8;
  return length < 2.7 && entropyOf(part) >= 3.2;
}

/** Bits a character, after Shannon. */
function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const sign of text) counts.set(sign, (counts.get(sign) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

/** Which of `names`, of variables, may stand in the text of a definition: as words, and not as keys, atoms or fields. */
export function mentionedIn(text: string, names: readonly string[] = []): string[] {
  return names.filter((name) => {
    const word = name.replaceAll(/[?!]/g, String.raw`\$&`);
    return new RegExp(String.raw`(?<![\w@:.])${word}(?![\w?!]|:(?!:))`, "u").test(text);
  });
}

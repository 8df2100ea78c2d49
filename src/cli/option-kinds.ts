import { type Command, InvalidArgumentError, Option } from "commander";

/** `--format`, the first unless asked otherwise. */
export function withFormat(command: Command, formats: readonly string[] = ["text", "json"]): Command {
  return command.addOption(
    new Option("--format <format>", "how to print").choices(formats).default(formats[0]),
  );
}

/** @throws InvalidArgumentError where it is none from 1 on. */
export function wholeNumber(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError("It takes a whole number from 1 on.");
  return Number(text);
}

/** @throws InvalidArgumentError where it says nothing. */
export function nonEmpty(text: string): string {
  if (text.trim() === "") throw new InvalidArgumentError("It must not be empty.");
  return text;
}

/** `N`, or `N%` of all. @throws InvalidArgumentError where that would be none. */
export function budget(text: string): string {
  const [, count, sign] = /^(\d+(?:\.\d+)?)(%?)$/.exec(text) ?? [];
  const most = Number(count);
  const fits = sign === "%" ? most > 0 && most <= 100 : Number.isInteger(most) && most > 0;
  if (!fits)
    throw new InvalidArgumentError("It takes a whole number from 1 on, or a share of all functions, as 10%.");
  return text;
}

export const STRICT =
  "exit with 1 if something selected was left as it is, a rule matched nothing, or a comment or part of one has no effect";

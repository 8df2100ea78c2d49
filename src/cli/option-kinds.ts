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

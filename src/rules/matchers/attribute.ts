import type { AttributeInfo } from "../../parser/index.ts";
import { isText, oneOrMore, pairs, scalar, text, type Value } from "../yaml.ts";

/** `doc`, `{ impl: true }`, or a list of these: one of the attributes must be one of them. */
export function attributes(value: Value): (attributes: readonly AttributeInfo[]) => boolean {
  const wanted = oneOrMore(value).map(compileOne);
  return (found) => found.some((attribute) => wanted.some((matches) => matches(attribute)));
}

function compileOne(value: Value): (attribute: AttributeInfo) => boolean {
  if (isText(value)) {
    const wanted = text(value).replace(/^@/, "");
    return ({ name }) => name === wanted;
  }
  const entries = pairs(value).map(([name, given]) => [name.replace(/^@/, ""), oneLine(scalar(given))] as const);
  return (attribute) => entries.some(([name, given]) => attribute.name === name && attribute.text === given);
}

/** Values are compared as they are written, whatever blanks and lines stand between. */
function oneLine(written: string): string {
  return written.replaceAll(/\s+/g, " ").trim();
}

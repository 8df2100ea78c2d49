import type { Node } from "./node.ts";
import { callArguments, codeChildren, doBlock, isBinary, keywordPairs, typeOf } from "./syntax.ts";

/*
 * Values that are given back as they came: the compiler takes away what stands between, and the call that made them is a
 * tail call. Seen on OTP 25 and 27.
 */

/** Of `x = f(y)`, `x`: the first of both. Also where the value has several names, one after the other. */
export function givenBack(statements: readonly Node[]): readonly Node[] {
  const last = statements.at(-1);
  let name = last && typeOf(last) === "identifier" ? last.text : undefined;
  const given: Node[] = [];
  for (const statement of statements.slice(0, -1).toReversed()) {
    if (name === undefined || !isBinary(statement, "=")) break;
    if (statement.childForFieldName("left")?.text !== name) break;
    given.push(statement);
    const value = statement.childForFieldName("right");
    name = value && typeOf(value) === "identifier" ? value.text : undefined;
  }
  return given;
}

/**
 * What a `case` or `with` hands on, whatever it is: of `case f(x) do {:ok, y} -> {:ok, y}; other -> other end`, and of
 * `with {:ok, y} <- f(x), do: {:ok, y}`, `f(x)`. `piped`: the left side of a pipe.
 */
export function handedOn(name: string, call: Node, piped: Node | undefined): Node | undefined {
  if (name === "case") return handsOnEach(call) ? (piped ?? callArguments(call)[0]) : undefined;
  return name === "with" ? handedOnBy(call) : undefined;
}

function handsOnEach(call: Node): boolean {
  const block = doBlock(call);
  const clauses = block === undefined ? [] : codeChildren(block);
  return clauses.every(handsOn) && clauses.some(takesAll);
}

function handsOn(clause: Node): boolean {
  const [pattern, more] = patternsOf(clause);
  const [value, next] = statementsOf(clause.childForFieldName("right"));
  return pattern !== undefined && value !== undefined && !more && !next && isItself(pattern, value);
}

/** Otherwise it may raise. */
function takesAll(clause: Node): boolean {
  const [pattern] = patternsOf(clause);
  return !isBinary(clause.childForFieldName("left") ?? clause, "when") && pattern?.type === "identifier";
}

function patternsOf(clause: Node): readonly Node[] {
  const left = clause.childForFieldName("left");
  const head = left && isBinary(left, "when") ? left.childForFieldName("left") : left;
  return head === null ? [] : codeChildren(head);
}

function handedOnBy(call: Node): Node | undefined {
  const args = callArguments(call);
  const keywords = keywordPairs(args.at(-1));
  const block = doBlock(call);
  const source = block === undefined ? args.at(-2) : args.at(-1);
  const body = block === undefined ? [...keywords.values()] : codeChildren(block);
  const [value, more] = body;
  if (source === undefined || !(isBinary(source, "<-") || isBinary(source, "="))) return undefined;
  const [pattern, given] = [source.childForFieldName("left"), source.childForFieldName("right")];
  if (pattern === null || given === null || value === undefined || more !== undefined) return undefined;
  return isItself(pattern, value) ? given : undefined;
}

function statementsOf(body: Node | null): readonly Node[] {
  if (body === null) return [];
  return typeOf(body) === "body" ? codeChildren(body) : [body];
}

/** Whether `value` is what `pattern` has matched: its text without blanks, or the name of the whole. */
function isItself(pattern: Node, value: Node): boolean {
  const written = bare(value);
  if (bare(pattern) === written) return !/\b_|\^/.test(written);
  if (!isBinary(pattern, "=")) return false;
  return ["left", "right"].some((side) => {
    const part = pattern.childForFieldName(side);
    return part !== null && typeOf(part) === "identifier" && part.text === written;
  });
}

function bare(node: Node): string {
  return node.text.replaceAll(/\s+/g, "");
}

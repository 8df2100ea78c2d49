import type { Node } from "../node.ts";
import { sharedParser } from "../grammar.ts";
import { expandAlias } from "../names.ts";
import { unlessTooDeep } from "../nesting.ts";
import { codeChildren } from "../syntax.ts";
import { withTree, type SyntaxTree } from "../tree.ts";
import type { TagAbout, TagAttribute, TemplateAbout, TemplatePlace } from "./about.ts";
import { readBody } from "./body.ts";
import { boundNames, withoutNames } from "./bound-names.ts";
import { templateCode } from "./heex/code.ts";
import {
  scanTemplate,
  type Piece,
  type Scanned,
  type ScannedAttribute,
  type ScannedTag,
} from "./heex/scan.ts";
import { readValue, type Value } from "./value.ts";

/** Reads a HEEx or EEx template. The grammar must have been loaded (`elixirParser`). */
export function readTemplate(text: string, place: TemplatePlace): TemplateAbout {
  const read = unlessTooDeep(() => readScanned(text, place));
  return read ?? { line: place.line + 1, tags: [], calls: [], unread: [place.line + 1] };
}

function readScanned(text: string, place: TemplatePlace): TemplateAbout {
  const scanned = scanTemplate(text, place.curly);
  const whole = attempt(text, scanned, scanned.pieces, place);
  if (whole !== undefined) return whole;
  // Before LiveView 1.0 braces in the text were text.
  const unbraced = scanned.pieces.filter(({ sort }) => sort !== "braces");
  return attempt(text, scanned, unbraced, place) ?? readApart(text, scanned, place);
}

function attempt(
  text: string,
  scanned: Scanned,
  pieces: readonly Piece[],
  place: TemplatePlace,
): TemplateAbout | undefined {
  return withCode(templateCode(text, pieces), (tree) =>
    tree.faults.length > 0 ? undefined : readCode(tree, text, scanned, place),
  );
}

function withCode<T>(code: string, read: (tree: SyntaxTree) => T): T {
  return withTree(sharedParser(), { path: "template", text: code }, read);
}

function readCode(tree: SyntaxTree, text: string, { tags }: Scanned, place: TemplatePlace): TemplateAbout {
  const hidden = new Set(
    tags.flatMap(({ attributes }) => attributes.flatMap((each) => givenNames(each, tree, text))),
  );
  const valueOf = (piece: Piece): Value =>
    withoutNames(readValue(nodeAt(tree, text, piece), place.scope), hidden);
  const body = readBody(tree.root.namedChildren, place.scope, place.line, undefined, hidden);
  return {
    line: place.line + 1,
    tags: tags.map((tag) => readTag(tag, text, place, valueOf)),
    calls: body.calls,
    unread: body.cut,
  };
}

/** The names that `:let` and `:for` give a value to. They count in the whole template: nobody needs to know where tags end. */
function givenNames({ name, piece }: ScannedAttribute, tree: SyntaxTree, text: string): string[] {
  const node = piece && (name === ":let" || name === ":for") ? nodeAt(tree, text, piece) : null;
  const pattern = name === ":for" ? node?.childForFieldName("left") : node;
  return pattern ? boundNames(pattern) : [];
}

function nodeAt(tree: SyntaxTree, text: string, { start, end }: Piece): Node | null {
  const code = text.slice(start, end);
  const first = start + (code.length - code.trimStart().length);
  const last = end - 1 - (code.length - code.trimEnd().length);
  return first > last ? null : tree.root.namedDescendantForIndex(first, last);
}

/** Each piece by itself: what is part of a block that spans several is not read. */
function readApart(text: string, scanned: Scanned, place: TemplatePlace): TemplateAbout {
  const alone = scanned.pieces.map((piece) => ({ piece, read: readPiece(text, piece, place) }));
  const valueOf = (piece: Piece): Value =>
    alone.find((one) => one.piece === piece)?.read?.value ?? {
      type: "any",
      text: text.slice(piece.start, piece.end),
    };
  const unread = alone.filter(({ read }) => read === undefined);
  return {
    line: place.line + 1,
    tags: scanned.tags.map((tag) => readTag(tag, text, place, valueOf)),
    calls: alone.flatMap(({ read }) => read?.calls ?? []),
    unread: unread.map(({ piece }) => lineAt(text, piece.start) + place.line),
  };
}

function readPiece(
  text: string,
  piece: Piece,
  { scope, line }: TemplatePlace,
): (Pick<TemplateAbout, "calls"> & { value: Value }) | undefined {
  return withCode(text.slice(piece.start, piece.end), (tree) => {
    if (tree.faults.length > 0) return undefined;
    const { calls } = readBody(tree.root.namedChildren, scope, line + lineAt(text, piece.start) - 1);
    return { calls, value: readValue(codeChildren(tree.root)[0], scope) };
  });
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

function readTag(
  tag: ScannedTag,
  text: string,
  { scope, line }: TemplatePlace,
  valueOf: (piece: Piece) => Value,
): TagAbout {
  const attributes = tag.attributes.map((attribute) => readAttribute(attribute, valueOf));
  const at = lineAt(text, tag.at) + line;
  if (tag.name.startsWith(":"))
    return { sort: "slot", module: undefined, name: tag.name.slice(1), line: at, attributes };
  const dot = tag.name.lastIndexOf(".");
  if (dot === -1) return { sort: "html", module: undefined, name: tag.name, line: at, attributes };
  const module = dot === 0 ? undefined : expandAlias(tag.name.slice(0, dot), scope);
  return { sort: "component", module, name: tag.name.slice(dot + 1), line: at, attributes };
}

function readAttribute(
  { name, text, piece }: ScannedAttribute,
  valueOf: (piece: Piece) => Value,
): TagAttribute {
  if (piece !== undefined) return { name, value: valueOf(piece) };
  return { name, value: text === undefined ? undefined : { type: "text", parts: [text] } };
}

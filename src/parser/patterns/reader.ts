import type { Node } from "../node.ts";
import { readDefinition } from "./definition.ts";
import { atomName, callArguments, codeChildren, doBlock, isBinary, operatorOf, typeOf } from "../syntax.ts";
import { leaf, MARK, Term } from "./term.ts";

/** What stands for a whole section of a call: `do`, `else`, … */
const SECTION_KEYS: ReadonlySet<string> = new Set(["do", "else", "rescue", "catch", "after"]);

/** Literals whose text says all. */
const LITERALS: ReadonlySet<string> = new Set(["float", "charlist"]);

/** Reads terms from nodes. In a pattern, names that begin with `MARK` are metavariables: of type `one` or `many`. */
export class TermReader {
  readonly #isPattern: boolean;
  readonly #inHead: boolean;
  #heads: TermReader | undefined;

  /** `inHead`: what it reads is a parameter or stands before `->`. */
  constructor(isPattern: boolean, inHead = false) {
    this.#isPattern = isPattern;
    this.#inHead = inHead;
  }

  /** Reads parameters, where `=` says the same from both sides. */
  get heads(): TermReader {
    return (this.#heads ??= this.#inHead ? this : new TermReader(this.#isPattern, true));
  }

  read(node: Node): Term {
    const type = typeOf(node);
    switch (type) {
      case "identifier":
        return this.#name(node);
      case "alias":
        return leaf(node, "alias", node.text.replaceAll(/\s/g, ""));
      case "integer":
        return leaf(node, "integer", node.text.replaceAll("_", ""));
      case "call":
        return readDefinition(node, this) ?? this.#call(node, []);
      case "binary_operator":
        return this.#operator(node);
      case "unary_operator":
        return this.#prefix(node);
      case "dot":
        return this.#dot(node);
      case "block":
        return this.#block(node);
      case "stab_clause":
        return this.#clauses(node) ?? new Term(node, "clause", "", () => this.#clause(node));
      case "access_call":
        return new Term(node, "access", "", () => this.#fields(node, ["target", "key"]));
      case "pair":
        return new Term(node, "pair", "", () => this.#pair(node));
      case "keywords":
        return new Term(node, "list", "", () => this.#all(node));
      case "char":
        return leaf(node, "integer", charCode(node.text));
      case "list":
      case "map_content":
        return new Term(node, type, "", () => this.#items(codeChildren(node), type === "list"));
      case "tuple":
        return new Term(node, type, "", () => this.#all(node));
      case "map":
        return new Term(node, type, "", () => this.#map(node));
      case "sigil":
        return this.#sigil(node);
      default:
        return this.#other(node, type);
    }
  }

  #other(node: Node, type: string): Term {
    const atom = atomName(node);
    if (atom !== undefined) return leaf(node, "atom", this.#plain(atom));
    const children = LITERALS.has(type) ? [] : codeChildren(node);
    if (children.length === 0) return leaf(node, type, this.#plain(node.text));
    return new Term(node, type, "", () => children.map((child) => this.read(child)));
  }

  /** Whichever quotes it has. In a pattern, a metavariable alone stands for any text. */
  #sigil(node: Node): Term {
    const [name, ...rest] = codeChildren(node);
    const content = rest.map((child) => child.text).join("");
    const isMeta =
      this.#isPattern && new RegExp(`^${MARK}(?:${MARK}{2})?[A-Z_][A-Z0-9_]*$`, "u").test(content);
    const text = isMeta
      ? leaf(node, "one", content.replaceAll(MARK, ""))
      : leaf(node, "text", this.#plain(content));
    const meant = isMeta ? undefined : (): Term | undefined => this.#written(node);
    const read = (): readonly Term[] => [text];
    const sigil = new Term(node, "sigil", name?.text ?? "", read, undefined, () => meant?.() ?? sigil);
    return sigil;
  }

  /** What Elixir's own sigils are short for: texts, lists of words. */
  #written(node: Node): Term | undefined {
    const { sigil, parts, modifiers } = sigilParts(node);
    const text = parts.map((part) => part.text).join("");
    if (sigil === "s" && modifiers === "" && parts.length > 0)
      return new Term(node, "string", "", () => parts.map((part) => this.read(part)));
    if (parts.some((part) => typeOf(part) !== "quoted_content")) return undefined;
    if (sigil === "c" && modifiers === "") return leaf(node, "charlist", this.#plain(`'${text}'`));
    if (sigil !== "w" || !/^[as]?$/.test(modifiers)) return undefined;
    const words = text.split(/\s+/).filter((word) => word !== "");
    return new Term(node, "list", "", () => words.map((word) => this.#word(node, word, modifiers)));
  }

  #word(node: Node, word: string, modifier: string): Term {
    if (modifier === "a") return leaf(node, "atom", this.#plain(word));
    return new Term(node, "string", "", () => [leaf(node, "quoted_content", this.#plain(word))]);
  }

  /** In text that is no code, the mark is what was written. */
  #plain(text: string): string {
    return this.#isPattern ? text.replaceAll(MARK, "$") : text;
  }

  #name(node: Node, text = node.text): Term {
    if (text === "__MODULE__") return leaf(node, "alias", text);
    if (!this.#isPattern || !text.startsWith(MARK)) return leaf(node, "name", text);
    const name = text.replaceAll(MARK, "");
    return leaf(node, text.startsWith(MARK.repeat(3)) ? "many" : "one", name);
  }

  #all(node: Node): Term[] {
    return codeChildren(node).map((child) => this.read(child));
  }

  #fields(node: Node, names: readonly string[]): Term[] {
    return names.flatMap((name) => {
      const child = node.childForFieldName(name);
      return child ? [this.read(child)] : [];
    });
  }

  /** The pairs of keyword lists in between are items like all others; in a list, `{:a, 1}` is the pair `a: 1`. */
  #items(nodes: readonly Node[], isList = false): Term[] {
    return nodes.flatMap((node) => {
      if (typeOf(node) === "keywords") return this.#all(node);
      const [key, , ...more] = isList && typeOf(node) === "tuple" ? codeChildren(node) : [];
      const isPair = key !== undefined && more.length === 0 && atomName(key) !== undefined;
      return isPair && codeChildren(node).length === 2
        ? [new Term(node, "pair", "", () => this.#all(node))]
        : [this.read(node)];
    });
  }

  /** `Shop.Repo` below `__MODULE__` is a module's name as well. */
  #dot(node: Node): Term {
    const left = node.childForFieldName("left");
    const right = node.childForFieldName("right");
    const base = left && right && typeOf(right) === "alias" ? this.read(left) : undefined;
    if (base?.type === "alias")
      return leaf(node, "alias", `${base.label}.${right?.text.replaceAll(/\s/g, "")}`);
    return this.#other(node, "dot");
  }

  /** A sign before a number belongs to it. */
  #prefix(node: Node): Term {
    const operator = operatorOf(node) ?? "";
    return new Term(node, "prefix", operator, () => this.#all(node));
  }

  /** A line with `$$$NAME` alone between clauses, as `compilePattern` writes it. */
  #clauses(node: Node): Term | undefined {
    if (!this.#isPattern || node.childForFieldName("right")?.text.trim() !== MARK) return undefined;
    const [only] = codeChildren(node.childForFieldName("left") ?? node);
    return only === undefined ? undefined : this.#name(only);
  }

  #block(node: Node): Term {
    const [only, ...more] = codeChildren(node);
    if (only !== undefined && more.length === 0 && typeOf(only) !== "stab_clause") return this.read(only);
    return new Term(node, "statements", "", () => this.#all(node));
  }

  #operator(node: Node): Term {
    const operator = (operatorOf(node) ?? "").replaceAll(/\s+/g, " ");
    const [left, right] = [node.childForFieldName("left"), node.childForFieldName("right")];
    const sides = (): Term[] => this.#fields(node, ["left", "right"]);
    if (operator === "=" && this.#inHead) return new Term(node, "both", operator, sides);
    if (operator === "not in") {
      const member = (): Term[] => [new Term(node, "operator", "in", sides)];
      return new Term(node, "prefix", "not", member);
    }
    if (operator === "=>") return new Term(node, "pair", "", sides);
    if (operator === ".." && isStepped(node)) return new Term(node, "operator", "..//", sides);
    if (operator !== "|>" || !left || !right) return new Term(node, "operator", operator, sides);
    const pipe = (): [Term, Term] => [this.read(left), this.read(right)];
    if (typeOf(right) === "call") return this.#call(right, [left], pipe, node);
    const name = typeOf(right) === "identifier" ? this.#name(right) : undefined;
    if (name?.type !== "name") return new Term(node, "pipe", "", pipe, pipe);
    return new Term(node, "call", "", () => [name, this.read(left)], pipe);
  }

  /** `whole` is the pipe, of which the call is a step. */
  #call(node: Node, piped: readonly Node[], pipe?: () => readonly [Term, Term], whole: Node = node): Term {
    const read = (): Term[] => {
      const first = piped.map((left) => this.read(left));
      return [this.#callee(node), ...first, ...this.#arguments(callArguments(node)), ...this.#sections(node)];
    };
    return new Term(whole, "call", "", read, pipe);
  }

  #callee(call: Node): Term {
    const target = call.childForFieldName("target");
    if (target === null || typeOf(target) !== "dot")
      return target ? this.read(target) : leaf(call, "none", "");
    const right = target.childForFieldName("right");
    const type = right === null ? "anonymous" : "remote";
    return new Term(target, type, "", () => [
      ...this.#fields(target, ["left"]),
      ...(right === null ? [] : [typeOf(right) === "identifier" ? this.#name(right) : this.read(right)]),
    ]);
  }

  /** The keywords that come last are a list; those among them that a block can stand for are sections. */
  #arguments(nodes: readonly Node[]): Term[] {
    const last = nodes.at(-1);
    const items = last && typeOf(last) === "list" ? codeChildren(last) : [];
    const keywords = last && typeOf(last) === "keywords" ? last : items.length === 1 ? items[0] : undefined;
    if (last === undefined || keywords === undefined || typeOf(keywords) !== "keywords")
      return nodes.map((node) => this.read(node));
    const pairs = codeChildren(keywords);
    const isBlock = pairs.some((pair) => keyOf(pair) === "do");
    const sections = isBlock ? pairs.filter((pair) => SECTION_KEYS.has(keyOf(pair))) : [];
    const rest = pairs.filter((pair) => !sections.includes(pair));
    const before = nodes.slice(0, -1).map((node) => this.read(node));
    const isOpen = this.#isPattern && before.at(-1)?.type === "many";
    return [
      ...before,
      ...(rest.length === 0 ? [] : [new Term(last, "list", "", () => this.#keywords(rest, isOpen))]),
      ...sections.map((pair) => this.#keywordSection(pair)),
    ];
  }

  /** `open`: with others before, between and behind them. */
  #keywords(pairs: readonly Node[], isOpen: boolean): Term[] {
    const terms = pairs.map((pair) => this.read(pair));
    if (!isOpen) return terms;
    const any = pairs.map((pair) => leaf(pair, "many", "_"));
    return [...terms.flatMap((term, at) => [any[at] as Term, term]), any[0] as Term];
  }

  #keywordSection(pair: Node): Term {
    const value = pair.childForFieldName("value");
    const read = (): Term[] => {
      if (!value) return [];
      return typeOf(value) === "block" ? this.#all(value) : [this.read(value)];
    };
    return new Term(pair, "section", keyOf(pair), read);
  }

  /** What stands in the blocks of a call, or in the keywords that stand for them. */
  sectionsOf(call: Node): Term[] {
    const inline = callArguments(call).slice(1);
    return [...this.#arguments(inline).filter(({ type }) => type === "section"), ...this.#sections(call)];
  }

  #sections(call: Node): Term[] {
    const block = doBlock(call);
    if (block === undefined) return [];
    const children = codeChildren(block);
    const from = children.findIndex((child) => typeOf(child).endsWith("_block"));
    const statements = from === -1 ? children : children.slice(0, from);
    const body = new Term(block, "section", "do", () => statements.map((child) => this.read(child)));
    const others = from === -1 ? [] : children.slice(from);
    return [body, ...others.map((section) => this.#section(section))];
  }

  #section(node: Node): Term {
    const label = typeOf(node).slice(0, -"_block".length);
    return new Term(node, "section", label, () => this.#all(node));
  }

  #clause(node: Node): Term[] {
    const left = node.childForFieldName("left");
    const right = node.childForFieldName("right");
    const parameters = left ? this.heads.read(left) : leaf(node, "arguments", "");
    const body = new Term(right ?? node, "section", "->", () => (right ? this.#all(right) : []));
    return [parameters, body];
  }

  #pair(node: Node): Term[] {
    const key = node.childForFieldName("key");
    const value = this.#fields(node, ["value"]);
    if (key === null) return value;
    if (typeOf(key) !== "keyword") return [this.read(key), ...value];
    const name = keyOf(node);
    const isMeta = this.#isPattern && name.startsWith(MARK);
    return [isMeta ? this.#name(key, name) : leaf(key, "atom", name), ...value];
  }

  #map(node: Node): Term[] {
    return codeChildren(node).flatMap((child) =>
      typeOf(child) === "map_content" ? this.#mapItems(codeChildren(child)) : this.read(child),
    );
  }

  /** The map that is updated is no pair. */
  #mapItems(items: readonly Node[]): Term[] {
    const [first, ...rest] = items;
    const isUpdate = first && typeOf(first) === "binary_operator" && operatorOf(first) === "|";
    if (!isUpdate) return this.#items(items);
    const right = first.childForFieldName("right");
    const base = new Term(first, "base", "", () => this.#fields(first, ["left"]));
    return [base, ...this.#items(right ? [right, ...rest] : rest)];
  }
}

function isModifiers(child: Node): boolean {
  return typeOf(child) === "sigil_modifiers";
}

function sigilParts(node: Node): { sigil: string; parts: Node[]; modifiers: string } {
  const [name, ...rest] = codeChildren(node);
  const modifiers = rest.find(isModifiers)?.text ?? "";
  return { sigil: name?.text ?? "", parts: rest.filter((child) => !isModifiers(child)), modifiers };
}

/** `?a` is a number. */
function charCode(text: string): string {
  const [letter = "", ...more] = text.slice(1);
  return more.length === 0 ? String(letter.codePointAt(0)) : text;
}

/** `name` of `name: value`. */
function keyOf(pair: Node): string {
  return pair.childForFieldName("key")?.text.trimEnd().slice(0, -1) ?? "";
}

/** `a..b` in `a..b//c`, which Elixir reads as one form of three. */
function isStepped(range: Node): boolean {
  const { parent } = range;
  return parent !== null && isBinary(parent, "//") && parent.childForFieldName("left")?.id === range.id;
}

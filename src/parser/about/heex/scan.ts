/** A piece of Elixir in a template, from its first character to behind its last. */
export interface Piece {
  readonly start: number;
  readonly end: number;
  /** `<% … %>` may open or close a block; what stands in braces is whole. */
  readonly sort: "eex" | "attribute" | "braces";
}

export interface ScannedAttribute {
  readonly name: string;
  /** A text, or the piece of code in the braces; neither for an attribute without a value. */
  readonly text?: string;
  readonly piece?: Piece;
}

export interface ScannedTag {
  /** As it is written: `div`, `.name`, `Mod.name`, `:slot`. */
  readonly name: string;
  readonly at: number;
  readonly attributes: readonly ScannedAttribute[];
}

export interface Scanned {
  readonly tags: readonly ScannedTag[];
  readonly pieces: readonly Piece[];
}

const TAG_NAME = /<([.:]?[A-Za-z][^\s/>]*)/y;
const ATTRIBUTE_NAME = /[^\s=>/{<"']+/y;

/** Their content is text, but for `<% … %>`. */
const RAW: ReadonlySet<string> = new Set(["script", "style"]);

/** The braces in what it holds are text. */
const NO_CURLY = "phx-no-curly-interpolation";

/** They hold nothing. */
const VOID: ReadonlySet<string> = new Set(
  "area base br col embed hr img input link meta param source track wbr".split(" "),
);

/** Reads the tags of a template and finds its Elixir. `curly`: braces in its text hold code, as since LiveView 1.0. */
export function scanTemplate(text: string, curly: boolean): Scanned {
  const scanner = new Scanner(text, curly);
  scanner.run();
  return scanner;
}

class Scanner implements Scanned {
  readonly tags: ScannedTag[] = [];
  readonly pieces: Piece[] = [];
  readonly #text: string;
  readonly #curly: boolean;
  #at = 0;
  /** The tag whose raw content is being read. */
  #raw: string | undefined;
  /** The tag in which braces are text, and how many of its name are open. */
  #plain: { readonly name: string; readonly open: number } | undefined;

  constructor(text: string, curly: boolean) {
    this.#text = text;
    this.#curly = curly;
  }

  run(): void {
    while (this.#at < this.#text.length) this.#step();
  }

  #step(): void {
    const text = this.#text;
    if (text.startsWith("<%", this.#at)) return this.#readEex();
    if (this.#raw !== undefined) return this.#readRaw(this.#raw);
    if (text.startsWith("<!--", this.#at)) return this.#readComment();
    TAG_NAME.lastIndex = this.#at;
    const name = TAG_NAME.exec(text)?.[1];
    if (name !== undefined) return this.#readTag(name);
    if (text.startsWith("</", this.#at)) this.#leavePlain();
    const isCode = this.#curly && this.#plain === undefined;
    if (isCode && text[this.#at] === "{" && text[this.#at - 1] !== "\\") this.#readBraces("braces");
    else this.#at += 1;
  }

  #leavePlain(): void {
    if (this.#plain === undefined || !this.#text.startsWith(`</${this.#plain.name}`, this.#at)) return;
    const { name, open } = this.#plain;
    if (!/[\s>]/.test(this.#text[this.#at + 2 + name.length] ?? "")) return;
    this.#plain = open > 1 ? { name, open: open - 1 } : undefined;
  }

  #enterPlain({ name, attributes }: ScannedTag): void {
    if (VOID.has(name)) return;
    const open = this.#plain?.name === name ? this.#plain.open + 1 : 1;
    const isPlain = attributes.some((attribute) => attribute.name === NO_CURLY);
    if (this.#plain === undefined ? isPlain : this.#plain.name === name) this.#plain = { name, open };
  }

  #readRaw(tag: string): void {
    if (this.#text.startsWith(`</${tag}`, this.#at)) this.#raw = undefined;
    else this.#at += 1;
  }

  /** Code in a comment runs all the same. */
  #readComment(): void {
    const end = this.#find("-->", this.#at + 4);
    while (this.#at < end) {
      if (this.#text.startsWith("<%", this.#at)) this.#readEex();
      else this.#at += 1;
    }
  }

  #find(what: string, from: number): number {
    const found = this.#text.indexOf(what, from);
    return found === -1 ? this.#text.length : found;
  }

  #readEex(): void {
    const open = this.#at;
    if (this.#text.startsWith("<%!--", open)) {
      this.#at = this.#find("--%>", open) + 4;
      return;
    }
    const end = this.#find("%>", open);
    this.#at = end + 2;
    const mark = /^<%([%#!])/.exec(this.#text.slice(open, open + 3));
    if (mark !== null) return;
    const start = open + (/^<%[=|/]+/.exec(this.#text.slice(open, open + 4))?.[0].length ?? 2);
    this.pieces.push({ start, end, sort: "eex" });
  }

  /** LiveView, too, only counts the braces. */
  #readBraces(sort: Piece["sort"]): Piece {
    const start = this.#at + 1;
    let depth = 0;
    do {
      const char = this.#text[this.#at];
      if (char === "{") depth += 1;
      else if (char === "}") depth -= 1;
      this.#at += 1;
    } while (depth > 0 && this.#at < this.#text.length);
    const piece: Piece = { start, end: this.#at - 1, sort };
    this.pieces.push(piece);
    return piece;
  }

  #readTag(name: string): void {
    const at = this.#at;
    this.#at += name.length + 1;
    const attributes: ScannedAttribute[] = [];
    for (;;) {
      this.#skipBlanks();
      const char = this.#text[this.#at];
      if (char === undefined || char === ">") break;
      this.#readPart(char, attributes);
    }
    const isClosed = this.#text[this.#at - 1] === "/";
    this.#at += 1;
    const tag = { name, at, attributes };
    this.tags.push(tag);
    if (!isClosed) this.#enterPlain(tag);
    if (RAW.has(name) && !isClosed) this.#raw = name;
  }

  #readPart(char: string, attributes: ScannedAttribute[]): void {
    if (this.#text.startsWith("<%", this.#at)) return this.#readEex();
    if (char === "{") {
      this.#readBraces("attribute");
      return;
    }
    ATTRIBUTE_NAME.lastIndex = this.#at;
    const name = ATTRIBUTE_NAME.exec(this.#text)?.[0];
    if (name === undefined) this.#at += 1;
    else this.#readAttribute(name, attributes);
  }

  #readAttribute(name: string, attributes: ScannedAttribute[]): void {
    this.#at += name.length;
    if (this.#text[this.#at] !== "=") {
      attributes.push({ name });
      return;
    }
    this.#at += 1;
    const quote = this.#text[this.#at];
    if (quote === "{") attributes.push({ name, piece: this.#readBraces("attribute") });
    else if (quote === '"' || quote === "'") attributes.push({ name, text: this.#readQuoted(quote) });
    else attributes.push({ name });
  }

  #readQuoted(quote: string): string {
    const start = this.#at + 1;
    this.#at = start;
    while (this.#at < this.#text.length && this.#text[this.#at] !== quote) {
      if (this.#text.startsWith("<%", this.#at)) this.#readEex();
      else this.#at += 1;
    }
    const text = this.#text.slice(start, this.#at);
    this.#at += 1;
    return text;
  }

  #skipBlanks(): void {
    while (/\s/.test(this.#text[this.#at] ?? "")) this.#at += 1;
  }
}

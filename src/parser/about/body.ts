import type { Node } from "../node.ts";
import { withImports } from "../imports.ts";
import { withAliases, type Scope } from "../names.ts";
import { CLOSED, FORMS } from "../sites/known.ts";
import { capturedName, capturedTarget, targetsOf } from "../sites/target.ts";
import type { CallTarget } from "../sites/query.ts";
import {
  argumentsNode,
  atomName,
  callArguments,
  codeChildren,
  doBlock,
  localCallName,
  operandOf,
  operatorOf,
  typeOf,
} from "../syntax.ts";
import type {
  Binding,
  CallAbout,
  ReceiveAbout,
  ReceiverAbout,
  ReturnedMessage,
  TemplateAbout,
  TemplatePlace,
} from "./about.ts";
import { arrowNames, boundNames, clauseNames, withoutNames } from "./bound-names.ts";
import { asElsewhere, runsElsewhere } from "./elsewhere.ts";
import { isDeclaration } from "./declarations.ts";
import { appliedReceiver, givenFunction, isNamed } from "./mfa.ts";
import { brief, firstParameter, guardOf, readArguments, readValue, type Value } from "./value.ts";

/** What stands in the body of a definition, or in the code of a template. */
export interface Body {
  readonly calls: CallAbout[];
  readonly bindings: Binding[];
  readonly returned: ReturnedMessage[];
  readonly receives: ReceiveAbout[];
  readonly templates: TemplateAbout[];
  /** Lines on which something is nested too deeply to be read: the first of them. */
  readonly cut: number[];
}

const RETURNED: Readonly<Record<string, readonly [how: ReturnedMessage["how"], size: number]>> = {
  continue: ["continue", 2],
  next_event: ["next_event", 3],
  state_timeout: ["state_timeout", 3],
};

const TEMPLATES: ReadonlySet<string> = new Set(["H", "L", "LVN"]);

/** What is nested deeper was written by no person, and would exhaust the stack. */
const DEPTH = 400;

/** What is given to be run. */
const FUNCTIONS: ReadonlySet<string> = new Set(["anonymous_function", "unary_operator"]);

/** Their left side is a pattern. */
const BINDING: ReadonlySet<string> = new Set(["=", "<-"]);

/** Reads a template that stands in code; the scope is that of its place. */
export type TemplateReader = (text: string, place: TemplatePlace) => TemplateAbout;

/**
 * Reads `nodes`, the statements of a body. `lineOffset` is added to every line: for code that stands in a template.
 * `readTemplate`: how to read those that stand in this code. `hidden`: names that mean something else there than around it.
 */
export function readBody(
  nodes: readonly Node[],
  scope: Scope,
  lineOffset = 0,
  readTemplate?: TemplateReader,
  hidden: ReadonlySet<string> = new Set(),
): Body {
  const walk = new BodyWalk(lineOffset, readTemplate, hidden);
  walk.visitAll(nodes, scope);
  return walk.body;
}

class BodyWalk {
  readonly body: Body = { calls: [], bindings: [], returned: [], receives: [], templates: [], cut: [] };
  /** Names that mean something else here than in the function around. */
  #hidden: ReadonlySet<string>;
  readonly #lineOffset: number;
  readonly #readTemplate: TemplateReader | undefined;
  #depth = 0;
  /** It is in a function that another process runs. */
  #elsewhere = false;

  constructor(lineOffset: number, readTemplate: TemplateReader | undefined, hidden: ReadonlySet<string>) {
    this.#hidden = hidden;
    this.#lineOffset = lineOffset;
    this.#readTemplate = readTemplate;
  }

  visitAll(nodes: readonly Node[], outer: Scope, leftIsCode = false): void {
    let scope = outer;
    for (const node of nodes) {
      if (typeOf(node) === "stab_clause") this.#visitClause(node, scope, leftIsCode);
      else this.#visit(node, scope);
      const name = localCallName(node);
      if (name !== undefined) scope = withImports(node, withAliases(node, scope, name), name);
    }
  }

  #visit(node: Node, scope: Scope): void {
    if (this.#depth >= DEPTH) {
      if (this.body.cut.length === 0 && codeChildren(node).length > 0) this.body.cut.push(this.#lineOf(node));
      return;
    }
    this.#depth += 1;
    this.#read(node, scope);
    this.#depth -= 1;
  }

  #read(node: Node, scope: Scope): void {
    switch (typeOf(node)) {
      case "call":
        return this.#visitCall(node, undefined, scope);
      case "binary_operator":
        return this.#visitOperator(node, scope);
      case "unary_operator":
        return this.#visitPrefix(node, scope);
      case "sigil":
        return this.#visitSigil(node, scope);
      case "tuple":
        this.#visitTuple(node, scope);
        return this.visitAll(codeChildren(node), scope);
      default:
        return this.visitAll(codeChildren(node), scope);
    }
  }

  #visitClause(clause: Node, scope: Scope, leftIsCode: boolean): void {
    const [left, right] = [clause.childForFieldName("left"), clause.childForFieldName("right")];
    if (left && leftIsCode) this.visitAll(codeChildren(left), scope);
    const before = this.#hidden;
    if (!leftIsCode) this.#hide(clauseNames(clause));
    if (right) this.visitAll(codeChildren(right), scope);
    this.#hidden = before;
  }

  /** Until the one who calls this has its `#hidden` from before again: a function around would take up stack at every level. */
  #hide(names: readonly string[]): void {
    if (names.length > 0) this.#hidden = new Set([...this.#hidden, ...names]);
  }

  #visitCall(call: Node, piped: Node | undefined, scope: Scope): void {
    const name = localCallName(call);
    if (name !== undefined && CLOSED.has(name)) return;
    const before = this.#hidden;
    if (name === "for" || name === "with") this.#hide(arrowNames(call));
    if (name === undefined || !FORMS.has(name)) this.#addCall(call, piped, scope);
    if (name === "receive") this.#addReceives(call, scope);
    if (name === "destructure") this.#addDestructured(callArguments(call), scope);
    const target = call.childForFieldName("target");
    const receiver = target && typeOf(target) === "dot" ? target.childForFieldName("left") : null;
    if (receiver) this.#visit(receiver, scope);
    const isElsewhere = targetsOf(call, scope, piped).some(runsElsewhere);
    for (const argument of callArguments(call))
      this.#visitArgument(argument, scope, isElsewhere && FUNCTIONS.has(typeOf(argument)));
    this.#visitBlock(doBlock(call), name, scope);
    this.#hidden = before;
  }

  #visitArgument(argument: Node, scope: Scope, elsewhere: boolean): void {
    const before = this.#elsewhere;
    this.#elsewhere ||= elsewhere;
    this.visitAll([argument], scope);
    this.#elsewhere = before;
  }

  #value(value: Value): Value {
    const here = withoutNames(value, this.#hidden);
    return this.#elsewhere ? asElsewhere(here) : here;
  }

  #visitBlock(block: Node | undefined, owner: string | undefined, scope: Scope): void {
    if (block === undefined) return;
    const children = codeChildren(block);
    this.visitAll(
      children.filter((child) => !isSection(child)),
      scope,
      owner === "cond",
    );
    for (const section of children.filter(isSection)) this.visitAll(codeChildren(section), scope);
  }

  #addCall(call: Node, piped: Node | undefined, scope: Scope): void {
    const targets = targetsOf(call, scope, piped);
    // Without arguments and parentheses it is a field: `socket.assigns`.
    if (targets.length === 0 && argumentsNode(call) === undefined) return;
    const args = readArguments(call, piped, scope);
    this.#pushCall(call, targets, scope, args, receiverOf(call, targets, args, scope));
    const given = givenFunction(targets[0], args);
    if (given !== undefined) this.#pushGiven(call, given, scope);
  }

  /** What `Task.async(Module, :name, […])` calls is called by the task. */
  #pushGiven(call: Node, given: ReceiverAbout, scope: Scope): void {
    const { value, name, arity } = given;
    const before = this.#elsewhere;
    this.#elsewhere = true;
    if (value.type === "module") this.#pushCall(call, [{ module: value.name, name, arity }], scope, []);
    else this.#pushCall(call, [], scope, [], given);
    this.#elsewhere = before;
  }

  #pushCall(
    node: Node,
    targets: readonly CallTarget[],
    scope: Scope,
    args: CallAbout["args"],
    receiver?: ReceiverAbout,
  ): void {
    const span = { start: node.startIndex, end: node.endIndex };
    const { brought } = scope;
    this.body.calls.push({
      span,
      line: this.#lineOf(node),
      targets,
      brought,
      args: args.map((each) => this.#value(each)),
      text: brief(node.text),
      elsewhere: this.#elsewhere,
      receiver: receiver && isNamed(this.#value(receiver.value)) ? receiver : undefined,
    });
  }

  #lineOf(node: Node): number {
    return node.startPosition.row + 1 + this.#lineOffset;
  }

  #addReceives(call: Node, scope: Scope): void {
    const clauses = codeChildren(doBlock(call) ?? call).filter((child) => typeOf(child) === "stab_clause");
    for (const clause of clauses) {
      const pattern = firstParameter(clause);
      const guard = guardOf(clause);
      if (pattern !== undefined)
        this.body.receives.push({
          line: this.#lineOf(clause),
          pattern: readValue(pattern, scope),
          guard: guard && readValue(guard, scope),
        });
    }
  }

  #visitOperator(node: Node, scope: Scope): void {
    const [left, right] = [node.childForFieldName("left"), node.childForFieldName("right")];
    const operator = operatorOf(node) ?? "";
    if (!left || !right) return;
    if (operator === "|>") return this.#visitPipe(left, right, scope);
    if (operator === "=") this.#addBindings(left, right, scope);
    if (!BINDING.has(operator)) this.#visit(left, scope);
    this.#visit(right, scope);
  }

  /** A name within a pattern has a value that the text does not tell. */
  #addBindings(left: Node, right: Node, scope: Scope): void {
    if (typeOf(left) === "identifier")
      this.body.bindings.push({ name: left.text, value: this.#value(readValue(right, scope)) });
    else
      for (const name of boundNames(left))
        this.body.bindings.push({ name, value: { type: "any", text: name } });
  }

  /** `destructure [a, b], list` binds what it has no value for to nil. */
  #addDestructured([pattern, value]: readonly Node[], scope: Scope): void {
    if (pattern !== undefined && value !== undefined) this.#addBindings(pattern, value, scope);
  }

  #visitPipe(left: Node, right: Node, scope: Scope): void {
    this.#visit(left, scope);
    if (typeOf(right) === "call") return this.#visitCall(right, left, scope);
    if (typeOf(right) !== "identifier") return this.#visit(right, scope);
    const target: CallTarget = { module: undefined, name: right.text, arity: 1 };
    return this.#pushCall(right, [target], scope, [readValue(left, scope)]);
  }

  #visitPrefix(node: Node, scope: Scope): void {
    const operand = operandOf(node);
    if (operand === undefined) return;
    if (operatorOf(node) === "@") return this.#visitAttribute(operand, scope);
    const name = operatorOf(node) === "&" ? capturedName(operand) : undefined;
    if (name === undefined) return this.#visit(operand, scope);
    const captured = capturedTarget(operand, scope);
    if (captured !== undefined) return this.#pushCall(operand, [captured], scope, []);
    const arity = Number(operand.childForFieldName("right")?.text);
    return this.#pushCall(operand, [], scope, [], readReceiver(name, arity, scope));
  }

  /** `@name value`: the name is none of a function. */
  #visitAttribute(operand: Node, scope: Scope): void {
    const name = localCallName(operand);
    if (name !== undefined && !isDeclaration(name)) this.visitAll(callArguments(operand), scope);
  }

  #visitTuple(tuple: Node, scope: Scope): void {
    const items = codeChildren(tuple);
    const [how, size] = RETURNED[atomName(items[0]) ?? ""] ?? [];
    if (how === undefined || size !== items.length) return;
    const event =
      how === "next_event" ? items[1]?.text : how === "state_timeout" ? ":state_timeout" : undefined;
    this.body.returned.push({
      how,
      line: this.#lineOf(tuple),
      event,
      message: readValue(items.at(-1), scope),
    });
  }

  #visitSigil(sigil: Node, scope: Scope): void {
    const [name] = codeChildren(sigil);
    const parts = codeChildren(sigil).filter((part) => typeOf(part) === "interpolation");
    if (parts.length > 0) return this.visitAll(parts, scope);
    if (name === undefined || !TEMPLATES.has(name.text)) return;
    const content = sigilContent(sigil);
    if (content === undefined) return;
    const line = content.row + this.#lineOffset;
    const template = this.#readTemplate?.(content.text, { scope, line, curly: name.text !== "L" });
    if (template !== undefined) this.body.templates.push(template);
  }
}

/**
 * What stands between the delimiters of a sigil in capitals. The closing one is all that can be escaped: in a heredoc `\"` is
 * what it is.
 */
function sigilContent(sigil: Node): { readonly text: string; readonly row: number } | undefined {
  const delimiters = sigil.children.filter((child) => !child.isNamed && child.text !== "~");
  const [open, close] = [delimiters[0], delimiters.at(-1)];
  if (open === undefined || close === undefined) return undefined;
  const text = sigil.text.slice(open.endIndex - sigil.startIndex, close.startIndex - sigil.startIndex);
  return { text: text.replaceAll(`\\${close.text}`, close.text), row: open.endPosition.row };
}

/** What stands for the module where the text of the call does not name it. */
function receiverOf(
  call: Node,
  targets: readonly CallTarget[],
  args: readonly Value[],
  scope: Scope,
): ReceiverAbout | undefined {
  if (targets.length === 0) return readReceiver(call, args.length, scope);
  return targets.length === 1 ? appliedReceiver(targets[0], args) : undefined;
}

function readReceiver(call: Node, arity: number, scope: Scope): ReceiverAbout | undefined {
  const target = call.childForFieldName("target");
  const [left, right] = [target?.childForFieldName("left"), target?.childForFieldName("right")];
  if (!left || !right || typeOf(right) !== "identifier") return undefined;
  const value = readValue(left, scope);
  return isNamed(value) ? { value, name: right.text, arity } : undefined;
}

/** `else`, `rescue` and the like. */
function isSection(node: Node): boolean {
  return typeOf(node).endsWith("_block");
}

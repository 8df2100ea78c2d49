import { nameOf, type Call, type CallTable } from "./calls.ts";
import type { Kind } from "./kinds.ts";
import type { ValueResolver } from "./resolve-value.ts";
import { subscribedTopic } from "./send-forms.ts";
import type { OwnProcess } from "./own-process.ts";
import { textOf } from "./sends.ts";
import type { FunctionOf } from "./subjects.ts";
import { topicsOf } from "./topics.ts";

/** A process that gets what is broadcast. */
export interface Subscription {
  /** The module whose process it is; undefined where that is not known. */
  readonly module: string | undefined;
  readonly function: FunctionOf;
  readonly file: string;
  readonly line: number;
  /** As it is written, and what of it is certain. */
  readonly text: string;
  readonly topic: string | undefined;
}

const CLIMB = 5;

export function findSubscriptions(
  calls: CallTable,
  values: ValueResolver,
  kinds: ReadonlyMap<string, readonly Kind[]>,
  processes: OwnProcess,
): Subscription[] {
  return calls.all.flatMap((call) => {
    const position = topicPosition(call, kinds);
    const written = position === undefined ? undefined : call.about.args[position];
    if (written === undefined) return [];
    const topics = topicsOf(written, { function: call.from, clause: call.clause }, values);
    const modules = subscribers(call.from, calls, processes);
    const { from, file, line } = call;
    return topics.flatMap((topic) =>
      modules.map((module) => ({ module, function: from, file, line, text: textOf(written), topic })),
    );
  });
}

function topicPosition({ target }: Call, kinds: ReadonlyMap<string, readonly Kind[]>): number | undefined {
  if (target?.module === undefined) return undefined;
  return subscribedTopic(nameOf(target), kinds.get(target.module)?.includes("endpoint") ?? false);
}

/** Whoever calls a function that subscribes is subscribed, up to the module whose process it is. */
function subscribers(from: FunctionOf, calls: CallTable, processes: OwnProcess): (string | undefined)[] {
  const found = new Set<string>();
  const seen = new Set<FunctionOf>([from]);
  let level = [from];
  for (let step = 0; step < CLIMB && level.length > 0; step += 1) {
    const above: FunctionOf[] = [];
    for (const each of level) {
      const own = processes.of(each);
      if (own !== undefined) found.add(own);
      else above.push(...calls.to(each).map((call) => call.from));
    }
    level = above.filter((each) => !seen.has(each));
    for (const each of level) seen.add(each);
  }
  return found.size === 0 ? [undefined] : [...found];
}

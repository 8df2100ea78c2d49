import { as, atomName, type Term } from "../etf/index.ts";
import { fromErlang } from "./erlang-errors.ts";
import { fromStruct } from "./exceptions.ts";
import { callText, type Inspect, stackLine } from "./stack.ts";

/** As `Exception.format_banner/3`: `** (RuntimeError) boom`, `** (throw) :x`, `** (exit) time out`. */
export function banner(kind: string, reason: Term, stacktrace: Term | undefined, inspect: Inspect): string {
  if (kind === "throw") return `** (throw) ${inspect(reason)}`;
  if (kind === "exit") return `** (exit) ${exitText(reason, "\n    ", inspect)}`;
  const { module, message } = fromStruct(reason, inspect) ?? fromErlang(reason, stacktrace, inspect);
  return `** (${module}) ${message}`;
}

/** As `Exception.format_exit/1`. */
export function exitText(reason: Term, joiner: string, inspect: Inspect): string {
  const pair = as(reason, "tuple")?.items ?? [];
  const [inner, origin] = pair;
  if (pair.length === 2 && inner !== undefined && origin !== undefined) {
    return (
      raisedText(inner, origin, joiner, inspect) ??
      calledText(inner, origin, joiner, inspect) ??
      simpleText(reason, inspect)
    );
  }
  return simpleText(reason, inspect);
}

/** The process died of an exception: the reason holds it with its stack. */
function raisedText(inner: Term, origin: Term, joiner: string, inspect: Inspect): string | null {
  const entries = as(origin, "list")?.items ?? [];
  const lines = entries.map((entry) => stackLine(entry, inspect));
  if (entries.length === 0 || lines.includes(null)) return null;
  const message = `an exception was raised:${joiner}${banner("error", inner, origin, inspect)}`;
  return [message, ...lines].join(`${joiner}    `);
}

/** The process died in a call: the reason says which. */
function calledText(inner: Term, origin: Term, joiner: string, inspect: Inspect): string | null {
  const [module, name, args] = as(origin, "tuple")?.items ?? [];
  if (module === undefined || name === undefined || as(args, "list") === null) return null;
  const call = callText(module, name, args as Term, inspect);
  if (call === null) return null;
  return `exited in: ${call}${joiner}** (EXIT) ${exitText(inner, `${joiner}    `, inspect)}`;
}

const NO_PROCESS =
  "no process: the process is not alive or there's no process currently associated with the given name, " +
  "possibly because its application isn't started";

const SIMPLE: Readonly<Record<string, string>> = {
  calling_self: "process attempted to call itself",
  killed: "killed",
  noconnection: "no connection",
  noproc: NO_PROCESS,
  normal: "normal",
  shutdown: "shutdown",
  timeout: "time out",
};

const TAGGED: Readonly<Record<string, string>> = {
  already_started: "already started: ",
  bad_call: "bad call: ",
  bad_cast: "bad cast: ",
  bad_return_value: "bad return value: ",
  nodedown: "no connection to ",
  shutdown: "shutdown: ",
};

function simpleText(reason: Term, inspect: Inspect): string {
  const [tag, detail] = as(reason, "tuple")?.items ?? [];
  const words = TAGGED[atomName(tag) ?? ""];
  if (words === undefined || detail === undefined) return SIMPLE[atomName(reason) ?? ""] ?? inspect(reason);
  return `${words}${atomName(tag) === "nodedown" ? (atomName(detail) ?? inspect(detail)) : inspect(detail)}`;
}

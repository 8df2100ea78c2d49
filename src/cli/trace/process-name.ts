import type { ProcessDetails } from "../../collector/index.ts";
import { exitWord, UNKNOWN } from "./outcome.ts";

/** Initial calls that say nothing of what a process is for. */
const GENERIC = /^:(proc_lib|erlang|gen|gen_server|gen_statem|supervisor)\./;

/** What a process is called: by its registration, its label, or the module that it runs. Null: only its pid is known. */
export function processName({ registeredName, label, initialCall }: ProcessDetails): string | null {
  if (registeredName !== null) return registeredName;
  if (label !== null) return label.replace(/^"(.*)"$/, "$1");
  if (initialCall === null || GENERIC.test(initialCall)) return null;
  return initialCall.replace(/^anonymous fn\/\d+ in /, "fn in ").replace(/\.(init\/1|mount\/3|join\/3)$/, "");
}

/** `Shop.Cart #PID<0.151.0>`, or the pid alone. */
export function processTitle(details: ProcessDetails): string {
  const name = processName(details);
  return name === null ? details.pid : `${name} ${details.pid}`;
}

/** The rest of what is known, for the line that heads a process. */
export function processNotes(details: ProcessDetails): string[] {
  const { initialCall, ancestors, exit } = details;
  const isNew =
    initialCall !== null &&
    !GENERIC.test(initialCall) &&
    processName(details)?.startsWith("fn in ") !== true &&
    initialCall !== processName(details);
  const parent = ancestors[0] ?? details.parent ?? undefined;
  return [
    ...(exit === null ? [] : [exit === UNKNOWN ? "ended" : `ended: ${exitWord(exit)}`]),
    ...(isNew ? [`started in ${initialCall}`] : []),
    ...(parent === undefined ? [] : [`child of ${parent}`]),
  ];
}

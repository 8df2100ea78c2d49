import { createContext, Script } from "node:vm";
import { pointAt, ruleRegexSlow } from "../../errors.ts";
import type { Value } from "../yaml.ts";

/** Far more than any search that comes to an end needs for a piece of code. */
const PATIENCE_MS = 200;

const SANDBOX = createContext({ matches: null as unknown });
const RUN = new Script("matches()");

/** Stops a search that does not come to an end. Error: RULE_REGEX_SLOW. */
export function patiently(value: Value, matches: (text: string) => boolean): (text: string) => boolean {
  return (text) => {
    SANDBOX["matches"] = () => matches(text);
    try {
      return RUN.runInContext(SANDBOX, { timeout: PATIENCE_MS }) as boolean;
    } catch (error) {
      if ((error as { code?: string }).code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw error;
      throw ruleRegexSlow(pointAt(value.source, value.span), PATIENCE_MS);
    }
  };
}

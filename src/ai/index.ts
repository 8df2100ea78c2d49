/** The network side of the planner: providers of language models. Nothing here runs unless the user asks for it. */
import { setTimeout as sleep } from "node:timers/promises";
import { aiAnswerIncomplete, aiKeyMissing, aiPackageMissing } from "../errors.ts";
import { questionTokens, tokensOf, type Model, type Question, type Turn } from "../planner/index.ts";
import { anthropic } from "./anthropic.ts";
import { failureOf, Silence, streamFailure, waitBefore } from "./failures.ts";
import { openai } from "./openai.ts";
import type { ProviderAbout, Providers, Send } from "./provider.ts";
import type { AiSettings } from "./settings.ts";

export { aiSettings, type AiConfig, type AiSettings } from "./settings.ts";

const PROVIDED: Providers = { anthropic, openai };

const MOST_TRIES = 4;

/** What would be sent, and where. */
export function requestOf(
  question: Question,
  settings: AiSettings,
): { readonly url: string; readonly body: object } {
  const { bodyOf } = PROVIDED[settings.provider];
  return { url: urlOf(settings), body: bodyOf(question, settings) };
}

function urlOf({ provider, endpoint }: AiSettings): string {
  const about = PROVIDED[provider];
  return (endpoint ?? about.endpoint) + about.path;
}

/**
 * The model that the settings name. `waiting` is told of each wait. Errors: AI_KEY_MISSING, AI_PACKAGE_MISSING, and on asking
 * all that providers answer.
 */
export async function openModel(
  settings: AiSettings,
  waiting: (milliseconds: number, why: string) => void,
): Promise<Model> {
  const { key, keyName, provider, endpoint, timeout } = settings;
  const about = PROVIDED[provider];
  // Servers of one's own often ask for none, but the SDKs do.
  if (key === undefined && endpoint === undefined) throw aiKeyMissing(provider, keyName);
  const sdk = await loadSdk(about);
  const send = about.open(sdk, settings, {
    apiKey: key ?? "none",
    baseURL: endpoint ?? about.endpoint,
    maxRetries: 0,
    timeout,
    logLevel: "off",
    fetchOptions: { redirect: "error" },
  });
  return { ask: (question) => askAgain(about, send, question, settings, waiting) };
}

async function loadSdk({ package: name, version }: ProviderAbout): Promise<unknown> {
  try {
    return await import(name);
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code === "ERR_MODULE_NOT_FOUND") throw aiPackageMissing(name, version, error);
    throw error;
  }
}

async function askAgain(
  about: ProviderAbout,
  send: Send,
  question: Question,
  settings: AiSettings,
  waiting: (milliseconds: number, why: string) => void,
): Promise<Turn> {
  for (let tries = 0; ; tries += 1) {
    try {
      return counted(question, await askOnce(about, send, question, settings));
    } catch (error) {
      const wait = tries + 1 < MOST_TRIES ? waitBefore(error, tries) : undefined;
      const failure = failureOf(error, settings, urlOf(settings));
      if (wait === undefined) throw failure;
      waiting(wait, failure.message);
      await sleep(wait);
    }
  }
}

async function askOnce(
  { bodyOf, collect }: ProviderAbout,
  send: Send,
  question: Question,
  settings: AiSettings,
): Promise<Turn> {
  const controller = new AbortController();
  const events = await send(bodyOf(question, settings), controller.signal);
  const collected = collect();
  let timer: NodeJS.Timeout | undefined;
  const listen = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => controller.abort(), settings.timeout);
  };
  try {
    listen();
    for await (const event of events) {
      listen();
      collected.add(event);
    }
  } catch (error) {
    if (controller.signal.aborted) throw new Silence("the answer stopped", { cause: error });
    throw streamFailure(error, urlOf(settings));
  } finally {
    clearTimeout(timer);
  }
  // Where we give up, the SDKs end the stream as if it were over.
  if (controller.signal.aborted) throw new Silence("the answer stopped");
  const turn = collected.turn();
  if (turn === undefined) throw aiAnswerIncomplete(new URL(urlOf(settings)).host);
  return turn;
}

/** Some servers count nothing. */
function counted(question: Question, turn: Turn): Turn {
  const { input, output } = turn.used;
  const said = turn.text + turn.calls.map((call) => call.name + call.input).join("");
  return { ...turn, used: { input: input || questionTokens(question), output: output || tokensOf(said) } };
}

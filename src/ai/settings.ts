import { aiUnset } from "../errors.ts";

/** Who offers the models: `openai` stands for every endpoint that speaks as OpenAI's does. */
export const PROVIDERS = ["anthropic", "openai"] as const;
export type Provider = (typeof PROVIDERS)[number];

/** What the configuration says below `ai`. */
export interface AiConfig {
  readonly provider?: string;
  readonly model?: string;
  readonly endpoint?: string;
  readonly key?: string;
  readonly key_env?: string;
  readonly max_tokens?: number;
  readonly context?: number;
  readonly timeout?: number;
}

export interface AiSettings {
  readonly provider: Provider;
  readonly model: string;
  /** Undefined for the provider's own. */
  readonly endpoint: string | undefined;
  /** Undefined where none is set. */
  readonly key: string | undefined;
  /** The variable in which the key was looked for first. */
  readonly keyName: string;
  readonly maxTokens: number;
  readonly context: number;
  /** In milliseconds, for each answer to begin and to go on. */
  readonly timeout: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

const KEYS: Readonly<Record<Provider, string>> = {
  anthropic: "ANTHROPIC_API_KEY",
  openai: "OPENAI_API_KEY",
};

export const DEFAULTS = { max_tokens: 100_000, context: 32_000, timeout: 120 } as const;

/** The environment goes before the configuration. Error: AI_UNSET, where it is not said whom to ask. */
export function aiSettings(config: AiConfig, env: Environment): AiSettings {
  const said = (name: string): string | undefined => env[name]?.trim() || undefined;
  const endpoint = said("ESCOPE_AI_ENDPOINT") ?? config.endpoint;
  const provider = said("ESCOPE_AI_PROVIDER") ?? config.provider ?? impliedProvider(endpoint, said);
  if (provider === undefined) throw aiUnset("provider", PROVIDERS);
  if (!isProvider(provider)) throw aiUnset("provider", PROVIDERS, provider);
  const model = said("ESCOPE_AI_MODEL") ?? config.model;
  if (model === undefined) throw aiUnset("model", []);
  if (endpoint !== undefined && !isUrl(endpoint))
    throw aiUnset("endpoint", ["http://…", "https://…"], endpoint);
  const keyName = config.key_env ?? KEYS[provider];
  return {
    provider,
    model,
    endpoint: endpoint?.replace(/\/+$/, ""),
    key: said("ESCOPE_AI_KEY") ?? config.key ?? said(keyName),
    keyName,
    maxTokens: config.max_tokens ?? DEFAULTS.max_tokens,
    context: config.context ?? DEFAULTS.context,
    timeout: (config.timeout ?? DEFAULTS.timeout) * 1_000,
  };
}

/** An endpoint alone is of those that are many; else the one whose key is there. */
function impliedProvider(
  endpoint: string | undefined,
  said: (name: string) => string | undefined,
): Provider | undefined {
  if (endpoint !== undefined) return "openai";
  const having = PROVIDERS.filter((provider) => said(KEYS[provider]) !== undefined);
  return having.length === 1 ? having[0] : undefined;
}

function isProvider(text: string): text is Provider {
  return (PROVIDERS as readonly string[]).includes(text);
}

function isUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

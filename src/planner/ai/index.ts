/** The planner's other half: a language model chooses from what the index offers; nothing here touches the disk or a network. */
export type { Choice, Rejected } from "./choices.ts";
export { oneLine } from "./clean.ts";
export { converse, firstQuestion, type Limits, type Listener, type Outcome } from "./converse.ts";
export { idOf, isOutdated, LOCK_FILE, lockText, makeLock, misfits, readLock, type PlanLock } from "./lock.ts";
export type * from "./model.ts";
export { makeOffer, type Offer } from "./offer.ts";
export { relevanceOf } from "./relevance.ts";
export { ruleText } from "./rule-text.ts";
export { withoutSecrets } from "./secrets.ts";
export { questionTokens, tokensOf } from "./tokens.ts";

/** What the project is and does, joined over all files: `escope index`. */
export { doubledModules } from "./doubled.ts";
export { noticesOf, type Notice } from "./notices.ts";
export { knowProject, type Knowledge } from "./build.ts";
export { callGraph, componentGraph, GRAPHS, messageGraph, type GraphName } from "./graphs.ts";
export { KINDS, type Kind } from "./kinds.ts";
export { modulePage } from "./page.ts";
export type * from "./entries.ts";
export { assignTemplates, isTemplate } from "./template-files.ts";

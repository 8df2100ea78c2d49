/** What the index knows beyond what the rewriter needs; read only where somebody asks for it. */
export type {
  AttributeAbout,
  CallAbout,
  DefinitionAbout,
  DelegateAbout,
  FileAbout,
  ModuleAbout,
  StatementAbout,
  TagAbout,
  TemplateAbout,
  TemplatePlace,
  UseAbout,
} from "./about.ts";
export { MODULE_CODE } from "./module-code.ts";
export { readAbout } from "./read.ts";
export { readTemplate } from "./template.ts";
export { brief, type Pair, type Value } from "./value.ts";

/** The disk side of escope: projects, their files, the build tree, configuration, recordings' folders. */
export type { Build } from "./builds.ts";
export { type Config, readConfig } from "./config.ts";
export { type Dependency, mixfileIn, openDependency, placeInTree } from "./dependency.ts";
export { diffFile, type DiffOptions } from "./diff.ts";
export {
  type Borrowed,
  type Link,
  listFiles,
  type ProjectFiles,
  type SourceRoots,
  type Unreadable,
} from "./list.ts";
export { Libraries } from "./libraries.ts";
export { openProject, type Project } from "./open.ts";
export { treeFolder } from "./out.ts";
export { readText } from "./text.ts";
export { newRecordingDir, projectFolder, recordingsDir } from "./recordings.ts";
export { runtimeFiles } from "./runtime.ts";
export type { TreeFile, TreePlan } from "./wanted.ts";
export { writeTree, type Written } from "./write.ts";
